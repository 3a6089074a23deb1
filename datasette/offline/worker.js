// SQLite in a thread of its own: it may wait for the server, while the page does not.

import { open, Unavailable } from "./blocks.js";
import { connect } from "./vfs.js";

const STEPS = 1000; // of SQLite's machine between two looks at the clock

let opened = null;

const start = async (base) => {
  const blocks = await open(new URL(base), (have, size) => postMessage({ have, size }));
  return { blocks, ...(await connect(blocks)) };
};

const ask = async ({ sql, values, milliseconds }) => {
  const { capi, db } = await opened;
  const end = performance.now() + milliseconds;
  capi.sqlite3_progress_handler(db, STEPS, () => (performance.now() > end ? 1 : 0), 0);
  return db.exec({ sql, bind: values.length ? values : undefined, rowMode: "object", returnValue: "resultRows" });
};

const told = async (data) => {
  if (data.base) {
    opened = start(data.base);
    await opened;
    return true;
  }
  if (data.requests) return (await opened).blocks.requests;
  return ask(data);
};

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ id: data.id, found: await told(data) });
  } catch (error) {
    const interrupted = /interrupt/.test(String(error));
    const problem = error instanceof Unavailable ? error.problem : interrupted ? "slow" : "failed";
    postMessage({ id: data.id, problem, values: error.values ?? { why: String(error) } });
  }
});
