// What is filled in and not sent yet, on this device alone. Where there is a code the draft lies encrypted under it, for
// days if need be, and is worth nothing without the mail; where there is none it goes with the tab.

import { fromBase64url, toBase64url } from "./ballot.js";
import { digest } from "./codes.js";

const PREFIX = "surveyapp draft ";
const CODE = "surveyapp code ";
const OFF = "surveyapp no draft ";

/** Return the code that this tab had before it was loaded again. */
export function codeOfTab(wave) {
  return kept(() => sessionStorage.getItem(CODE + wave)) ?? "";
}

/** Return what was filled in for code before, as fields by name; undefined if nothing can be read. */
export async function findDraft(wave, code) {
  try {
    if (!canEncrypt(code)) return JSON.parse(sessionStorage.getItem(PREFIX + wave)) ?? undefined;
    const { iv, sealed } = JSON.parse(localStorage.getItem(await nameOf(wave, code)));
    const algorithm = { name: "AES-GCM", iv: fromBase64url(iv) };
    const text = await crypto.subtle.decrypt(algorithm, await keyFor(wave, code), fromBase64url(sealed));
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return undefined; // none, or not written by this script
  }
}

/** Keep fields, and the code for this tab, instead of what was kept before. */
export async function keepDraft(wave, code, fields) {
  const text = JSON.stringify(fields);
  if (!canEncrypt(code)) {
    kept(() => sessionStorage.setItem(PREFIX + wave, text));
    return;
  }
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyFor(wave, code);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text)));
  const name = await nameOf(wave, code);
  kept(() => {
    sessionStorage.removeItem(PREFIX + wave);
    sessionStorage.setItem(CODE + wave, code);
    localStorage.setItem(name, JSON.stringify({ iv: toBase64url(iv), sealed: toBase64url(sealed) }));
  });
}

/** Remove the draft for code, and what this tab knows. */
export async function dropDraft(wave, code) {
  const name = canEncrypt(code) && (await nameOf(wave, code));
  kept(() => {
    forgetTab(wave);
    if (name) localStorage.removeItem(name);
  });
}

/** Remove the drafts of everybody who has filled in this wave on this device. */
export function clearDevice(wave) {
  kept(() => {
    forgetTab(wave);
    sessionStorage.removeItem(OFF + wave);
    for (const name of Object.keys(localStorage)) if (name.startsWith(`${PREFIX}${wave} `)) localStorage.removeItem(name);
  });
}

/** Whether drafts of wave are kept in this tab. */
export function keepsDrafts(wave) {
  return !kept(() => sessionStorage.getItem(OFF + wave));
}

/** Keep drafts of wave in this tab from now on, or do not. */
export function switchDrafts(wave, on) {
  kept(() => (on ? sessionStorage.removeItem(OFF + wave) : sessionStorage.setItem(OFF + wave, "yes")));
}

function forgetTab(wave) {
  sessionStorage.removeItem(PREFIX + wave);
  sessionStorage.removeItem(CODE + wave);
}

const canEncrypt = (code) => Boolean(code && globalThis.crypto?.subtle);
const nameOf = async (wave, code) => `${PREFIX}${wave} ${await digest(`${PREFIX}${wave} ${code}`)}`;

async function keyFor(wave, code) {
  const secret = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`surveyapp draft key ${wave} ${code}`));
  return crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function kept(use) {
  try {
    return use();
  } catch {
    return undefined; // switched off, or full
  }
}
