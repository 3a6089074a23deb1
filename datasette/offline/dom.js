// Elements out of data: what is given as text stays text, and a link leads nowhere but into these pages.

const nothing = (child) => child === null || child === undefined || child === false || child === "";

export const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "href" && !String(value).startsWith("#")) throw new Error(`a link out of these pages: ${value}`);
    if (!nothing(value)) element.setAttribute(name, value === true ? "" : String(value));
  }
  const every = children.flat(Infinity).filter((child) => !nothing(child));
  element.append(...every.map((child) => (child instanceof Node ? child : String(child))));
  return element;
};

// Something that is only there when it has anything to say.
export const some = (list, make) => (list.length ? make(list) : null);

// A number as it is written: without a fraction that says nothing.
export const plain = (value) => {
  if (value === null || value === undefined) return "";
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
};

// YYYYMMDDhhmmss in UTC, for people.
export const moment = (stamp) =>
  `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)} ${stamp.slice(8, 10)}:${stamp.slice(10, 12)} UTC`;

export const table = (name, heads, rows, kind = "list") =>
  h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": name },
    h("table", { class: kind },
      h("caption", { class: "hidden" }, name),
      h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows)));
