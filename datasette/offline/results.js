// What a search finds, as archive/shown/results.py finds it: newest year first, nothing counted further than CAP.

import { among } from "./asking.js";
import { data } from "./data.js";
import { rows } from "./database.js";

export const CAP = 1_000; // a word that stands everywhere would have the whole index read
export const KINDS = ["prose", "reports", "findings"];
const FIRST_YEAR = 2003; // before the first report of all
const LETTERS = { year: "y", province: "d", level: "l" };

const marks = (chosen) => ["current", ...Object.entries(chosen).map(([name, value]) => LETTERS[name] + value)];

const ids = async (name, phrases, chosen, most) => {
  const { index } = data().kinds[name];
  const but = name === "findings" ? data().dismissed : "";
  const query = `SELECT rowid AS id FROM ${index} WHERE ${index} MATCH ?${but} LIMIT ?`;
  return (await rows(query, among(phrases, marks(chosen)), most)).map((row) => row.id);
};

// At the most one more than CAP.
export const counted = async (name, phrases, chosen) => (await ids(name, phrases, chosen, CAP + 1)).length;

// From the year behind the last report, which may be missing, to that of the first one that there was.
const years = () => {
  const { last, first } = data().counts;
  const [from, to] = [(last ?? FIRST_YEAR) + 1, Math.min(first ?? FIRST_YEAR, FIRST_YEAR)];
  return Array.from({ length: from - to + 1 }, (_, step) => String(from - step));
};

// Year by year, so that no row is looked at that is not shown: looking at all would have half the database read.
const ofPage = async (name, phrases, chosen, offset, size) => {
  const found = [];
  let left = offset;
  for (const year of chosen.year ? [chosen.year] : years()) {
    const here = await ids(name, phrases, { ...chosen, year }, left + size - found.length);
    found.push(...here.slice(left));
    left = Math.max(0, left - here.length);
    if (found.length >= size) break;
  }
  return found;
};

export const page = async (name, phrases, chosen, offset, size) => {
  const here = await ofPage(name, phrases, chosen, offset, size);
  const byId = new Map((await rows(data().kinds[name].rows, JSON.stringify(here))).map((row) => [row.id, row]));
  return here.flatMap((id) => byId.get(id) ?? []);
};
