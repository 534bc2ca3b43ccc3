// One section at a time, and the browser's own way back; without this script the page is one long form.

import { sentence } from "./words.js";

/** Show one step of the page from now on. checked(section) says whether it may be left, summed() that all are done. */
export function stepThrough(form, { checked, summed }) {
  walk = new Walk(form, checked, summed);
  const wrong = document.querySelector("#errors") && form.querySelector(".wrong");
  if (wrong) history.replaceState({ ...history.state, step: walk.stepOf(wrong) }, "");
  walk.show({ moved: false });
  return walk;
}

/** Go back to the first step without showing it, so that what comes next takes the place of all. */
export function rewind() {
  const { depth = 0 } = history.state ?? {};
  if (!depth) return Promise.resolve();
  walk = undefined;
  return new Promise((resolve) => {
    addEventListener("popstate", resolve, { once: true });
    setTimeout(resolve, 500); // a browser that goes nowhere
    history.go(-depth);
  });
}

let walk;
addEventListener("popstate", () => walk?.show());

class Walk {
  constructor(form, checked, summed) {
    Object.assign(this, { form, checked, summed, name: document.title.replace(`${sentence("error")} `, "") });
    this.steps = [...document.querySelectorAll("[data-step]")];
    this.next = document.getElementById("next");
    this.back = document.getElementById("back");
    this.send = form.querySelector(".actions [type=submit]");
    this.next.addEventListener("click", () => this.forward());
    this.back.addEventListener("click", () => this.backward());
    form.addEventListener("submit", (event) => this.submitted(event));
    document.getElementById("main").addEventListener("click", (event) => this.followed(event));
  }

  /** The number of the step that is shown: 0 is the beginning, the last one sends. */
  get step() {
    return Math.min(history.state?.step ?? 0, this.end);
  }

  get end() {
    return this.steps.length - 1;
  }

  stepOf(element) {
    return this.steps.findIndex((step) => step.contains(element));
  }

  forward() {
    const here = this.steps[this.step];
    if (!this.checked(here)) return;
    const asked = this.asked();
    const following = this.steps.findIndex((one, number) => number > this.step && asked.has(one));
    this.go(history.state?.returning ? this.end : following);
  }

  backward() {
    if (history.state?.depth) history.back();
    else this.go(this.step - 1);
  }

  /** Go to a step; with returning the one after it is the last. */
  go(step, returning = false) {
    history.pushState({ step, returning, depth: (history.state?.depth ?? 0) + 1 }, "");
    this.show();
  }

  show({ moved = true } = {}) {
    const { step, end } = this;
    for (const [number, one] of this.steps.entries()) one.hidden = number !== step;
    this.back.hidden = step === 0;
    this.next.hidden = step === end;
    this.send.hidden = step !== end;
    this.next.textContent = sentence(step === 0 ? "start" : "next");
    this.place(step);
    if (step === end) this.summed();
    document.body.classList.toggle("walking", step > 0);
    const heading = step ? this.steps[step].querySelector("h2") : document.querySelector("h1");
    const name = step ? `${heading.textContent} – ${this.name}` : this.name;
    document.title = document.getElementById("errors") ? `${sentence("error")} ${name}` : name;
    if (!moved) return;
    heading.tabIndex = -1;
    heading.focus();
    scrollTo(0, 0);
  }

  place(step) {
    const sections = [...this.asked()].filter((one) => one !== this.steps[0] && one !== this.steps[this.end]);
    const number = sections.indexOf(this.steps[step]) + 1;
    document.getElementById("place").hidden = !number;
    if (!number) return;
    document.getElementById("place-words").textContent = sentence("place", { number, of: sections.length });
    Object.assign(document.getElementById("progress"), { max: sections.length, value: number - 1 });
  }

  /** Return the steps that are not left out because none of their questions applies. */
  asked() {
    const whole = new Set([this.steps[0], this.steps[this.end]]);
    return new Set(this.steps.filter((one) => whole.has(one) || one.querySelector("[data-question]:not([hidden])")));
  }

  submitted(event) {
    if (this.step === this.end || event.submitter?.name === "switch") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.forward();
  }

  /** Lead to the control that a link names, whichever step it is in. */
  followed(event) {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    const step = control ? this.stepOf(control) : -1;
    if (step < 0) return;
    event.preventDefault();
    if (step !== this.step) this.go(step, this.step === this.end);
    // A list whose place buttons have taken cannot be reached itself.
    (control.closest("[hidden]") ? control.closest("[data-question]").querySelector("button") : control).focus();
  }
}
