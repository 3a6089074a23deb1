// The piece of a text that shows what was asked for, as archive/shown/snippets.py cuts it.

import { letters, simplified, tokens } from "./folding.js";

const BEFORE = 40;
const LENGTH = 160; // signs of a piece before the first word that was asked for, and in all
const LOOKED = 100_000;
const WINDOW = 2_000;

const at = (signs, sign, from, to) => {
  for (let place = to - 1; place >= from; place -= 1) if (signs[place] === sign) return place;
  return -1;
};

// Where a list stands in another one, the first time.
const find = (signs, wanted) => {
  for (let place = 0; place + wanted.length <= signs.length; place += 1) {
    if (wanted.every((sign, step) => signs[place + step] === sign)) return place;
  }
  return -1;
};

const window = (phrases, signs) => {
  if (signs.length <= WINDOW) return [0, signs.length];
  const simple = simplified(signs.slice(0, LOOKED));
  const small = letters(simple.join("").toLowerCase());
  const looked = small.length === simple.length ? small : simple;
  const places = phrases.flat().map((variant) => find(looked, letters(variant.join(""))));
  const hits = places.filter((place) => place >= 0);
  const hit = hits.length ? Math.min(...hits) : 0;
  const least = Math.max(0, hit - Math.floor(WINDOW / 4));
  const begin = at(signs, "\n", least, hit) + 1 || least;
  const end = begin + WINDOW;
  if (end >= signs.length) return [begin, end];
  return [begin, Math.max(at(signs, "\n", hit + Math.floor(WINDOW / 4), end), 0) || end];
};

// For each phrase, where it begins and ends.
const found = (phrases, line) => {
  const every = tokens(line);
  return phrases.map((phrase) =>
    phrase.flatMap((variant) => {
      const spans = [];
      for (let first = 0; first + variant.length <= every.length; first += 1) {
        if (variant.every((word, step) => every[first + step][0] === word)) {
          spans.push([every[first][1], every[first + variant.length - 1][2]]);
        }
      }
      return spans;
    }));
};

const cut = (signs, line, spans) => {
  let begin = spans.length ? Math.max(0, spans[0][0] - BEFORE) : 0;
  begin = signs.length <= LENGTH ? 0 : Math.min(begin, signs.length - LENGTH);
  const end = Math.min(signs.length, begin + LENGTH);
  const pieces = [];
  let place = begin;
  for (const [from, to] of spans) {
    const first = Math.max(from, place);
    const last = Math.min(to, end);
    if (first < last) {
      pieces.push([signs.slice(place, first).join(""), false], [signs.slice(first, last).join(""), true]);
      place = last;
    }
  }
  pieces.push([signs.slice(place, end).join(""), false]);
  return { line, pieces: pieces.filter(([text]) => text), before: begin > 0, behind: end < signs.length };
};

export const snippet = (phrases, text) => {
  const signs = letters(text);
  const [begin, end] = window(phrases, signs);
  const lines = signs.slice(begin, end).join("").split("\n");
  let best = 0;
  let marked = [];
  for (const [number, line] of lines.entries()) {
    const here = line.trim() ? found(phrases, line) : [];
    const count = here.filter((spans) => spans.length).length;
    if (count > marked.filter((spans) => spans.length).length) {
      best = number;
      marked = here;
      if (count === here.length) break;
    }
  }
  const above = signs.slice(0, begin).filter((sign) => sign === "\n").length;
  const spans = marked.flat().sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  return cut(letters(lines[best]), above + best, spans);
};
