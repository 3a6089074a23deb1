// The facts of one reading, out of the wide tables.

import { data } from "./data.js";
import { rows } from "./database.js";

const STATES = { n: "number", b: "blank", p: "placeholder", t: "text", u: "unreadable" };

// Runs of [table, row, column, how many], to the right unless [..., rows, columns] a step follow.
const unrolled = (squares) =>
  JSON.parse(squares).flatMap(([table, row, column, length, down = 0, right = 1]) =>
    Array.from({ length }, (_, step) => ({ table, row: row + step * down, column: column + step * right })));

const factsOf = ({ indicators }, row) => {
  const raws = JSON.parse(row.raws);
  const methods = JSON.parse(row.methods);
  const squares = unrolled(row.squares);
  let next = 0;
  return indicators.flatMap((indicator, place) => {
    const letter = row.states[place];
    if (letter === "-") return [];
    const value = row[indicator.replaceAll(".", "_")];
    const raw = raws[indicator] ?? (value === null ? "" : String(value));
    const method = methods[indicator] ?? methods.default;
    const fact = { indicator, value, raw, state: STATES[letter], method, ...squares[next] };
    next += 1;
    return [fact];
  });
};

// Table by table, for what two tables have in common has one meaning in each of them alone.
export const byTable = async (snapshot, part) => {
  const found = {};
  for (const table of data().wide) {
    const here = await rows(`SELECT * FROM "${table.name}" WHERE snapshot = ? AND part = ?`, snapshot, part);
    found[table.name] = here.flatMap((row) => factsOf(table, row));
  }
  return found;
};

export const together = (tables) => new Map(Object.values(tables).flat().map((fact) => [fact.indicator, fact]));

// Last year's numbers, as far as both years ask for the same in the same form.
export const shared = (here, before) =>
  new Map(Object.entries(here).flatMap(([name, facts]) => {
    const known = new Set(facts.map((fact) => fact.indicator));
    return before[name]
      .filter((fact) => known.has(fact.indicator) && fact.state === "number")
      .map((fact) => [fact.indicator, fact]);
  }));
