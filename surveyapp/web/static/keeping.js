// Ballots that are not known to be in the box yet: one record per wave and code, kept until the server has answered.

import { digest } from "./codes.js";

const PREFIX = "surveyapp ballot ";

/** Return the key of the record of the ballot that code lets into the box of wave. */
export async function keyOf(wave, code) {
  return `${PREFIX}${wave} ${await digest(`${PREFIX}${wave} ${code}`)}`;
}

/** Return the keys of all records of wave. */
export function keysOf(wave) {
  return stored((storage) => Object.keys(storage).filter((key) => key.startsWith(`${PREFIX}${wave} `))) ?? [];
}

/** Return the record under key, if there is one; what is none is removed. */
export function find(key) {
  const text = stored((storage) => storage.getItem(key));
  if (!text) return undefined;
  try {
    const record = JSON.parse(text);
    if (record.wave && record.message && record.sealed) return record;
  } catch {
    // not written by this script
  }
  forget(key);
  return undefined;
}

/** Keep record under key; false if this browser keeps nothing. */
export function keep(key, record) {
  return (
    stored((storage) => {
      storage.setItem(key, JSON.stringify(record));
      return true;
    }) ?? false
  );
}

/** Remove the record under key. */
export function forget(key) {
  stored((storage) => storage.removeItem(key));
}

/** Run task while no other tab of this browser works on the record under key. */
export async function alone(key, task) {
  let begun = false;
  try {
    return await navigator.locks.request(key, () => {
      begun = true;
      return task();
    });
  } catch (error) {
    if (begun) throw error;
    return task(); // without locks two tabs may send the same record, which the server counts once
  }
}

function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return undefined; // switched off, or full
  }
}
