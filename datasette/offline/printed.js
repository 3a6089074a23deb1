// The statutory tables as the form prints them, as archive/shown/printed.py chooses them: that form which is filled best, and
// block by block where a report took one from another form. How each form prints its tables stands in data.json.

import { data } from "./data.js";

const squares = (layout) => layout.blocks.flat(2).filter((cell) => cell.indicator).map((cell) => cell.indicator);
const count = (names, present) => names.filter((name) => present.has(name)).length;

// The forms that have this table: the one that is filled best first, then in the order of `forms`.
const ranked = (layouts, present, forms) => {
  const names = [...new Set([...forms, ...Object.keys(layouts)])].filter((name) => name in layouts);
  const share = (name) => count(squares(layouts[name]), present) / squares(layouts[name]).length;
  return names.map((name) => [name, share(name)]).sort((one, other) => other[1] - one[1]).map(([name]) => name);
};

const found = (layouts, present) => Object.values(layouts).some((layout) => count(squares(layout), present) > 0);

const simple = (table, layouts, present, forms) => {
  const [form] = ranked(layouts, present, forms);
  return { table, forms: [form], found: count(squares(layouts[form]), present) > 0, ...layouts[form] };
};

const named = (layout, form) =>
  new Map(layout.blocks.map((rows) => [rows[0][0].text, { form, rows, names: squares({ blocks: [rows] }) }]));

// Better with more squares that are there, then with fewer that are not.
const better = (one, other, present) => {
  const [here, there] = [one, other].map((block) => (block ? count(block.names, present) : 0));
  if (here !== there) return here > there;
  return here - one.names.length > there - (other ? other.names.length : 0);
};

// The last column takes what is left of the width, as in the forms.
const fitted = (rows, width) =>
  rows.map((row) => {
    const own = row.length === 1 ? width : width - row.length + 1;
    return row.map((cell, place) => (place === row.length - 1 ? { ...cell, colspan: own } : cell));
  });

const proactive = (layouts, present, forms) => {
  const [main, ...rest] = ranked(layouts, present, forms);
  const blocks = named(layouts[main], main);
  for (const form of rest) {
    for (const [title, block] of named(layouts[form], form)) {
      if (count(block.names, present) && better(block, blocks.get(title), present)) blocks.set(title, block);
    }
  }
  const chosen = [...blocks.values()];
  const width = Math.max(...chosen.map(({ rows }) => rows[1].length));
  return {
    table: "proactive",
    forms: [...new Set(chosen.map(({ form }) => form))],
    found: found(layouts, present),
    head: [],
    blocks: chosen.map(({ rows }) => fitted(rows, width)),
  };
};

export const printed = (present, forms) => {
  const { statistics, proactive: own, requests, review } = data().layouts;
  const older = statistics && found(statistics, present) ? [simple("statistics", statistics, present, forms)] : [];
  const others = Object.entries(data().layouts).filter(([table]) => table !== "statistics");
  if (older.length && !others.some(([, layouts]) => found(layouts, present))) return older;
  return [
    ...older,
    ...(own ? [proactive(own, present, forms)] : []),
    ...(requests ? [simple("requests", requests, present, forms)] : []),
    ...(review ? [simple("review", review, present, forms)] : []),
  ];
};

export const squaresOf = (tables) => new Set(tables.flatMap((table) => squares(table)));
