// The page of one report.

import * as addresses from "./addresses.js";
import { bibtex, standard } from "./citing.js";
import { data, labelsOf } from "./data.js";
import { rows } from "./database.js";
import { h, moment, plain, some } from "./dom.js";
import { byTable, shared, together } from "./facts.js";
import { card, foldedOf, isWrong, marksOf, passedOf, sorted } from "./findings.js";
import { printed, squaresOf } from "./printed.js";
import { extrasOf, legend, othersOf, tablesOf } from "./tables.js";
import { t, word } from "./words.js";

const OTHERS = "SELECT year, division FROM reports WHERE organ = ? ORDER BY year DESC, division LIMIT 50";

const about = (report) => {
  const one = (key, content, wide = false) => h("div", { class: wide ? "wide" : null }, h("dt", {}, t(`report.${key}`)), h("dd", { class: wide ? "code" : null }, content));
  const forms = report.forms.split(" ").filter(Boolean).map((form) => word("form", form)).join(t("site.and"));
  return h("dl", { class: "facts-about" },
    one("published", report.published ?? t("report.unknown")),
    report.division ? one("division", [report.province, report.city, report.county, " ", h("span", { class: "code" }, report.division)]) : null,
    one("captured", moment(report.timestamp)),
    one("format", [word("media", report.media_type), report.charset ? ` · ${report.charset}` : null]),
    one("kind", word("kind", report.kind)),
    one("forms", forms || t("report.no_forms")),
    report.member ? one("part", report.member) : null,
    one("source", [report.source || t("report.unknown"), report.official ? null : ` · ${t("report.not_official")}`]),
    one("address", report.url, true), one("snapshot", report.snapshot, true), one("digest", report.digest, true));
};

// The state that keeps a headline from having a number; "" if there are several, or none.
const whyNone = (parts, facts) => {
  const states = new Set(parts.map((name) => facts.get(name)?.state ?? "missing").filter((state) => state !== "number"));
  return states.size === 1 ? [...states][0] : "";
};

// By the form that was filled in: a statistics table of before 2019 has none of what is asked since.
const headlinesOf = (report, facts) => {
  if (!facts.size || ![...facts.keys()].every((name) => name.startsWith("statistics."))) {
    return Object.entries(data().headlines).map(([name, parts]) => [name, parts, report[name]]);
  }
  return Object.entries(data().earlier).map(([name, of]) => [name, [of], facts.get(of)?.value ?? null]);
};

const headlines = (report, facts) =>
  h("ul", { class: "counts small" },
    headlinesOf(report, facts).map(([name, parts, value]) => {
      if (value !== null) return h("li", {}, h("strong", {}, plain(value)), t(`report.${name}`, { n: value }));
      const state = whyNone(parts, facts);
      return h("li", {}, h("strong", { class: "none", title: t("home.no_number_hint") }, state ? word("state", state) : t("home.no_number")), t(`report.${name}`, { n: value }));
    }),
    h("li", {}, h("strong", {}, report.numbers), t("report.numbers")), h("li", {}, h("strong", {}, report.blanks), t("report.blanks")));

const findingsOf = (report, findings, { shown, folded }, here, labels) => {
  const passed = JSON.parse(report.passed);
  const all = Object.values(passed).reduce((sum, one) => sum + one, 0);
  const dismissed = findings.filter((one) => one.judgement === "dismissed").length;
  const counted = t("report.counted", { wrong: findings.filter(isWrong).length, passed: all });
  return h("section", { class: "findings", "aria-labelledby": "findings" },
    h("h2", { id: "findings" }, t("report.findings")),
    all || findings.length ? h("p", { class: "note" }, counted, dismissed ? t("report.dismissed", { n: dismissed }) : null) : null,
    shown.length ? shown.map((one) => card(one, here, labels)) : h("p", { class: "notice" }, t(all ? "report.nothing_wrong" : "report.nothing_checked")),
    foldedOf(folded), passedOf(passed));
};

const switched = (lastYear) => {
  if (!lastYear) return null;
  const { organ, year, division } = lastYear.report;
  return h("p", { class: "note" }, h("label", {}, h("input", { type: "checkbox", id: "last-year", checked: true }), ` ${t("versions.last_year")}`), " ",
    h("a", { href: addresses.report(organ, year, division) }, t("report.title", { organ, year })), " ", t("versions.last_year_lead", { n: lastYear.facts.size }));
};

