// Moves the code from the address bar into its field, and hides questions that do not apply.
// Nothing is sent and nothing is stored here: Send is the form's own button, and the server decides again.
"use strict";
(function () {
  const form = document.getElementById("ballot");
  if (!form) return;

  const codeField = document.getElementById("code");
  const fragment = decodeURIComponent(location.hash.slice(1));
  if (/^[0-9A-Za-z -]{16,24}$/.test(fragment)) {
    codeField.value = fragment;
    history.replaceState(null, "", location.pathname + location.search);
  }

  function answer(question) {
    const field = form.querySelector('[data-question="' + CSS.escape(question) + '"]');
    if (!field) return undefined;
    if (field.hidden) return field.dataset.implied === undefined ? undefined : JSON.parse(field.dataset.implied);
    const checked = Array.from(field.querySelectorAll("input:checked"), (input) => input.value);
    switch (field.dataset.kind) {
      case "multiple":
        return checked.length ? checked : undefined;
      case "scale":
        return checked.length ? Number(checked[0]) : undefined;
      case "number": {
        const text = field.querySelector("input").value.trim();
        return text === "" || !Number.isInteger(Number(text)) ? undefined : Number(text);
      }
      case "rank": {
        const chosen = Array.from(field.querySelectorAll("select"), (select) => select.value).filter(Boolean);
        return chosen.length ? chosen : undefined;
      }
      case "text":
        return field.querySelector("textarea").value.trim() || undefined;
      default:
        return checked[0];
    }
  }

  const operators = {
    is: (value, wanted) => wanted.includes(value),
    one_of: (value, wanted) => wanted.includes(value),
    at_least: (value, wanted) => typeof value === "number" && value >= wanted[0],
    at_most: (value, wanted) => typeof value === "number" && value <= wanted[0],
    includes: (value, wanted) => Array.isArray(value) && wanted.some((code) => value.includes(code)),
  };

  function holds(condition) {
    if (condition.all) return condition.all.every(holds);
    if (condition.any) return condition.any.some(holds);
    if (condition.not) return !holds(condition.not);
    const value = answer(condition.question);
    if (condition.operator === "answered") return (value !== undefined) === condition.values[0];
    return value !== undefined && operators[condition.operator](value, condition.values);
  }

  const conditional = Array.from(form.querySelectorAll("[data-shown-if]"), (field) => ({
    field,
    condition: JSON.parse(field.dataset.shownIf),
  }));

  function apply() {
    // Conditions look backwards only, so one pass in document order is enough.
    for (const { field, condition } of conditional) {
      field.hidden = !holds(condition);
      for (const control of field.querySelectorAll("input, select, textarea")) control.disabled = field.hidden;
    }
  }

  function keepExclusive(event) {
    const changed = event.target;
    if (changed.type !== "checkbox" || !changed.checked) return;
    const field = changed.closest("[data-question]");
    const alone = changed.dataset.exclusive !== undefined;
    for (const other of field.querySelectorAll("input:checked")) {
      if (other !== changed && (alone || other.dataset.exclusive !== undefined)) other.checked = false;
    }
  }

  function countLetters(event) {
    const area = event.target;
    if (area.tagName !== "TEXTAREA") return;
    const left = document.getElementById(area.id + "-left");
    if (left) left.textContent = left.dataset.words.replace("{}", String(area.maxLength - area.value.length));
  }

  form.addEventListener("change", (event) => { keepExclusive(event); apply(); });
  form.addEventListener("input", (event) => { countLetters(event); apply(); });
  form.addEventListener("submit", (event) => {
    // A double click sends one ballot.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; apply(); });
  const summary = document.getElementById("errors");
  if (summary) summary.focus();
  apply();
})();
