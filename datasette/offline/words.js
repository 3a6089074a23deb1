// The words of the pages in the reader's language: the same files that the server's pages speak with.

const LANGUAGES = { zh: "zh-CN", en: "en" }; // the first where none is asked for
const KEPT = "nianbao.language";
let spoken = {};
let language = "zh";

const kept = () => {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // a browser that keeps nothing
  }
};

const wanted = () =>
  [kept(), ...navigator.languages.map((one) => one.slice(0, 2).toLowerCase())].find((one) => one in LANGUAGES) ?? "zh";

export const load = async (chosen = wanted()) => {
  language = chosen;
  const answer = await fetch(`words-${language}.json`);
  if (!answer.ok) throw new Error(`words-${language}.json: ${answer.status}`);
  spoken = await answer.json();
  document.documentElement.lang = LANGUAGES[language];
};

export const keep = (chosen) => {
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // then it holds for this visit
  }
  return load(chosen);
};

export const loaded = () => Object.keys(spoken).length > 0;
export const other = () => Object.keys(LANGUAGES).find((one) => one !== language);
export const html = (name) => LANGUAGES[name];
export const current = () => language;

// The words for a key, {n:report|reports} by how many there are; a key that is not there is a mistake in the page and fails.
export const t = (key, values = {}) => {
  if (!(key in spoken)) throw new Error(`no words for ${key}`);
  return spoken[key].replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) =>
    many === undefined ? String(values[name]) : String(values[name]) === "1" ? one : many,
  );
};

// The word for a value of the data, or the value itself where there is none.
export const word = (group, value) => {
  const key = `${group}.${value}`;
  return Object.hasOwn(spoken, key) ? spoken[key] : String(value);
};

// A square, or a whole row, by its words; what is of another form as it is called in the data.
const square = (indicator) => {
  const cut = indicator.lastIndexOf(".");
  const column = indicator.slice(cut + 1);
  const ofTable = `${indicator.split(".", 1)[0]}.${column}`; // what a review ended in is no other applicant
  const parts = [
    spoken[`form_row.${indicator.slice(0, cut)}`],
    spoken[`form_column.${ofTable}`] ?? spoken[`form_column.${column}`],
  ];
  if (parts.every(Boolean)) return parts.join(" · ");
  return spoken[`measure.${indicator}`] ?? spoken[`form_row.${indicator}`] ?? indicator;
};

const INDICATOR = /(?<![\w.])(?:proactive|requests|review|statistics)(?:\.[a-z0-9_]+)+/g;

// What a finding says, in the reader's language.
export const message = (row) => row[`message_${language}`].replace(INDICATOR, square);
export const count = (number) => number.toLocaleString("en");
