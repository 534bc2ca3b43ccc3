// The questions as the page states them in its data attributes, and what is filled in at the moment.

/** Return the questions of form, in the order asked, as answers.js wants them. */
export function readQuestions(form) {
  return Array.from(form.querySelectorAll("[data-question]"), (field) => {
    const { question, kind, required, group, shownIf, implied, maximum } = field.dataset;
    const [control] = field.querySelectorAll("input, select, textarea");
    const name = control.name;
    const names = [...new Set(Array.from(field.querySelectorAll("[name]"), (one) => one.name))];
    return {
      id: question,
      kind,
      name,
      rows: names.map((row) => ({ code: row.slice(`q_${question}__`.length), name: row })),
      required: required !== undefined,
      group: group !== undefined,
      shownIf: shownIf && JSON.parse(shownIf),
      implied: implied && JSON.parse(implied),
      options: READ_OPTIONS[control.tagName]?.(field, name) ?? [],
      points: field.querySelectorAll(`[name="${CSS.escape(name)}"]`).length,
      minimum: Number(control.min),
      maximum: kind === "number" ? Number(control.max) : Number(maximum ?? 0),
    };
  });
}

/** Return what form holds, hidden or not, as lists of texts by name. */
export function readFields(form) {
  const fields = {};
  for (const control of controls(form)) {
    if (isChoice(control) && !control.checked) continue;
    // A number field that holds no number says that it is empty; it must not pass for left out.
    (fields[control.name] ??= []).push(control.validity.badInput ? "?" : control.value);
  }
  return fields;
}

/** Fill form with fields, as readFields gave them. */
export function writeFields(form, fields) {
  for (const control of controls(form)) {
    const values = fields[control.name] ?? [];
    if (isChoice(control)) control.checked = values.includes(control.value);
    else control.value = values.at(-1) ?? "";
  }
}

const controls = (form) => form.querySelectorAll("[data-question] :is(input, select, textarea)");
const isChoice = (control) => control.type === "radio" || control.type === "checkbox";

const choice = (code, label, exclusive) => ({ code, label: label.trim(), exclusive: exclusive !== undefined });
const READ_OPTIONS = {
  INPUT: (field, name) =>
    Array.from(field.querySelectorAll(`[name="${CSS.escape(name)}"]`), (input) =>
      choice(input.value, input.parentNode.textContent, input.dataset.exclusive),
    ),
  SELECT: (field) =>
    Array.from(field.querySelector("select").options)
      .filter((option) => option.value)
      .map((option) => choice(option.value, option.textContent, option.dataset.exclusive)),
};
