// Words for what Datasette's scripts make, and names for the fields of its forms, which have none; the words stand on the body.
const words = document.body.dataset;
// Its editor makes its own field later, so this runs twice.
const names = [
  ["select[name^=_filter_column]", "column"],
  ["select[name^=_filter_op]", "operation"],
  ["input[name^=_filter_value]", "value"],
  ["select[name=_sort]", "sort"],
  [".CodeMirror textarea, #sql-editor", "sql"],
  [".filter-row > a, .facet-results a.cross", "remove_filter"],
];
const menu = {
  "dropdown-sort-asc": "sort_up",
  "dropdown-sort-desc": "sort_down",
  "dropdown-facet": "facet",
  "dropdown-hide-column": "hide",
  "dropdown-show-all-columns": "show_all",
  "dropdown-not-blank": "not_blank",
};
const label = () => {
  for (const [fields, name] of names) {
    for (const field of document.querySelectorAll(fields)) field.setAttribute("aria-label", words[name]);
  }
  for (const list of document.querySelectorAll("dl.column-descriptions")) {
    list.tabIndex = 0;
    list.setAttribute("aria-label", words.descriptions);
  }
};
label();
window.addEventListener("load", label);

for (const [kind, name] of Object.entries(menu)) {
  for (const link of document.getElementsByClassName(kind)) link.textContent = words[name];
}
for (const type of document.getElementsByClassName("dropdown-column-type")) {
  new MutationObserver(() => {
    const said = type.textContent.replace(/^Type: /, words.type);
    if (said !== type.textContent) type.textContent = said;
  }).observe(type, { childList: true });
}
// The menu of a column opens by a click on a drawing; here by the keyboard as well.
for (const icon of document.getElementsByClassName("dropdown-menu-icon")) {
  icon.setAttribute("role", "button");
  icon.setAttribute("tabindex", "0");
  icon.setAttribute("aria-label", words.column_menu + icon.closest("th").dataset.column);
  icon.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    icon.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    document.querySelector(".dropdown-column-type").closest(".dropdown-menu").querySelector("li:not([style*=none]) a")?.focus();
  });
}
