// The offline edition: which page an address asks for, in which language, and what is said when something fails.

import * as addresses from "./addresses.js";
import * as data from "./data.js";
import * as database from "./database.js";
import { h } from "./dom.js";
import { homePage, placePage } from "./home.js";
import { organPage } from "./organ.js";
import { reportPage } from "./report.js";
import { searchForm, searchPage } from "./search.js";
import * as words from "./words.js";

const { t } = words;
const PAGES = { "": homePage, place: placePage, search: searchPage, organ: organPage, report: reportPage };
const main = document.getElementById("main");
const status = document.getElementById("status");
let shown = null; // the address without the place on it
let turn = 0;

const header = () => {
  const language = h("button", { type: "button", class: "language", lang: words.html(words.other()) });
  language.append(words.other() === "en" ? "English" : "中文");
  language.addEventListener("click", async () => {
    await words.keep(words.other());
    shown = null;
    frame();
    await show();
  });
  const brand = h("a", { class: "brand", href: addresses.home() }, h("strong", {}, t("site.brand")), " ", h("span", { lang: "en" }, "nianbao"));
  const parts = h("div", { class: "site-width" }, brand, searchForm("site-search"),
    h("nav", { "aria-label": t("site.navigation") }, h("a", { href: addresses.place("") }, t("site.regions")), language));
  document.getElementById("header").replaceChildren(parts);
};

const frame = () => {
  header();
  const about = t("offline.about", { date: data.data().date, version: data.data().version });
  document.getElementById("footer").replaceChildren(
    h("div", { class: "site-width" }, h("p", {}, t("site.footer")), h("p", {}, about)));
};

const failed = (error) => {
  const key = `offline.problem_${error.problem}`;
  const why = words.word("offline", `problem_${error.problem}`) === `problem_${error.problem}` ? t("offline.problem_failed", { why: error.message }) : t(key, error.values);
  return { title: t("offline.failed"), content: [h("h1", {}, t("offline.failed")), h("p", { class: "notice FAIL", role: "alert" }, why)] };
};

const missing = () => ({ title: t("error.heading.404"), content: [h("h1", {}, t("error.heading.404")), h("p", { class: "notice" }, t("error.lead.404"))] });

const arrive = (at) => {
  document.querySelector(".arrived")?.classList.remove("arrived");
  const place = at && document.getElementById(at);
  if (!place) return;
  for (let box = place.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  place.classList.add("arrived");
  place.scrollIntoView({ block: "center" });
};

const show = async () => {
  const { parts, asked } = addresses.read(location.hash);
  const { at, ...rest } = asked;
  const wanted = JSON.stringify([parts, rest]);
  if (wanted === shown) return arrive(at);
  turn += 1;
  const mine = turn;
  main.setAttribute("aria-busy", "true");
  status.textContent = t("offline.loading");
  const make = PAGES[parts[0] ?? ""];
  const page = await Promise.resolve(make ? make(parts.slice(1), rest) : null).catch(failed);
  if (mine !== turn) return undefined; // another page was asked for meanwhile
  const first = shown === null;
  shown = wanted;
  const { title, content, kind = "" } = page ?? missing();
  document.title = `${title} · ${t("site.name")}`;
  document.body.className = `page ${kind}`;
  main.replaceChildren(...h("div", {}, content).childNodes);
  main.setAttribute("aria-busy", "false");
  main.dataset.shown = location.hash;
  status.textContent = title;
  for (const field of document.querySelectorAll("header input[name=q]")) field.value = asked.q ?? "";
  if (!first) {
    main.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
  return arrive(at);
};

const progress = (have, size) => {
  if (!words.loaded()) return;
  const bar = h("progress", { max: size, value: have, "aria-label": t("offline.whole") });
  main.replaceChildren(h("p", { class: "notice" }, t("offline.whole"), " ", bar));
};

const start = async () => {
  const opening = database.open(progress).catch((error) => error); // while the words come
  await Promise.all([words.load(), data.load()]);
  frame();
  main.replaceChildren(h("p", { class: "notice" }, t("offline.loading")));
  const error = await opening;
  if (error instanceof Error) {
    main.replaceChildren(...failed(error).content);
    return;
  }
  window.addEventListener("hashchange", show);
  await show();
  document.body.dataset.ready = "";
};

start();
