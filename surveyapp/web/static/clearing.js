// A choice among radio buttons can be taken back: browsers offer no way of their own.

import { sentence } from "./words.js";

/** Put a button under every group of radio buttons that may stay empty; it is there while something is chosen. */
export function offerClearing(form) {
  for (const options of form.querySelectorAll("[data-question]:not([data-required]) .options:has([type=radio])")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "clear", textContent: sentence("clear") });
    const label = options.closest("fieldset").querySelector("legend").textContent.trim();
    button.setAttribute("aria-label", `${sentence("clear")}: ${label}`);
    button.addEventListener("click", () => {
      const chosen = options.querySelector(":checked");
      chosen.checked = false;
      chosen.dispatchEvent(new Event("change", { bubbles: true }));
      options.querySelector("input").focus();
    });
    options.after(button);
    const settle = () => {
      button.hidden = !options.querySelector(":checked");
    };
    form.addEventListener("change", settle);
    settle();
  }
}
