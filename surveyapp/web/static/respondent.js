// The page of a wave. With script, a secure context and the wave's keys nothing leaves this page before Send, and then
// only sealed; without, the form is sent as it is and the server seals. The page says which.

import { readForm } from "./answers.js";
import { canSeal, deliver, prepare } from "./casting.js";
import { listAnswers } from "./checking.js";
import { offerClearing } from "./clearing.js";
import { readCode, takeFromAddress } from "./codes.js";
import { showProblems } from "./correction.js";
import { bringBack, dropNow, isUntouched, keepNow, keepUp } from "./drafting.js";
import { resume } from "./earlier.js";
import { assist } from "./filling.js";
import { alone, find, keyOf } from "./keeping.js";
import { turnPage } from "./language.js";
import { watchNames } from "./naming.js";
import { readFields, readQuestions, writeFields } from "./questions.js";
import { rankByButtons } from "./ranking.js";
import { rewind, stepThrough } from "./steps.js";
import { sentence, show } from "./words.js";

/** Bring the page to life; again after another language has replaced it. */
async function start() {
  const form = document.getElementById("ballot");
  const questions = readQuestions(form);
  if (form.dataset.preview === undefined) keepUp(form, form.dataset.wave);
  assist(form, questions);
  for (const help of [offerClearing, rankByButtons, watchNames]) help(form);
  walkThrough(form, questions);
  document.getElementById("errors")?.focus();
  for (const button of document.querySelectorAll("button[name=switch]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      turn(button);
    });
  }
  if (form.dataset.preview !== undefined) return pretend(form);
  const { wave, signingKey, boxKey, plaintextBytes } = form.dataset;
  const poll = { wave, signingKey, boxKey, plaintextBytes: Number(plaintextBytes) };
  if (!(await canSeal(poll))) return sendFormOnce(form);
  document.getElementById("sealed-by-server").hidden = true;
  document.getElementById("sealed-in-browser").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, questions, poll);
  });
  return poll;
}

/** Show one section at a time; none is left while something in it must be corrected. */
function walkThrough(form, questions) {
  document.getElementById("check").hidden = false;
  document.getElementById("section-send").textContent = sentence("check");
  stepThrough(form, {
    checked: (section) => {
      const { mistakes = [] } = readForm(questions, readFields(form));
      const here = mistakes.filter(({ question }) => fieldOf(form, question).closest("[data-step]") === section);
      showProblems(problems(form, { mistakes: here }));
      return !here.length;
    },
    summed: () => listAnswers(form, document.getElementById("answers")),
  });
}

/** Go as far as Send, and say there what would happen. */
function pretend(form) {
  document.getElementById("sealed-by-server").hidden = true;
  document.getElementById("sealed-in-browser").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show("status", "preview");
  });
}

/** Let a double click send one form. */
function sendFormOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

async function turn(button) {
  const language = button.value;
  if (!(await turnPage(button.getAttribute("formaction")))) return show("status", "not_turned");
  await start();
  document.querySelector(`header [lang="${language}"]`)?.scrollIntoView({ block: "nearest" });
}

// ---------------------------------------------------------------- Send

async function send(form, questions, poll) {
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  try {
    show("status");
    const code = readCode(form.elements.code.value);
    const read = readForm(questions, readFields(form));
    const wrong = problems(form, read);
    if (!code) wrong.push(codeProblem(form, "no_code"));
    showProblems(wrong);
    if (!wrong.length) await cast(form, poll, code, read.answers);
  } catch (error) {
    show("status", "unsealed");
    throw error;
  } finally {
    delete form.dataset.sent;
    busy(false);
  }
}

function problems(form, { mistakes = [], empty }) {
  const found = mistakes.map(({ question, word, values }) => problem(fieldOf(form, question), word, values));
  if (empty) found.push(problem(form.querySelector("[data-question]:not([data-group], [hidden])"), "nothing"));
  return found;
}

const fieldOf = (form, question) => form.querySelector(`[data-question="${CSS.escape(question)}"]`);

function problem(field, word, values) {
  return { field, control: field.querySelector("input, select, textarea"), message: sentence(word, values) };
}

const codeProblem = (form, word) => problem(form.elements.code.closest(".question"), word);

async function cast(form, poll, code, answers) {
  const say = (...names) => {
    show("status", ...names);
    document.getElementById("status").scrollIntoView({ block: "nearest" });
  };
  busy(true);
  say("sealing");
  const key = await keyOf(poll.wave, code);
  if (find(key)) say("already");
  const outcome = await alone(key, async () => {
    if (arrived.has(key)) return "arrived";
    // Never a second slip for a code whose first may have been signed.
    const record = find(key) ?? (await prepare(poll, code, answers));
    await dropNow(form, poll.wave);
    return deliver(key, record, say);
  });
  if (outcome === "arrived") return leave(form, poll.wave);
  if (outcome === "unsigned") await keepNow(form, poll.wave); // it may still be sent
  if (outcome !== "code_unusable") return say(outcome);
  say();
  showProblems([codeProblem(form, outcome)]);
}

function busy(yes) {
  for (const button of document.querySelectorAll("button")) button.disabled = yes;
}

/** Go to the thanks; the way back leads to no filled form. */
async function leave(form, wave) {
  await dropNow(form, wave);
  writeFields(form, {});
  form.elements.code.value = "";
  await rewind();
  location.replace(`/s/${wave}/thanks?lang=${document.documentElement.lang}`);
}

// ---------------------------------------------------------------- the page is opened

const arrived = new Set(); // keys of earlier ballots that this page has brought to the box

function takeCode() {
  const code = takeFromAddress();
  if (code) document.getElementById("code").value = code;
}

takeCode();
{
  const form = document.getElementById("ballot");
  if (form.dataset.preview === undefined) await bringBack(form, form.dataset.wave);
}
addEventListener("hashchange", takeCode); // the link of the mail is followed once more
const poll = await start();
if (poll) {
  resume(poll.wave, async (key) => {
    arrived.add(key);
    const form = document.getElementById("ballot");
    const typed = form.elements.code.value;
    const theirs = typed ? (await keyOf(poll.wave, readCode(typed) ?? "")) === key : isUntouched(form);
    // Somebody else may be filling in this page by now; for them the words at its top must do.
    if (theirs) leave(form, poll.wave);
  });
}
