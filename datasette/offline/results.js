// What a search finds, as archive/results.py finds it: newest year first, nothing counted further than CAP.

import { among } from "./asking.js";
import { data } from "./data.js";
import { rows } from "./database.js";

export const CAP = 1_000; // a word that stands everywhere would have the whole index read
export const KINDS = ["prose", "reports", "findings"];
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

const yearByYear = async (name, phrases, chosen, offset, size) => {
  const found = [];
  let left = offset;
  const newest = data().years.map(([year]) => String(year));
  for (const year of chosen.year ? [chosen.year] : newest) {
    const here = await ids(name, phrases, { ...chosen, year }, left + size - found.length);
    found.push(...here.slice(left));
    left = Math.max(0, left - here.length);
    if (found.length >= size) break;
  }
  return found;
};

const ordered = async (name, all) => {
  const places = await rows(data().kinds[name].places, JSON.stringify(all));
  return places.sort((one, other) => other.year - one.year || one.id - other.id).map((row) => row.id);
};

export const page = async (name, phrases, chosen, offset, size) => {
  const all = await ids(name, phrases, chosen, CAP + 1);
  const here = all.length > CAP
    ? await yearByYear(name, phrases, chosen, offset, size)
    : (await ordered(name, all)).slice(offset, offset + size);
  const byId = new Map((await rows(data().kinds[name].rows, JSON.stringify(here))).map((row) => [row.id, row]));
  return { total: all.length, rows: here.flatMap((id) => byId.get(id) ?? []) };
};
