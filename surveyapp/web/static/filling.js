// While a person fills in the form: questions that do not apply are hidden, and answers that exclude each other too.

import { shownFor } from "./answers.js";
import { readFields } from "./questions.js";

/** Keep form in order from now on. */
export function assist(form, questions) {
  form.addEventListener("change", (event) => {
    keepExclusive(event.target);
    hide(form, questions);
  });
  form.addEventListener("input", (event) => {
    countLetters(event.target);
    hide(form, questions);
  });
  addEventListener("pageshow", () => hide(form, questions));
  hide(form, questions);
}

function hide(form, questions) {
  const shown = new Set(shownFor(questions, readFields(form)).map(({ id }) => id));
  for (const field of form.querySelectorAll("[data-shown-if]")) {
    field.hidden = !shown.has(field.dataset.question);
    for (const control of field.querySelectorAll("input, select, textarea")) control.disabled = field.hidden;
  }
}

function keepExclusive(changed) {
  if (changed.type !== "checkbox" || !changed.checked) return;
  const alone = changed.dataset.exclusive !== undefined;
  for (const other of changed.closest("[data-question]").querySelectorAll("input:checked")) {
    if (other !== changed && (alone || other.dataset.exclusive !== undefined)) other.checked = false;
  }
}

function countLetters(area) {
  const left = document.getElementById(`${area.id}-left`);
  if (left) left.textContent = left.dataset.words.replace("{}", String(area.maxLength - area.value.length));
}
