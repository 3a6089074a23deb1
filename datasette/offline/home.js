// The first page, and the places to look round in.

import * as addresses from "./addresses.js";
import { data } from "./data.js";
import { rows } from "./database.js";
import { h, some, table } from "./dom.js";
import { searchForm } from "./search.js";
import { count, t } from "./words.js";

const CHILDREN = "SELECT code, name FROM places WHERE parent = ? ORDER BY code";
const ORGANS = `SELECT organ, count(*) AS reports, min(year) AS first, max(year) AS last FROM reports
WHERE division = ? GROUP BY organ ORDER BY organ LIMIT ?`;
const ABOVE = "SELECT code, name, parent FROM places WHERE code = ?";
const MOST = 500;

const number = (value, key) => h("li", {}, h("strong", {}, value), t(key, { n: value }));

export const homePage = async () => {
  const { counts, years } = data();
  const list = years.map(([year, reports]) =>
    h("tr", {}, h("th", { scope: "row" }, year), h("td", { class: "n" }, count(reports))));
  const content = [
    h("h1", {}, t("home.title")),
    h("p", { class: "lead" }, t("home.lead")),
    h("p", { class: "notice" }, t("offline.lead", { date: data().date })),
    searchForm("home-search", true),
    h("ul", { class: "counts" },
      number(count(counts.reports), "home.count_reports"), number(count(counts.organs), "home.count_organs"),
      number(years.length, "home.count_years")),
    some(years, () => [h("h2", {}, t("offline.years")), table(t("offline.years"), [t("home.report_year"), t("site.reports")], list)]),
    h("h2", {}, t("site.regions")),
    ...(await places("", "")),
  ];
  return { title: t("home.title"), content, kind: "search" };
};

const places = async (code, division) => {
  const [children, organs] = await Promise.all([rows(CHILDREN, code), code ? rows(ORGANS, division, MOST + 1) : []]);
  return [
    some(children, () => h("ul", { class: "names" }, children.map((one) => h("li", {}, h("a", { href: addresses.place(one.code) }, one.name))))),
    some(organs, () => h("ul", { class: "points" }, organs.slice(0, MOST).map((one) =>
      h("li", {}, h("a", { href: addresses.organ(one.organ, division) }, one.organ), " ",
        h("small", {}, `${one.first}–${one.last} · ${t("place.reports", { n: one.reports })}`))))),
    organs.length > MOST ? h("p", { class: "note" }, t("offline.more_organs", { n: MOST })) : null,
    children.length || organs.length ? null : h("p", { class: "notice" }, t("offline.no_places")),
  ];
};

export const placePage = async ([code = ""]) => {
  const path = [];
  for (let [one] = await rows(ABOVE, code); one; [one] = await rows(ABOVE, one.parent)) path.unshift(one);
  const here = path.at(-1);
  if (code && !here) return null;
  const title = here?.name ?? t("site.regions");
  const crumbs = path.slice(0, -1).map((one) => [" / ", h("a", { href: addresses.place(one.code) }, one.name)]);
  const content = [
    h("p", { class: "crumbs" }, h("a", { href: addresses.home() }, t("site.home")), " / ", h("a", { href: addresses.place("") }, t("site.regions")), crumbs),
    h("h1", {}, title, here ? h("small", { class: "code" }, here.code) : null),
    ...(await places(here?.code ?? "", here?.code ?? "")),
  ];
  return { title, content };
};
