// The trustee's keys: made, wrapped and unwrapped here. A passphrase never leaves this page; a private key once, to
// open a box. The other side is surveyapp/crypto/wrapping.py.

import { fromBase64url, toBase64url } from "./ballot.js";

const ROUNDS = 1_000_000;
const SHORTEST = 14; // characters of a passphrase
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const subtle = crypto.subtle; // missing outside a secure context

/** A passphrase that opens no copy of a key. */
export class WrongPassphraseError extends Error {}

const utf8 = (text) => new TextEncoder().encode(text);
// Keyboards spell the same letter in several ways, and a copied passphrase brings a blank along.
const normal = (passphrase) => passphrase.normalize("NFKC").replace(/^ +| +$/g, "");
const binding = (wave, holder) => utf8(`surveyapp wrapped key v1 ${wave} ${holder}`);

async function derive(passphrase, salt, rounds) {
  const material = await subtle.importKey("raw", utf8(normal(passphrase)), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Return a private key (PKCS#8) wrapped for one holder. */
export async function wrap(privateKey, passphrase, wave, holder) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await derive(passphrase, salt, ROUNDS);
  const how = { name: "AES-GCM", iv, additionalData: binding(wave, holder) };
  const wrapped = new Uint8Array(await subtle.encrypt(how, key, privateKey));
  return { rounds: ROUNDS, salt: toBase64url(salt), iv: toBase64url(iv), wrapped: toBase64url(wrapped) };
}

/** Return a new key for the box of wave; passphrases are those of its holders by name. */
export async function makeKey(wave, passphrases) {
  const pair = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const privateKey = new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey));
  const copies = {};
  for (const [holder, passphrase] of Object.entries(passphrases)) {
    copies[holder] = await wrap(privateKey, passphrase, wave, holder);
  }
  privateKey.fill(0);
  return { public: toBase64url(new Uint8Array(await subtle.exportKey("raw", pair.publicKey))), copies };
}

/** Return the private key (PKCS#8) of the box of wave, from whichever copy the passphrase opens. */
export async function openKey(key, wave, passphrase) {
  for (const [holder, copy] of Object.entries(key.copies)) {
    const opener = await derive(passphrase, fromBase64url(copy.salt), copy.rounds);
    const how = { name: "AES-GCM", iv: fromBase64url(copy.iv), additionalData: binding(wave, holder) };
    let privateKey;
    try {
      privateKey = new Uint8Array(await subtle.decrypt(how, opener, fromBase64url(copy.wrapped)));
    } catch {
      continue;
    }
    if ((await publicHalf(privateKey)) === key.public) return privateKey;
  }
  throw new WrongPassphraseError();
}

async function publicHalf(privateKey) {
  const key = await subtle.importKey("pkcs8", privateKey, CURVE, true, ["deriveBits"]);
  const { x, y } = await subtle.exportKey("jwk", key);
  return toBase64url(Uint8Array.of(4, ...fromBase64url(x), ...fromBase64url(y)));
}

/** Return six words of four letters that can be spoken: 75 bits, and 20 more by the rounds. */
export function drawPassphrase() {
  return Array.from({ length: 6 }, () => syllable() + syllable()).join(" ");
}

function syllable() {
  const consonants = "bdfghjklmnprstvz"; // 16
  const vowels = "aeiou";
  for (;;) {
    const [first, second] = crypto.getRandomValues(new Uint8Array(2));
    // Bytes from 255 on would make the first vowel likelier.
    if (second < 255) return consonants[first % 16] + vowels[second % 5];
  }
}

// ---------------------------------------------------------------- the page

