// Questions to the database, from the page.

const LONGEST = 30_000; // milliseconds of one question

export class Failed extends Error {
  constructor(problem, values) {
    super(values?.why ?? problem);
    this.problem = problem;
    this.values = values;
  }
}

let worker = null;
let last = 0;
const waiting = new Map();

const send = (message) =>
  new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.postMessage({ id: last, ...message });
  });

export const open = (progress) => {
  worker = new Worker("worker.js", { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.size) return progress(data.have, data.size);
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.problem) return asked.reject(new Failed(data.problem, data.values));
    return asked.resolve(data.found);
  });
  const broken = new Promise((_, reject) => {
    worker.addEventListener("error", (event) => reject(new Failed("failed", { why: event.message || "worker.js" })));
  });
  return Promise.race([send({ base: document.baseURI }), broken]);
};

export const rows = (sql, ...values) => send({ sql, values, milliseconds: LONGEST });
export const requests = () => send({ requests: true });
