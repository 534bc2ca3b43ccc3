// The page in another language, without a ballot leaving the browser: the answers stay here while the page is fetched.

import { readFields, writeFields } from "./questions.js";

/** Turn the page to what is at address (?lang=..) and fill it as it was; false if it could not be fetched. */
export async function turnPage(address) {
  const form = document.getElementById("ballot");
  let turned;
  try {
    const options = { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };
    const answer = await fetch(address, options);
    turned = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return false;
  }
  const other = turned.getElementById("ballot");
  if (!other) return false; // closed in the meantime
  // What stands there for browsers without script would be read as part of the form.
  for (const plain of turned.querySelectorAll("noscript")) plain.remove();
  writeFields(other, readFields(form));
  other.elements.code.value = form.elements.code.value;
  history.replaceState(history.state, "", address);
  document.documentElement.lang = turned.documentElement.lang;
  document.title = turned.title;
  document.body.replaceWith(document.adoptNode(turned.body));
  return true;
}
