// The page of one organ: its reports year by year, or the choice between organs of one name.

import * as addresses from "./addresses.js";
import { rows } from "./database.js";
import { h, plain, table } from "./dom.js";
import { t, word } from "./words.js";

const DIVISIONS = "SELECT DISTINCT division FROM reports WHERE organ = ?1 UNION SELECT division FROM owed WHERE organ = ?1";
const REPORTS = "SELECT * FROM reports WHERE organ = ? AND division = ? ORDER BY year DESC";
const OWED = "SELECT year, deadline, state FROM ledger WHERE organ = ? AND division = ?";
const NEAR = "SELECT DISTINCT organ FROM reports WHERE organ > ? ORDER BY organ LIMIT 8";
const NUMBERS = ["requests_new", "requests_carried_out", "reconsiderations", "lawsuits"];

const several = (organ, divisions) => [
  h("h1", {}, t("missing_organ.several", { organ })),
  h("p", {}, t("missing_organ.choose")),
  h("ul", { class: "points" }, divisions.map(({ division }) =>
    h("li", {}, h("a", { href: addresses.organ(organ, division) }, organ), " ", h("span", { class: "code" }, division || t("namesakes.unknown"))))),
];

const unknown = async (organ) => {
  const near = await rows(NEAR, organ);
  return [
    h("h1", {}, t("missing_organ.title")),
    h("p", { class: "notice" }, t("missing_organ.lead", { organ })),
    near.length ? h("p", {}, t("missing_organ.near")) : null,
    h("ul", { class: "points" }, near.map((one) => h("li", {}, h("a", { href: addresses.organ(one.organ) }, one.organ)))),
  ];
};

const line = (organ, division, year, report, owed) => {
  const link = report ? h("a", { href: addresses.report(organ, year, division) }, year) : year;
  const numbers = NUMBERS.map((name) => {
    const value = report?.[name] ?? null;
    return h("td", { class: value === null ? "nothing" : "n" }, value === null ? (report ? t("home.no_number") : "—") : plain(value));
  });
  const state = owed ? word("standing", owed.state) : report ? t("organ.not_due") : t("organ.not_owed");
  return h("tr", {}, h("th", { scope: "row" }, link),
    h("td", { class: "text" }, h("span", { class: `state-word ${owed?.state ?? ""}` }, state)),
    h("td", {}, report?.published ?? "—"), h("td", {}, owed?.deadline ?? "—"), numbers,
    h("td", {}, report?.numbers ?? "—"), h("td", {}, report?.findings ?? "—"));
};

export const organPage = async ([organ = ""], asked) => {
  const known = await rows(DIVISIONS, organ);
  const chosen = "division" in asked ? known.filter((one) => one.division === asked.division) : known;
  if (chosen.length !== 1) return { title: organ, content: chosen.length ? several(organ, chosen) : await unknown(organ) };
  const [{ division }] = chosen;
  const [reports, owed] = await Promise.all([rows(REPORTS, organ, division), rows(OWED, organ, division)]);
  const byYear = (list) => new Map(list.map((row) => [row.year, row]));
  const [published, due] = [byYear(reports), byYear(owed)];
  const years = [...new Set([...published.keys(), ...due.keys()])].sort((one, other) => other - one);
  const heads = [t("charts.year"), t("organ.state"), t("organ.published"), t("organ.deadline"),
    ...NUMBERS.map((name) => t(`report.${name}`, { n: "" })), t("organ.numbers"), t("organ.problems")];
  const [first] = reports;
  const where = first ? `${first.province}${first.city}${first.county}` : "";
  return {
    title: organ,
    content: [
      h("p", { class: "crumbs" }, h("a", { href: addresses.home() }, t("site.home")), " / ",
        h("a", { href: addresses.place(division) }, where || t("site.regions"))),
      h("h1", {}, organ, h("small", {}, where, division ? [" · ", h("span", { class: "code" }, division)] : null)),
      h("h2", {}, t("organ.owed")),
      h("p", { class: "note" }, t("organ.owed_lead")),
      table(organ, heads, years.map((year) => line(organ, division, year, published.get(year), due.get(year))), "data"),
    ],
  };
};
