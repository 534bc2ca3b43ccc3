// Ballots that an earlier page of this wave could not bring to the box: any page of the wave goes on with them.

import { deliver } from "./casting.js";
import { alone, find, keysOf } from "./keeping.js";
import { show } from "./words.js";

/** Go on with all ballots of wave that this browser keeps; arrived(key) hears of each that is in the box now. */
export function resume(wave, arrived = () => {}) {
  for (const key of keysOf(wave)) {
    alone(key, async () => {
      const record = find(key); // by now another tab may have brought it
      if (!record) return;
      const outcome = await deliver(key, record, (...names) => show("earlier", "earlier", ...names));
      show("earlier", outcome === "arrived" ? "earlier_arrived" : outcome);
      if (outcome === "arrived") arrived(key);
    });
  }
}
