// What must be corrected, shown as the server shows it: a summary that leads to each place, and a message at the place.

import { sentence } from "./words.js";

/** Show problems (field, control, message) at the top of the page and where they are, instead of those shown before. */
export function showProblems(problems) {
  clearProblems();
  if (!problems.length) return;
  const lines = problems.map(({ field, control, message }) => {
    mark(field, control, message);
    const label = field.querySelector("legend, .label");
    const named = control.id === "code" ? message : `${label.textContent.trim()} ${message}`;
    return element("li", {}, element("a", { href: `#${control.id}` }, named));
  });
  const title = element("h2", { id: "errors-title" }, sentence("problem"));
  const summary = element(
    "div",
    { class: "errors", id: "errors", role: "alert", tabindex: "-1", "aria-labelledby": "errors-title" },
    title,
    element("ul", {}, ...lines),
  );
  document.querySelector("h1").before(summary);
  document.title = `${sentence("error")} ${document.title}`;
  summary.focus();
}

/** Take back everything that was shown as wrong, by this script or by the server. */
function clearProblems() {
  document.getElementById("errors")?.remove();
  for (const message of document.querySelectorAll(".message")) {
    for (const described of document.querySelectorAll(`[aria-describedby~="${CSS.escape(message.id)}"]`)) {
      described.setAttribute("aria-describedby", without(described.getAttribute("aria-describedby"), message.id));
    }
    message.remove();
  }
  for (const field of document.querySelectorAll(".wrong")) field.classList.remove("wrong");
  const prefix = `${sentence("error")} `;
  if (document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
}

function mark(field, control, message) {
  const id = `${field.dataset.question === undefined ? "code" : `q_${field.dataset.question}`}-error`;
  field.classList.add("wrong");
  const said = element("p", { class: "message", id }, element("span", {}, sentence("error")), ` ${message}`);
  const [label, hint] = field.querySelectorAll(":scope > :is(legend, .label, .hint:not([id$='-left']))");
  (hint ?? label).after(said);
  const described = field.tagName === "FIELDSET" ? field : control;
  described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
}

const without = (ids, id) =>
  ids
    .split(" ")
    .filter((one) => one !== id)
    .join(" ");

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
