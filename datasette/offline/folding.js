// What a search compares, as archive/folding.py has it: the tokens of a text as printed, folded, with their places.
// A test holds the two against each other. Places are characters, not the halves of which JavaScript makes some.

import { data } from "./data.js";

const TOKEN = /[0-9A-Za-z\u00c0-\u1fff]+|[^0-9A-Za-z\u00c0-\u1fff]/gu;
const KEPT = /[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u;

export const shared = () => data().shared;
export const letters = (text) => Array.from(text);

// In simplified characters, character by character, where any is a traditional one.
export const simplified = (signs) => {
  const { traditional, shared: both } = data();
  if (!signs.some((sign) => Object.hasOwn(traditional, sign))) return signs;
  return signs.map((sign) => (Object.hasOwn(both, sign) ? both[sign] : Object.hasOwn(traditional, sign) ? traditional[sign] : sign));
};

export const isToken = (text) => text === "\n" || KEPT.test(text);

const narrowed = (text) => {
  const whole = text.normalize("NFKC") === text;
  return letters(text).flatMap((sign, place) => (whole ? [[sign, place]] : letters(sign.normalize("NFKC")).map((one) => [one, place])));
};

export const tokens = (text) => {
  const pieces = narrowed(text);
  const simple = simplified(pieces.map(([sign]) => sign));
  const small = letters(simple.join("").toLowerCase());
  const folding = small.length === pieces.length ? small : pieces.map(([sign]) => sign);
  const found = [];
  let place = 0;
  for (const [word] of folding.join("").matchAll(TOKEN)) {
    const length = letters(word).length;
    if (isToken(word)) found.push([word, pieces[place][1], pieces[place + length - 1][1] + 1]);
    place += length;
  }
  return found;
};
