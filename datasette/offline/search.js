// The page of a search.

import * as addresses from "./addresses.js";
import { LONGEST, understood, Unsearchable } from "./asking.js";
import { data } from "./data.js";
import { h, some } from "./dom.js";
import { CAP, counted, KINDS, page } from "./results.js";
import { snippet } from "./snippets.js";
import { count, current, html, t, word } from "./words.js";

const PAGE = 20;
const LEVELS = ["province", "city", "county", "town", "none"];

export const searchForm = (id, large = false, asked = {}) => {
  const field = h("input", { id, type: "search", name: "q", maxlength: LONGEST, value: asked.q, placeholder: t("search.placeholder") });
  const form = h("form", { class: large ? "asking" : "site-search", role: "search", "aria-label": large ? t("search.title") : null },
    h("label", { class: "hidden", for: id }, t("search.label")), field, h("button", {}, t("search.button")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = addresses.search({ q: field.value });
  });
  return form;
};

const choice = (name, values, asked) => {
  const id = `choose-${name}`;
  const every = [["", "—"], ...values].map(([value, text]) => h("option", { value, selected: value === (asked[name] ?? "") }, text));
  const field = h("select", { id }, every);
  field.addEventListener("change", () => {
    location.hash = addresses.search({ ...asked, [name]: field.value, page: null });
  });
  return h("label", { for: id }, word("search_facet", name), field);
};

const narrowing = (asked) =>
  h("div", { class: "narrowing", role: "group", "aria-label": t("search.narrow") },
    choice("year", data().years.map(([year]) => [String(year), String(year)]), asked),
    choice("province", data().provinces, asked),
    choice("level", LEVELS.map((level) => [level, word("search_level", level)]), asked));

const marked = ({ pieces, before, behind }) =>
  [before ? "…" : "", ...pieces.map(([text, hit]) => (hit ? h("mark", {}, text) : text)), behind ? "…" : ""];

const place = (row) => `${row.province ?? ""}${row.city ?? ""}${row.county ?? ""}`;
const title = (row) => t("report.title", { organ: row.organ, year: row.year });

const hits = {
  prose: (phrases, row) => {
    const shown = snippet(phrases, `${row.heading}\n${row.text}`);
    const above = row.text.split("\n").slice(0, shown.line).filter(Boolean).length;
    const at = `section-${row.position + 1}${above ? `-p-${above}` : ""}`;
    return [
      h("h3", {}, h("a", { href: addresses.report(row.organ, row.year, row.division, at) }, title(row))),
      h("p", {}, h("small", {}, place(row), " · ", row.heading || t("report.before_first"))),
      h("p", {}, marked(shown)),
    ];
  },
  reports: (phrases, row) => [
    h("h3", {}, h("a", { href: addresses.report(row.organ, row.year, row.division) }, marked(snippet(phrases, row.organ)), ` ${row.year}`)),
    h("p", {}, marked(snippet(phrases, row.title))),
    h("p", {}, h("small", {}, place(row))),
  ],
  findings: (phrases, row) => {
    const at = `finding-${row.position ?? row.key}`;
    const address = row.province === null
      ? addresses.organ(row.organ, row.division) // the report that is missing
      : addresses.report(row.organ, row.year, row.division, at);
    return [
      h("h3", {}, h("a", { href: address }, title(row))),
      h("p", {}, h("strong", {}, word("verdict", row.verdict)), " ", h("small", {}, word("rule", row.rule))),
      ["zh", "en"].map((language) => [language, snippet(phrases, row[`message_${language}`])])
        .filter(([language, one]) => language === current() || one.pieces.some(([, hit]) => hit))
        .map(([language, one]) => h("p", { lang: html(language) }, marked(one))),
    ];
  },
};

const asFound = (total) => (total > CAP ? t("search.found_many", { n: count(CAP) }) : t("search.found", { n: count(total) }));
const many = (number) => (number > CAP ? t("search.more_than", { n: count(CAP) }) : count(number));

const pager = (asked, number, pages) =>
  pages < 2 ? null : h("nav", { class: "pager", "aria-label": t("search.pages") },
    number > 1 ? h("a", { rel: "prev", href: addresses.search({ ...asked, page: number - 1 }) }, t("search.previous")) : null,
    h("span", {}, t("search.page", { n: number, of: pages })),
    number < pages ? h("a", { rel: "next", href: addresses.search({ ...asked, page: number + 1 }) }, t("search.next")) : null);

const how = (open) =>
  h("details", { class: "folded", open }, h("summary", {}, t("search.how")),
    h("ul", { class: "points" }, ["words", "numbers", "traditional", "what"].map((one) => h("li", {}, t(`search.how_${one}`)))));

const answered = async (phrases, asked) => {
  const chosen = Object.fromEntries(["year", "province", "level"].filter((name) => asked[name]).map((name) => [name, asked[name]]));
  const counts = {};
  for (const name of KINDS) counts[name] = await counted(name, phrases, chosen);
  const kind = KINDS.includes(asked.kind) ? asked.kind : KINDS.find((name) => counts[name]) ?? "prose";
  const pages = Math.ceil(Math.min(counts[kind], CAP) / PAGE);
  const number = Math.min(Math.max(Number.parseInt(asked.page, 10) || 1, 1), Math.max(pages, 1));
  const total = counts[kind];
  const found = total ? await page(kind, phrases, chosen, (number - 1) * PAGE, PAGE) : [];
  return [
    h("ul", { class: "kinds" }, KINDS.map((name) => {
      const said = [word("search_kind", name), " ", h("small", {}, many(counts[name]))];
      return h("li", {}, name === kind ? h("strong", { "aria-current": "page" }, said) : h("a", { href: addresses.search({ ...asked, kind: name, page: null }) }, said));
    })),
    narrowing({ ...asked, kind }),
    h("h2", { id: "hits" }, asFound(total)),
    total > CAP ? h("p", { class: "note" }, t("search.capped")) : null,
    total && kind === "prose" ? h("p", { class: "note" }, t("search.order")) : null,
    h("ol", { class: "hits" }, found.length ? found.map((row) => h("li", {}, hits[kind](phrases, row))) : h("li", { class: "none-found" }, t("search.nothing"))),
    pager({ ...asked, kind }, number, pages),
  ];
};

export const searchPage = async (_, asked) => {
  const q = asked.q ?? "";
  const parts = [h("h1", {}, t("search.title")), searchForm("q", true, asked)];
  try {
    parts.push(...(await answered(understood(q), asked)), how(false));
  } catch (error) {
    if (!(error instanceof Unsearchable) && error.problem !== "slow") throw error;
    const bad = error.problem !== "empty";
    parts.push(h("p", { class: `notice${bad ? " WARN" : ""}`, role: bad ? "alert" : null }, t(`search.problem_${error.problem}`, { n: LONGEST })), how(true));
  }
  return { title: some(q, () => t("search.title_of", { q })) ?? t("search.title"), content: parts, kind: "search" };
};
