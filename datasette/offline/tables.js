// The statutory tables of a report: blank, zero, missing and unreadable never look alike.

import * as addresses from "./addresses.js";
import { h, plain, table } from "./dom.js";
import { t, word } from "./words.js";

const state = (text) => h("span", { class: "state" }, text);

export const said = (fact) => {
  if (!fact) return [state(word("state", "missing"))];
  if (fact.state === "number") {
    const shown = plain(fact.value);
    return [shown, fact.raw === shown ? null : h("small", { class: "raw" }, h("span", { class: "hidden" }, t("report.raw")), fact.raw)];
  }
  if (fact.state === "blank") return [state(word("state", "blank"))];
  if (fact.state === "placeholder") return [h("span", { class: "hidden" }, word("state", "placeholder")), state(fact.raw)];
  if (fact.state === "text") return [h("i", { class: "state" }, fact.raw)];
  return [state(word("state", fact.state)), fact.raw ? h("small", { class: "raw" }, fact.raw) : null];
};

const where = (name, fact) => {
  if (!fact) return name;
  const place = { indicator: name, row: fact.row + 1, column: fact.column + 1 };
  return fact.table === null ? t("report.square_line", place) : t("report.square_place", { ...place, table: fact.table + 1 });
};

const before = (name, lastYear) => {
  const fact = lastYear?.facts.get(name);
  if (!fact) return null;
  const { organ, year, division } = lastYear.report;
  const label = `${t("versions.in_year", { year })}${plain(fact.value)}`;
  const text = `${String(year % 100).padStart(2, "0")}: ${plain(fact.value)}`;
  return h("small", { class: "last-year" }, h("a", { href: addresses.report(organ, year, division, `square-${name}`), "aria-label": label }, text));
};

const marks = (findings, here) =>
  findings.length
    ? h("sup", { class: "marks" }, findings.map((one) => h("a", {
      href: here(`finding-${one.position}`), "aria-label": t("report.see_finding", { n: one.number }), "data-number": one.number })))
    : null;

const square = (cell, { facts, findings, lastYear, here }) => {
  const fact = facts.get(cell.indicator);
  const own = findings.get(cell.indicator) ?? [];
  const look = `square ${fact?.state ?? "missing"}${own.length ? ` marked ${own[0].verdict}` : ""}`;
  return h("td", { id: `square-${cell.indicator}`, class: look, colspan: cell.colspan, title: where(cell.indicator, fact) },
    said(fact), before(cell.indicator, lastYear), marks(own, here));
};

const scope = (cell, inHead) => {
  if (cell.kind === "label") return cell.rowspan ? "rowgroup" : "row";
  if (cell.kind === "title") return "rowgroup";
  return cell.colspan > 1 && inHead ? "colgroup" : "col";
};

const cellOf = (cell, report, inHead) => {
  if (cell.kind === "square") return square(cell, report);
  const spans = { rowspan: cell.rowspan, colspan: cell.colspan };
  if (cell.kind === "corner") return h("td", { class: "corner", ...spans }, cell.text);
  const look = `${cell.kind}${cell.rowspan > 9 ? " tall" : ""}`;
  return h("th", { class: look, scope: scope(cell, inHead), ...spans }, h("span", {}, cell.text));
};

const rowsOf = (rows, report, inHead) => rows.map((row) => h("tr", {}, row.map((cell) => cellOf(cell, report, inHead))));

const statutory = (printed, report) => {
  const name = word("table", printed.table);
  return [
    printed.table === "proactive" ? null : h("p", { class: "scroll-hint", "aria-hidden": "true" }, `↔ ${t("report.scroll")}`),
    h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": name },
      h("table", { class: `statutory ${printed.table}` },
        h("caption", { class: "hidden" }, name),
        printed.head.length ? h("thead", {}, rowsOf(printed.head, report, true)) : null,
        printed.blocks.map((block) => h("tbody", {}, rowsOf(block, report, false))))),
  ];
};

// How most squares of a table were read.
const methodOf = (printed, facts) => {
  const tally = new Map();
  for (const cell of printed.blocks.flat(2)) {
    const method = facts.get(cell.indicator)?.method;
    if (method) tally.set(method, (tally.get(method) ?? 0) + 1);
  }
  return [...tally].sort((one, other) => other[1] - one[1])[0]?.[0] ?? "grid";
};

export const tablesOf = (tables, report) =>
  tables.flatMap((printed) => {
    const method = methodOf(printed, report.facts);
    return [
      h("h3", {}, word("table", printed.table)),
      printed.found
        ? [
          printed.forms.length > 1 ? h("p", { class: "notice" }, t("report.mixed_forms", { forms: printed.forms.join(t("site.and")) })) : null,
          method === "grid" ? null : h("p", { class: "notice" }, word("method", method)),
          statutory(printed, report),
        ]
        : h("p", { class: "absent" }, h("strong", {}, t("report.no_table")), t("report.no_table_hint")),
    ];
  });

export const legend = () => {
  const one = (kind, content, text) => h("li", {}, h("span", { class: `square ${kind}` }, content), text);
  return h("ul", { class: "legend" },
    one("number", "0", t("legend.number")), one("blank", state(word("state", "blank")), t("legend.blank")),
    one("placeholder", state("/"), t("legend.placeholder")), one("text", h("i", { class: "state" }, "若干"), t("legend.text")),
    one("unreadable", state(word("state", "unreadable")), t("legend.unreadable")),
    one("missing", state(word("state", "missing")), t("legend.missing")));
};

// Rows that an organ added, and squares that no printed table has.
export const extrasOf = (extras) =>
  extras.length
    ? [h("h3", {}, t("report.extras")), h("p", { class: "note" }, t("report.extras_lead")),
      table(t("report.extras"), [t("report.extra_row"), t("report.extra_column"), t("report.value")], extras.map((one) =>
        h("tr", {}, h("th", { scope: "row" }, one.label, " ", h("small", {}, word("table", one.within))), h("td", { "data-label": t("report.extra_column") }, one.head),
          h("td", { class: `n extra ${one.state}` }, said(one), one.unit && !one.raw.includes(one.unit) ? ` ${one.unit}` : null))))]
    : null;

export const othersOf = (others, labels) =>
  others.length
    ? [h("h3", {}, t("report.others")), h("p", { class: "note" }, t("report.others_lead")),
      table(t("report.others"), [t("report.indicator"), t("report.value")], others.map((fact) =>
        h("tr", {}, h("th", { scope: "row" }, labels[fact.indicator] ?? fact.indicator, " ", h("code", {}, fact.indicator)),
          h("td", { class: `n square ${fact.state}`, id: `square-${fact.indicator}` }, said(fact)))))]
    : null;
