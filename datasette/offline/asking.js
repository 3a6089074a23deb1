// What people type into a search box, understood as archive/shown/asking.py understands it.

import { letters, shared, tokens } from "./folding.js";

export const LONGEST = 200; // signs of a question
const VARIED = 4; // characters of a phrase that are tried in two ways
// What Python takes for a blank, which is not what JavaScript does.
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANKS = new RegExp(`[${BLANK}]+`, "u");
const QUOTED = /["“”„‟＂]([^"“”„‟＂]*)["“”„‟＂]?/gu;
const BETWEEN = new RegExp(`[${BLANK}、，；。？！;?!]+|,(?!\\p{Nd})|(?<!\\p{Nd}),`, "u");
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u{d800}-\u{dfff}]/u;
const SAYING = /[\p{L}\p{N}]/u;

export class Unsearchable extends Error {
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

const pieces = (text) => {
  const found = [];
  let end = 0;
  for (const quoted of text.matchAll(QUOTED)) {
    found.push(...text.slice(end, quoted.index).split(BETWEEN), quoted[1]);
    end = quoted.index + quoted[0].length;
  }
  return [...found, ...text.slice(end).split(BETWEEN)].filter(Boolean);
};

const every = (choices) =>
  choices.reduce((before, choice) => before.flatMap((one) => choice.map((word) => [...one, word])), [[]]);

// Its variants, none without a letter or a number in it.
const phrase = (piece) => {
  const line = piece.split(BLANKS).filter(Boolean).join(" ");
  const found = tokens(line);
  if (!found.some(([word]) => SAYING.test(word))) return [];
  const signs = letters(line);
  let either = found.map(([word, begin, end]) => {
    const one = signs.slice(begin, end).join("");
    return Object.hasOwn(shared(), one) ? [one, shared()[one]] : [word];
  });
  if (either.filter((choice) => choice.length > 1).length > VARIED) either = either.map((choice) => choice.slice(-1));
  return every(either);
};

export const understood = (text) => {
  if (!text.split(BLANKS).some(Boolean)) throw new Unsearchable("empty");
  if (letters(text).length > LONGEST) throw new Unsearchable("long");
  if (CONTROL.test(text)) throw new Unsearchable("control");
  const found = pieces(text).map(phrase).filter((one) => one.length);
  if (!found.length) throw new Unsearchable("no_word");
  const known = new Set();
  return found.filter((one) => !known.has(JSON.stringify(one)) && known.add(JSON.stringify(one)));
};

const quoted = (words) => `"${words.join(" ").replaceAll('"', '""')}"`;

// As FTS5 wants it, of the rows alone that bear all these marks.
export const among = (phrases, marks) => {
  const all = phrases.map((one) => (one.length > 1 ? `(${one.map(quoted).join(" OR ")})` : quoted(one[0])));
  return [`- marks : (${all.join(" AND ")})`, ...marks.map((mark) => `marks : ${quoted([mark])}`)].join(" AND ");
};
