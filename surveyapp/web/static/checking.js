// What was filled in, in the words of the page, for a last look before Send.

import { sentence } from "./words.js";

/** Fill the list with every question of form that applies, what was answered, and a link to change it. */
export function listAnswers(form, list) {
  const lines = [...form.querySelectorAll("[data-question]:not([hidden])")].map((field) => {
    const question = field.querySelector("legend, .label").textContent.trim();
    const line = document.createElement("div");
    const answer = written(field);
    line.append(element("dt", question), element("dd", answer || sentence("unanswered")), change(field, question));
    line.classList.toggle("empty", !answer);
    return line;
  });
  list.replaceChildren(...lines);
}

function change(field, question) {
  const link = element("a", sentence("change"));
  link.href = `#${field.querySelector("input, select, textarea").id}`;
  link.append(Object.assign(element("span", ` ${question}`), { className: "unseen" }));
  const place = document.createElement("dd");
  place.append(link);
  return place;
}

function written(field) {
  return (WORDS[field.dataset.kind] ?? chosen)(field);
}

const labels = (field) => [...field.querySelectorAll("input:checked")].map((input) => input.parentNode.textContent.trim());
const chosen = (field) => labels(field).join(", ");
const typed = (field) => field.querySelector("input, textarea").value.trim();
const WORDS = {
  number: typed,
  text: typed,
  matrix: (field) =>
    [...field.querySelectorAll("fieldset")]
      .filter((row) => labels(row).length)
      .map((row) => `${row.querySelector("legend").textContent.trim()}: ${labels(row)}`)
      .join("; "),
  rank: (field) =>
    [...field.querySelectorAll("select")]
      .filter((select) => select.value)
      .map((select, place) => `${place + 1}. ${select.selectedOptions[0].textContent.trim()}`)
      .join(", "),
};

function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}
