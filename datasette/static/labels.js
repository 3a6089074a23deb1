// Names for the fields of Datasette's forms, which have none; the words stand on the body. Its editor makes its own field later.
const names = [
  ["select[name^=_filter_column]", "column"],
  ["select[name^=_filter_op]", "operation"],
  ["input[name^=_filter_value]", "value"],
  ["select[name=_sort]", "sort"],
  [".CodeMirror textarea, #sql-editor", "sql"],
];
const label = () => {
  for (const [fields, name] of names) {
    for (const field of document.querySelectorAll(fields)) field.setAttribute("aria-label", document.body.dataset[name]);
  }
  for (const list of document.querySelectorAll("dl.column-descriptions")) {
    list.tabIndex = 0;
    list.setAttribute("aria-label", document.body.dataset.descriptions);
  }
};
label();
window.addEventListener("load", label);