function start(page) {
  const { address, token } = page.dataset;
  const word = (name, values = {}) =>
    Object.entries(values).reduce(
      (text, [key, value]) => text.replaceAll(`{${key}}`, String(value)),
      page.querySelector(`[data-word="${name}"]`).textContent,
    );
  const field = (id) => document.getElementById(id);

  field("script-missing").hidden = true;
  page.hidden = false;
  if (!subtle) {
    field("insecure").textContent = word("insecure");
    for (const control of page.querySelectorAll("input, button")) control.disabled = true;
    return;
  }

  async function fetchKeys() {
    const answer = await fetch(`${address}/keys.json`);
    if (!answer.ok || answer.redirected) throw new Error();
    return (await answer.json()).waves;
  }

  const post = (path, content) =>
    fetch(address + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(content),
    });

  /** Let form do work when it is sent, once at a time; work is given a way to say how far it is. */
  function attend(form, work) {
    const says = form.querySelector("[data-says]");
    const say = (name, values) => (says.textContent = word(name, values));
    const buttons = form.querySelectorAll("button");
    async function once(...given) {
      for (const button of buttons) button.disabled = true;
      try {
        await work(say, ...given);
      } catch (error) {
        say(error instanceof WrongPassphraseError ? "wrong_passphrase" : "away");
      }
      for (const button of buttons) button.disabled = false;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!buttons[0].disabled) once();
    });
    return once;
  }

  function passphrases(say) {
    const typed = { trustee: field("passphrase").value, deputy: field("deputy").value };
    const again = { trustee: field("again").value, deputy: field("deputy-again").value };
    if (!typed.deputy && !again.deputy) delete typed.deputy;
    for (const [holder, passphrase] of Object.entries(typed)) {
      if (Array.from(normal(passphrase)).length < SHORTEST) return say("short") && null;
      if (normal(passphrase) !== normal(again[holder])) return say("differ") && null;
    }
    if (typed.deputy && normal(typed.deputy) === normal(typed.trustee)) return say("same") && null;
    return typed;
  }

  async function make(say) {
    const holders = passphrases(say);
    if (!holders) return;
    const replace = Boolean(field("replace")?.checked);
    const planned = (await fetchKeys()).filter(({ state, key }) => state === "planned" && (replace || !key));
    const keys = {};
    for (const [place, { wave }] of planned.entries()) {
      say("making", { n: place + 1, of: planned.length });
      keys[wave] = await makeKey(wave, holders);
    }
    say("sending");
    const answer = await post("/keys", { keys, replace });
    const { end } = await answer.json();
    say(end === "not_now" ? "keys_not_now" : end);
    if (answer.ok) location.reload();
  }

  async function tryPassphrase(say) {
    const made = (await fetchKeys()).filter(({ key }) => key);
    const closed = [];
    for (const [place, { wave, key }] of made.entries()) {
      say("trying", { n: place + 1, of: made.length });
      try {
        (await openKey(key, wave, field("tried").value)).fill(0);
      } catch (error) {
        if (!(error instanceof WrongPassphraseError)) throw error;
        closed.push(wave);
      }
    }
    if (closed.length === 0) say("right");
    else if (closed.length === made.length) say("wrong");
    else say("some", { waves: closed.join(", ") });
  }

  const reveal = (form) => {
    const { open: number, wave, wantsPassphrase } = form.dataset;
    const destroyer = form.querySelector("[data-destroy]");
    let opened = null; // kept while the page asks what to do with too few ballots
    const work = async (say, destroy = false) => {
      if (wantsPassphrase !== undefined && opened === null) {
        say("unlocking");
        const { key } = (await fetchKeys()).find((one) => one.wave === wave);
        if (key) opened = await openKey(key, wave, field(`passphrase-${number}`).value);
      }
      const answer = await post(`/${number}/reveal`, { key: opened && toBase64url(opened), destroy });
      const end = await follow(answer, say);
      destroyer.hidden = end !== "too_few";
      if (end === "too_few") return;
      opened?.fill(0);
      opened = null;
      if (end === "revealed" || end === "destroyed") form.querySelector(".actions").remove();
    };
    const once = attend(form, work);
    destroyer.addEventListener("click", () => once(true));
  };

  for (const form of page.querySelectorAll("[data-make]")) attend(form, make);
  for (const form of page.querySelectorAll("[data-try]")) attend(form, tryPassphrase);
  for (const form of page.querySelectorAll("[data-open]")) reveal(form);
  for (const button of page.querySelectorAll("[data-draw]")) {
    button.addEventListener("click", () => {
      const drawn = drawPassphrase();
      page.querySelector("[data-drawn]").textContent = drawn;
      field("passphrase").value = drawn;
    });
  }
}

/** Say each line of a reveal as it arrives; return how it ended. */
async function follow(answer, say) {
  if (!/json/.test(answer.headers.get("Content-Type"))) throw new Error();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    const lines = (rest + (done ? "\n" : value)).split("\n");
    rest = lines.pop();
    for (const line of lines.filter(Boolean)) {
      const told = JSON.parse(line);
      if (told.step) say(told.step, { n: told.percent });
      if (told.end) {
        say(told.end, { n: told.revealed, of: told.cast });
        return told.end;
      }
    }
    if (done) {
      say("broken");
      return "broken";
    }
  }
}

const page = document.getElementById("trustee");
if (page) start(page);
