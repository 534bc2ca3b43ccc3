// A hint beside one's own words while they are written: what looks like a name or an address. It decides nothing, and
// nothing leaves the browser for it.

import { sentence } from "./words.js";

const CAPITAL = "\\p{Lu}[\\p{L}'\\u2019-]+";
const SIGNS = [
  /[^\s@]+@[^\s@]+\.\p{L}{2,}/u,
  /\bhttps?:\/\/\S+|\bwww\.\S+/iu,
  /\+?\d[\d ()/.-]{6,}\d/u,
  new RegExp(`(?:Herrn?|Frau|Hr\\.|Fr\\.|Mr\\.?|Mrs\\.?|Ms\\.?|Dr\\.|Prof\\.)\\s+${CAPITAL}`, "u"),
  new RegExp(`(?<=[\\p{Ll},;] )${CAPITAL} ${CAPITAL}(?=[ .,;!?]|$)`, "u"),
  new RegExp(`(?<=\\b(?:[Aa]sk|[Aa]sked|[Tt]old|[Tt]hank|[Ff]ragt?) )${CAPITAL}`, "u"),
];

/** Return what in text looks like a name, an address or a number of somebody; undefined if nothing does. */
export function nameIn(text) {
  return SIGNS.map((sign) => sign.exec(text)?.[0]).find(Boolean);
}

/** Say so under every field for own words, while it is filled in. */
export function watchNames(form) {
  for (const area of form.querySelectorAll("textarea")) {
    const hint = Object.assign(document.createElement("p"), { className: "hint" });
    hint.setAttribute("role", "status");
    area.after(hint);
    const look = () => {
      const words = nameIn(area.value);
      const wanted = words ? sentence("name_like", { words }) : "";
      if (hint.textContent !== wanted) hint.textContent = wanted;
    };
    area.addEventListener("input", look);
    look();
  }
}
