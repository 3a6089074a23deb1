// What does not add up in a report, with both numbers.

import * as addresses from "./addresses.js";
import { h, plain } from "./dom.js";
import { message, t, word } from "./words.js";

const SHOWN = ["FAIL", "WARN", "NOT_REPORTED", "INFO"]; // in this order; the others, often many of a kind, are folded
const FOLDED = ["UNCERTAIN", "NOT_ASSESSABLE"];
const WRONG = ["FAIL", "WARN"];
const SQUARES = 8; // of one finding, as links

const place = (verdict) => (SHOWN.includes(verdict) ? SHOWN.indexOf(verdict) : SHOWN.length);
export const isWrong = (finding) => WRONG.includes(finding.verdict) && finding.judgement !== "dismissed";
const anchor = (finding) => `finding-${finding.position ?? finding.key}`;

// Those to show, numbered from 1, and those to fold away.
export const sorted = (findings) => {
  const every = findings.map((one) => ({ ...one, indicators: JSON.parse(one.indicators) }));
  const order = (one) => [one.judgement === "dismissed" ? 1 : 0, place(one.verdict)];
  const shown = every
    .filter((one) => !FOLDED.includes(one.verdict))
    .sort((one, other) => order(one)[0] - order(other)[0] || order(one)[1] - order(other)[1])
    .map((one, number) => ({ ...one, number: number + 1 }));
  const folded = FOLDED.map((verdict) => [verdict, every.filter((one) => one.verdict === verdict)]).filter(([, same]) => same.length);
  return { shown, folded };
};

// Indicator -> the findings that its square is marked with, the worst first.
export const marksOf = (shown) => {
  const found = new Map();
  for (const one of shown.filter((each) => isWrong(each) && each.snapshot)) {
    for (const name of one.indicators) found.set(name, [...(found.get(name) ?? []), one]);
  }
  return found;
};

const other = (finding) => {
  const { other_organ: organ, other_year: year, other_division: division } = finding;
  return year ? [t("report.other_report"), h("a", { href: addresses.report(organ, year, division) }, t("report.title", { organ, year }))] : null;
};

const judgement = (finding) =>
  finding.judgement
    ? h("span", { class: `judgement ${finding.judgement}` }, h("strong", {}, word("judgement", finding.judgement)), " ",
      h("span", {}, `${finding.by} · ${finding.at.slice(0, 10)}`), finding.note ? [" ", h("q", {}, finding.note)] : null)
    : null;

const sums = (finding) => {
  const { expected, actual, difference } = finding;
  if (expected === null && actual === null) return null;
  const one = (key, value, sign = "") => (value === null ? null : h("div", {}, h("dt", {}, t(`report.${key}`)), h("dd", {}, sign, plain(value))));
  return h("dl", { class: "sums" },
    finding.verdict === "UNCERTAIN" ? h("div", { class: "if-zero" }, t("report.if_zero")) : null,
    one("expected", expected), one("actual", actual), one("difference", difference, difference > 0 ? "+" : ""));
};

const squares = (finding, here, labels) => {
  const names = finding.snapshot ? finding.indicators.slice(0, SQUARES) : []; // else they may be of the other report
  if (!names.length) return null;
  const all = finding.indicators.length;
  return h("details", { class: "squares" }, h("summary", {}, t("report.squares_of", { n: all })),
    h("ul", {}, names.map((name) => h("li", {}, h("a", { href: here(`square-${name}`) }, labels[name] ?? name))),
      all > names.length ? h("li", {}, t("report.more_squares", { n: all })) : null));
};

export const card = (finding, here, labels) =>
  h("article", { class: `finding ${finding.verdict} ${finding.judgement}`.trim(), id: anchor(finding) },
    h("p", { class: "verdict" },
      h("span", { class: "number", role: "img", "aria-label": t("report.finding", { n: finding.number }) }, finding.number),
      h("strong", {}, word("verdict", finding.verdict)), " ", h("span", { class: "rule", title: finding.rule }, word("rule", finding.rule))),
    h("p", { class: "text" }, message(finding)),
    sums(finding),
    finding.other_year ? h("p", { class: "other" }, other(finding)) : null,
    finding.evidence && finding.verdict !== "NOT_REPORTED" ? h("blockquote", {}, finding.evidence) : null,
    finding.judgement ? h("p", {}, judgement(finding)) : null,
    squares(finding, here, labels));

const line = (finding) =>
  h("li", { id: anchor(finding), class: finding.holds_if_blank_is_zero === 0 ? "fails" : null }, message(finding),
    finding.evidence && !message(finding).includes(finding.evidence) ? [" ", h("q", {}, finding.evidence)] : null,
    finding.other_year ? [" ", other(finding)] : null, finding.judgement ? [h("br"), judgement(finding)] : null);

export const foldedOf = (folded) =>
  folded.map(([verdict, same]) =>
    h("details", { class: `folded ${verdict}` },
      h("summary", {}, h("strong", {}, t(verdict === "UNCERTAIN" ? "report.uncertain" : "report.not_assessable", { n: same.length }))),
      h("ul", {}, same.map(line))));

export const passedOf = (passed) => {
  const all = Object.values(passed).reduce((sum, one) => sum + one, 0);
  return all
    ? h("details", { class: "folded PASS" }, h("summary", {}, h("strong", {}, t("report.passed", { n: all }))),
      h("ul", {}, Object.entries(passed).map(([rule, n]) => h("li", {}, word("rule", rule), " ", h("b", {}, `×${n}`)))))
    : null;
};
