// What the release says of itself, its forms and its queries (data.json), read once.

let known = null;

export const load = async () => {
  const answer = await fetch("data.json");
  if (!answer.ok) throw new Error(`data.json: ${answer.status}`);
  known = await answer.json();
};

export const data = () => known;

// Indicator -> label, in the words of the first of a report's forms that has it.
export const labelsOf = (forms) =>
  Object.assign({}, ...Object.values(known.labels), ...[...forms].reverse().map((form) => known.labels[form] ?? {}));
