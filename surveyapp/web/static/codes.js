// The code in a mail: what a person may type for it (surveyapp/crypto/codes.py), and its digest.

import { toBase64url } from "./ballot.js";

const LOOKALIKES = { I: "1", L: "1", O: "0" };

/** Return the code that was meant: case, blanks, dashes and look-alikes do not matter; undefined if it is none. */
export function readCode(typed) {
  const letters = typed
    .replace(/[ \-\u2013\u2014\t\r\n]/g, "")
    .toUpperCase()
    .replace(/[ILO]/g, (letter) => LOOKALIKES[letter]);
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(letters) ? letters.match(/.{4}/g).join("-") : undefined;
}

/** Return the digest of text that holds a code: the same is recognised by it, and nobody finds the code from it. */
export async function digest(text) {
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** Return the code that the link carried behind #, and take it out of the address bar. */
export function takeFromAddress() {
  const fragment = location.hash.slice(1).replaceAll("%20", " ");
  if (!/^[0-9A-Za-z -]{16,24}$/.test(fragment)) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return fragment;
}
