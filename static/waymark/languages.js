// Another language is another page. What somebody typed until they chose it is kept by this tab alone, and typed again
// there; whatever page comes next, it is forgotten then.
"use strict";

(() => {
  const KEPT = "waymark.typed";
  const UNTOUCHED = ["hidden", "password", "file", "submit", "button"];
  const forms = () => [...document.querySelectorAll("main form")];
  const fields = (form) => [...form.elements].filter((field) => field.name && !UNTOUCHED.includes(field.type));
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const typed = (form) => fields(form).map((field) => [field.name, field.value, Boolean(field.checked)]);

  const keep = () => {
    const page = { path: location.pathname, forms: forms().map(typed) };
    sessionStorage.setItem(KEPT, JSON.stringify(page));
  };

  const type = (field, [, value, checked]) => {
    if (isTicked(field) ? field.checked === checked : field.value === value) return;
    if (isTicked(field)) field.checked = checked;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // A form that is not the same there (another field, another choice) is left as it came.
  const isSame = (form, kept) => {
    const there = fields(form);
    return there.length === kept.length && there.every((field, place) => {
      const [name, value] = kept[place];
      return field.name === name && (!isTicked(field) || field.value === value);
    });
  };

  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  sessionStorage.removeItem(KEPT);
  if (kept?.path === location.pathname) {
    forms().forEach((form, place) => {
      const values = kept.forms[place];
      if (values && isSame(form, values)) fields(form).forEach((field, at) => type(field, values[at]));
    });
  }

  for (const choice of document.querySelectorAll(".languages a, .languages button")) {
    choice.addEventListener("click", keep);
  }
})();