const prose = (sections) =>
  h("section", { class: "prose", "aria-labelledby": "sections" },
    h("h2", { id: "sections" }, t("report.sections")), h("p", { class: "note" }, t("report.sections_lead")),
    sections.length ? null : h("p", { class: "notice" }, t("report.no_sections")),
    sections.map(({ heading, text }, place) => {
      const id = `section-${place + 1}`;
      const paragraphs = text.split("\n").filter(Boolean);
      return h("section", { id }, h("h3", {}, heading || t("report.before_first")),
        paragraphs.length ? paragraphs.map((one, number) => h("p", { id: `${id}-p-${number + 1}` }, one)) : h("p", { class: "note" }, t("report.only_table")));
    }));

const cited = (report) => {
  const release = `nianbao ${data().date}`;
  return h("section", { class: "cite", "aria-labelledby": "cite" },
    h("h2", { id: "cite" }, t("versions.cite")), h("p", { class: "note" }, t("versions.cite_lead")),
    h("dl", {}, h("dt", {}, "GB/T 7714"), h("dd", {}, standard(report, release)), h("dt", {}, "BibTeX"), h("dd", {}, h("pre", {}, bibtex(report, release)))));
};

const lastYearOf = async (report, here) => {
  const [before] = await rows(data().queries.last_year, report.organ, report.year - 1, report.division);
  return before ? { report: before, facts: shared(here, await byTable(before.snapshot, before.part)) } : null;
};

const choices = (organ, list) =>
  h("ul", { class: "points" }, list.map((one) =>
    h("li", {}, h("a", { href: addresses.report(organ, one.year, one.division) }, t("report.title", { organ, year: one.year })), " ", h("span", { class: "code" }, one.division))));

const missing = async (organ, year) => {
  const [others, withheld] = await Promise.all([rows(OTHERS, organ), rows(data().queries.withheld, organ, Number(year))]);
  if (withheld.length) {
    return {
      title: t("missing_report.withheld_title"),
      content: [h("h1", {}, t("missing_report.withheld_title")),
        withheld.map(({ at, reason }) => h("p", { class: "notice WARN" }, t("report.withheld", { at: at.slice(0, 10), reason }))),
        some(others, () => [h("p", {}, t("missing_report.years")), choices(organ, others)])].flat(),
    };
  }
  return {
    title: t("missing_report.title"),
    content: [h("h1", {}, t("missing_report.title")), h("p", { class: "notice" }, t("missing_report.lead", { organ, year })),
      some(others, () => [h("p", {}, t("missing_report.years")), choices(organ, others)]),
      h("p", { class: "note" }, t("missing_report.note"))].flat(),
  };
};

export const reportPage = async ([organ = "", year = ""], asked) => {
  const { queries } = data();
  const heads = /^\d{4}$/.test(year) ? await rows(queries.heads, organ, Number(year)) : [];
  const chosen = heads.filter((one) => one.division === (asked.division ?? one.division));
  if (!chosen.length) return missing(organ, year);
  if (chosen.length > 1) {
    return { title: organ, content: [h("h1", {}, t("namesakes.title", { organ })), h("p", {}, t("namesakes.lead", { year })), choices(organ, chosen)] };
  }
  const [report] = chosen;
  const reading = [report.snapshot, report.part];
  const here = (at) => addresses.report(organ, year, asked.division, at);
  const [tables, findings, extras, sections] = await Promise.all([
    byTable(...reading), rows(queries.findings, report.organ, report.year, report.division),
    rows(queries.extras, ...reading), rows(queries.sections, ...reading)]);
  const lastYear = await lastYearOf(report, tables);
  const facts = together(tables);
  const forms = report.forms.split(" ").filter(Boolean);
  const labels = labelsOf(forms);
  const asPrinted = printed(new Set(facts.keys()), forms);
  const found = sorted(findings);
  const squares = squaresOf(asPrinted);
  const whole = { facts, findings: marksOf(found.shown), lastYear, here };
  const content = [
    h("p", { class: "crumbs" }, h("a", { href: addresses.home() }, t("site.home")), " / ", h("a", { href: addresses.organ(report.organ, report.division) }, report.organ)),
    h("h1", {}, report.organ, h("small", {}, t("report.heading", { year: report.year }))),
    h("p", { class: "as-printed" }, report.title),
    about(report),
    h("h2", { class: "hidden" }, t("report.headlines")),
    headlines(report, facts),
    h("div", { class: "beside" }, findingsOf(report, findings, found, here, labels),
      h("section", { class: "tables", "aria-labelledby": "tables" },
        h("h2", { id: "tables" }, t("report.tables")), h("p", { class: "note" }, t("report.tables_lead")), switched(lastYear),
        h("details", { class: "legend-box" }, h("summary", {}, t("report.legend")), legend()),
        tablesOf(asPrinted, whole), extrasOf(extras), othersOf([...facts.values()].filter((fact) => !squares.has(fact.indicator)), labels))),
    prose(sections),
    cited(report),
  ];
  return { title: t("report.title", { organ: report.organ, year: report.year }), content, kind: "report" };
};
