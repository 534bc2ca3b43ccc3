// From answers to the box: seal, have the slip signed, wait, cast (docs/wire.md). Neither request holds what the other
// does. Whatever is lost on the way is asked for again, identically, until the server has answered.

import {
  blind,
  finalize,
  fromBase64url,
  prepareRandomize,
  readSigningKey,
  sealBallot,
  toBase64url,
  writeBallot,
} from "./ballot.js";
import { forget, keep } from "./keeping.js";

const PATIENCE = 30_000; // milliseconds for one answer
const LONGEST_PAUSE = 60_000;
const KEEPALIVE_LIMIT = 60_000; // bytes; browsers refuse more than 64 KiB behind a page that is left

/** True if this browser can blind and seal with the keys of poll. */
export async function canSeal(poll) {
  try {
    await readSigningKey(fromBase64url(poll.signingKey));
    await sealBallot(new Uint8Array(1), fromBase64url(poll.boxKey), poll.wave);
    return true;
  } catch {
    return false; // no secure context, or no key
  }
}

/** Return the record of a new ballot: answers sealed, the slip blinded, nothing sent. */
export async function prepare(poll, code, answers) {
  const plaintext = writeBallot(answers, poll.plaintextBytes);
  const sealed = await sealBallot(plaintext, fromBase64url(poll.boxKey), poll.wave);
  const message = prepareRandomize(crypto.getRandomValues(new Uint8Array(32)));
  const { blinded, inverse } = await blind(await readSigningKey(fromBase64url(poll.signingKey)), message);
  const [wave, signingKey] = [poll.wave, poll.signingKey];
  const binary = { message, blinded, inverse, sealed };
  const texts = Object.entries(binary).map(([name, bytes]) => [name, toBase64url(bytes)]);
  return { wave, signingKey, code, ...Object.fromEntries(texts) };
}

/**
 * Bring the ballot in record, kept under key, to the box and return the name of the sentence on how that ended.
 * say(...names) is told how far it is. The record is gone afterwards, unless asking again may help ("unsigned").
 */
export async function deliver(key, record, say) {
  let kept = keep(key, record);
  const progress = (...names) => say(...names, kept ? "sending" : "unkept");
  const warn = (event) => kept || event.preventDefault();
  addEventListener("beforeunload", warn);
  try {
    progress();
    const outcome = await bring(record, progress, (signed) => {
      kept = keep(key, signed);
      progress();
    });
    if (outcome !== "unsigned") forget(key);
    return outcome;
  } finally {
    removeEventListener("beforeunload", warn);
  }
}

async function bring(record, progress, keepSigned) {
  if (record.signature) return cast(record, progress);
  const { code, blinded } = record;
  const asked = await insist(() => post(record.wave, "issue", { code, blinded }), 0, ["online"], progress);
  if (asked.status !== 200) return { 403: "code_unusable", 410: "closed" }[asked.status] ?? "refused";
  const signed = await sign(record, asked.body?.blind_signature).catch(() => undefined);
  if (!signed) return "unsigned";
  keepSigned(signed);
  return cast(signed, progress);
}

/** Return record with its signature, and without all that belongs to the person. */
async function sign({ wave, signingKey, message, inverse, sealed }, blindSignature) {
  const bytes = [message, blindSignature, inverse].map(fromBase64url);
  const signature = await finalize(await readSigningKey(fromBase64url(signingKey)), ...bytes);
  return { wave, message, signature: toBase64url(signature), sealed };
}

async function cast({ wave, message, signature, sealed }, progress) {
  const send = () => post(wave, "cast", { message, signature, sealed });
  // A random time after the other request, so that the two cannot be told to belong together.
  const [chance] = crypto.getRandomValues(new Uint32Array(1));
  const { status } = await insist(send, 1000 + (4000 * chance) / 2 ** 32, ["online", "pagehide"], progress);
  return { 200: "arrived", 201: "arrived", 409: "first_counts", 410: "too_late" }[status] ?? "refused";
}

// ---------------------------------------------------------------- requests

/** Return the answer to send, called after milliseconds and again as long as there is none; events shorten pauses. */
async function insist(send, milliseconds, events, progress) {
  let answer = await at(milliseconds, events.filter((event) => event === "pagehide"), send);
  for (let pause = 1000; !answer; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    progress("unreachable");
    answer = await at(pause, events, send);
  }
  return answer;
}

/** Call send after milliseconds, or inside the first of events: behind a page that is left nothing runs later. */
function at(milliseconds, events, send) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      for (const event of events) removeEventListener(event, go);
      resolve(send());
    };
    const timer = setTimeout(go, milliseconds);
    for (const event of events) addEventListener(event, go);
  });
}

/** Post content and return status and body, or undefined where the same request may be answered later. */
async function post(wave, route, content) {
  const body = JSON.stringify(content);
  try {
    const answer = await fetch(`/s/${wave}/${route}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
      cache: "no-store",
      credentials: "omit",
      keepalive: body.length < KEEPALIVE_LIMIT,
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    const temporary = answer.status >= 500 || [408, 425, 429].includes(answer.status);
    if (temporary) return undefined;
    // What is no JSON comes from something in between, and says nothing about the ballot.
    return { status: answer.status, body: await answer.json() };
  } catch {
    return undefined;
  }
}
