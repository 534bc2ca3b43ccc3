// The draft of a page: brought back when it is opened, kept while it is filled in, gone when the ballot is sealed.

import { readCode } from "./codes.js";
import { clearDevice, codeOfTab, dropDraft, findDraft, keepDraft, keepsDrafts, switchDrafts } from "./drafts.js";
import { readFields, writeFields } from "./questions.js";
import { show } from "./words.js";

const codeIn = (form) => readCode(form.elements.code.value) ?? "";

/** Fill form with what was filled in before, unless the server has filled it in. */
export async function bringBack(form, wave) {
  const { code } = form.elements;
  if (!code.value) code.value = codeOfTab(wave);
  if (!isUntouched(form) || !keepsDrafts(wave)) return;
  const draft = await findDraft(wave, codeIn(form));
  if (!draft || !isUntouched(form)) return;
  writeFields(form, draft);
  if (!isUntouched(form)) show("status", "brought_back");
}

/** Keep what is filled in from now on, as far as the reader wants that. */
export function keepUp(form, wave) {
  const wanted = document.getElementById("keep");
  document.getElementById("device").hidden = false;
  wanted.checked = keepsDrafts(wave);
  wanted.addEventListener("change", async () => {
    switchDrafts(wave, wanted.checked);
    if (wanted.checked) await keepNow(form, wave);
    else await dropDraft(wave, codeIn(form));
  });
  document.getElementById("clear").addEventListener("click", () => {
    clearDevice(wave);
    writeFields(form, {});
    form.elements.code.value = "";
    history.replaceState(null, "");
    location.reload();
  });
  for (const event of ["input", "change"]) form.addEventListener(event, () => keepNow(form, wave));
}

let waiting = false;
let busy = false;
let last = ""; // the code of the draft that is kept

/** Keep what form holds now; while that is going on, once more at its end. */
export async function keepNow(form, wave) {
  waiting = true;
  if (busy || !keepsDrafts(wave)) return;
  busy = true;
  try {
    while (waiting) {
      waiting = false;
      const code = codeIn(form);
      if (code !== last) await dropDraft(wave, last);
      last = code;
      await keepDraft(wave, code, readFields(form));
    }
  } finally {
    busy = false; // Send waits for it
  }
}

/** Take away the draft of form: its answers are sealed, or not wanted any more. */
export async function dropNow(form, wave) {
  waiting = false;
  while (busy) await new Promise((resolve) => setTimeout(resolve, 5));
  await dropDraft(wave, codeIn(form));
}

/** Whether nothing is filled in. */
export function isUntouched(form) {
  return Object.values(readFields(form)).every((values) => values.every((value) => !value));
}
