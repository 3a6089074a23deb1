// The database inside its ZIP, block by block: what a query needs is asked of the server, and unpacked here.

import { inflateSync } from "./vendor/fflate-0.8.3/fflate.js";

const END = [3, 0]; // an empty last block of deflate
const KEPT = 1500; // blocks in memory, 94 MB
const STREAMS = 12; // places that are read onwards at the same time
const AHEAD = 64; // blocks asked for at once where a table is read from end to end
export const WHOLE = 1 << 29; // bytes that are taken into memory from a server that gives files only whole

export class Unavailable extends Error {
  constructor(problem, values = {}) {
    super(problem);
    this.problem = problem;
    this.values = values;
  }
}

const asked = async (address, options) => {
  try {
    return await fetch(address, options);
  } catch (error) {
    throw new Unavailable("gone", { file: address.pathname, why: String(error) });
  }
};

// What the server can do is found out with the first four bytes.
export const open = async (base, progress) => {
  const [told, index] = await Promise.all(["database.json", "database.index"].map((name) => asked(new URL(name, base))));
  if (!told.ok) throw new Unavailable("gone", { file: "database.json", why: told.status });
  const about = await told.json();
  if (!index.ok) throw new Unavailable("gone", { file: "database.index", why: index.status });
  const lengths = new Uint32Array(await index.arrayBuffer());
  const address = new URL(about.file, base);
  const stop = new AbortController();
  const first = await asked(address, { headers: { Range: "bytes=0-3" }, signal: stop.signal });
  if (!first.ok) throw new Unavailable("gone", { file: about.file, why: first.status });
  if (first.status === 206) {
    const begins = new Uint8Array(await first.arrayBuffer());
    if (begins.join() !== "80,75,3,4") throw new Unavailable("other", { file: about.file });
    return new Blocks(about, lengths, (from, to) => partly(address, from, to));
  }
  if (about.packed > WHOLE) {
    stop.abort();
    throw new Unavailable("ranges", { size: Math.ceil(about.packed / 1e6), most: Math.floor(WHOLE / 1e6) });
  }
  const all = await whole(first.body.getReader(), about.packed, progress);
  return new Blocks(about, lengths, (from, to) => all.subarray(from, to));
};

const whole = async (reader, size, progress) => {
  const all = new Uint8Array(size);
  let have = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (have + part.value.length > size) throw new Unavailable("other", { file: "nianbao.db.zip" });
    all.set(part.value, have);
    have += part.value.length;
    progress(have, size);
  }
  if (have < size) throw new Unavailable("other", { file: "nianbao.db.zip" });
  return all;
};

// SQLite waits for what it reads, and in a worker a request may be waited for.
const partly = (address, from, to) => {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  request.setRequestHeader("Range", `bytes=${from}-${to - 1}`);
  request.send();
  if (request.status !== 206) throw new Error(`${address}: ${request.status} for a range`);
  return new Uint8Array(request.response);
};

export class Blocks {
  constructor(about, lengths, bytes) {
    this.size = about.size;
    this.block = about.block;
    this.lengths = lengths;
    this.bytes = bytes;
    this.requests = 0;
    this.streams = []; // the latest first: which block comes next, and how many were asked for
    this.kept = new Map(); // in the order of their last use
    this.places = new Float64Array(lengths.length + 1);
    this.places[0] = about.start;
    lengths.forEach((length, number) => (this.places[number + 1] = this.places[number] + length));
  }

  read(into, offset) {
    for (let done = 0; done < into.length;) {
      const number = Math.floor((offset + done) / this.block);
      const within = offset + done - number * this.block;
      const part = this.unpacked(number).subarray(within, within + into.length - done);
      if (!part.length) return false; // behind the end
      into.set(part, done);
      done += part.length;
    }
    return true;
  }

  unpacked(number) {
    let found = this.kept.get(number);
    if (found) this.kept.delete(number);
    else found = this.ask(number);
    this.kept.set(number, found);
    return found;
  }

  // Twice as many each time that the next one is wanted, as long as they are not here already.
  ask(number) {
    if (number >= this.lengths.length) return new Uint8Array(0);
    const known = this.streams.findIndex((stream) => stream.next === number);
    const [stream] = known < 0 ? [{ ahead: 0.5 }] : this.streams.splice(known, 1);
    stream.ahead = Math.min(stream.ahead * 2, AHEAD);
    let end = number + 1;
    while (end < number + stream.ahead && end < this.lengths.length && !this.kept.has(end)) end += 1;
    stream.next = end;
    this.streams = [stream, ...this.streams].slice(0, STREAMS);
    const packed = this.bytes(this.places[number], this.places[end]);
    this.requests += 1;
    for (let one = end - 1; one >= number; one -= 1) this.keep(one, this.inflated(one, packed, this.places[number]));
    const found = this.kept.get(number);
    this.kept.delete(number);
    return found;
  }

  inflated(number, packed, start) {
    const length = this.lengths[number];
    const place = this.places[number] - start;
    const closed = new Uint8Array(length + END.length);
    closed.set(packed.subarray(place, place + length));
    closed.set(END, length);
    const size = Math.min(this.block, this.size - number * this.block);
    const found = inflateSync(closed, { out: new Uint8Array(size) });
    if (found.length !== size) throw new Error(`block ${number} is damaged`);
    return found;
  }

  keep(number, block) {
    this.kept.set(number, block);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
  }
}
