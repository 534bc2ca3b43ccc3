// Ranks are given by pressing the options in their order; the lists of the plain form stay what is read and sent.

import { sentence } from "./words.js";

/** Put buttons in the place of the lists of every ranked question. */
export function rankByButtons(form) {
  for (const field of form.querySelectorAll("[data-kind=rank]")) new Ranking(field);
}

class Ranking {
  constructor(field) {
    this.lists = [...field.querySelectorAll("select")];
    for (const { parentNode } of this.lists) parentNode.hidden = true;
    this.said = Object.assign(document.createElement("p"), { className: "hint" });
    this.said.setAttribute("role", "status");
    const rows = document.createElement("div");
    rows.className = "options ranks";
    this.buttons = [...this.lists[0].options].filter(({ value }) => value).map((option) => this.button(option));
    rows.append(...this.buttons);
    this.lists[0].parentNode.before(rows, this.said);
    this.show();
  }

  button({ value, textContent, dataset }) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "option", value });
    Object.assign(button.dataset, { label: textContent.trim() }, dataset);
    button.addEventListener("click", () => this.press(button));
    return button;
  }

  get order() {
    return this.lists.map((list) => list.value).filter(Boolean);
  }

  press(button) {
    const { order } = this;
    const alone = (one) => one.dataset.exclusive !== undefined;
    const excluded = new Set(this.buttons.filter((one) => alone(one) || alone(button)).map((one) => one.value));
    const others = order.filter((value) => value !== button.value && !excluded.has(value));
    const wanted = order.includes(button.value) ? others : [...others, button.value];
    if (wanted.length > this.lists.length) {
      this.said.textContent = sentence("ranks_full", { maximum: this.lists.length });
      return;
    }
    for (const [place, list] of this.lists.entries()) list.value = wanted[place] ?? "";
    this.said.textContent = "";
    this.lists[0].dispatchEvent(new Event("change", { bubbles: true }));
    this.show();
  }

  show() {
    const { order } = this;
    for (const button of this.buttons) {
      const place = order.indexOf(button.value) + 1;
      button.setAttribute("aria-pressed", String(place > 0));
      button.textContent = place ? `${place}. ${button.dataset.label}` : button.dataset.label;
    }
  }
}
