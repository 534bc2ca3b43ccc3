// What was filled in to the answers that count, or to what must be corrected: the rules of surveyapp/questionnaire
// (form.py, conditions.py, answers.py), held to the same vectors. No page and no words in here.

import { cleaned } from "./ballot.js";

/**
 * Return { answers, empty } or { mistakes }. Fields are lists of texts by name; a mistake has question, word and values.
 * Mistakes in hidden questions do not matter; empty means nothing but the respondent's group.
 */
export function readForm(questions, fields) {
  const { given, wrong } = read(questions, fields);
  const shown = visible(questions, given);
  for (const { id, required } of shown) {
    if (required && !given.has(id) && !wrong.has(id)) wrong.set(id, { question: id, ...new Mistake("required") });
  }
  const mistakes = shown.filter(({ id }) => wrong.has(id)).map(({ id }) => wrong.get(id));
  if (mistakes.length) return { mistakes };
  const counted = shown.filter(({ id }) => given.has(id));
  return {
    answers: Object.fromEntries(counted.map(({ id }) => [id, given.get(id)])),
    empty: counted.every(({ group }) => group),
  };
}

/** Return the questions that are shown to somebody who filled in fields. */
export function shownFor(questions, fields) {
  return visible(questions, read(questions, fields).given);
}

function read(questions, fields) {
  const given = new Map();
  const wrong = new Map();
  const filled = (name) => (fields[name] ?? []).filter(Boolean);
  for (const question of questions) {
    const found = READERS[question.kind](question, filled);
    if (found instanceof Mistake) wrong.set(question.id, { question: question.id, ...found });
    else if (found !== undefined) given.set(question.id, found);
  }
  return { given, wrong };
}

// ---------------------------------------------------------------- one answer

class Mistake {
  constructor(word, values = {}) {
    this.word = word;
    this.values = values;
  }
}

// What Python's str.strip() takes off; a page without script sends a cleared choice as an empty one before the last.
const stripped = (text) => text.replace(/^[\p{White_Space}\x1c-\x1f]+|[\p{White_Space}\x1c-\x1f]+$/gu, "");
const last = (values) => values.at(-1) ?? "";

/** Return the whole number that text spells, undefined if it is none from low to high. */
function numberIn(text, low, high) {
  const longest = String(Math.max(Math.abs(low), Math.abs(high))).length;
  const [, digits] = /^-?([0-9]+)$/.exec(stripped(text)) ?? [];
  if (digits === undefined || digits.length > longest) return undefined;
  const number = Number(stripped(text)) + 0; // no -0
  return low <= number && number <= high ? number : undefined;
}

function single(question, filled) {
  const chosen = last(filled(question.name));
  if (chosen && question.options.every(({ code }) => code !== chosen)) return new Mistake("unknown");
  return chosen || undefined;
}

function multiple(question, filled) {
  const chosen = new Set(filled(question.name));
  const codes = question.options.map(({ code }) => code).filter((code) => chosen.has(code));
  if (codes.length < chosen.size) return new Mistake("unknown");
  if (question.maximum && codes.length > question.maximum) {
    return new Mistake("too_many", { maximum: question.maximum });
  }
  return together(question, codes);
}

/** Return codes, unless one of them cannot stand beside others. */
function together({ options }, codes) {
  const alone = options.find(({ code, exclusive }) => exclusive && codes.includes(code));
  if (alone && codes.length > 1) return new Mistake("excludes", { label: alone.label });
  return codes.length ? codes : undefined;
}

function point(text, points) {
  if (!text) return undefined;
  return numberIn(text, 1, points) ?? new Mistake("unknown");
}

function scale(question, filled) {
  return point(last(filled(question.name)), question.points);
}

function number({ name, minimum, maximum }, filled) {
  const typed = stripped(last(filled(name)));
  if (!typed) return undefined;
  return numberIn(typed, minimum, maximum) ?? new Mistake("no_number", { low: minimum, high: maximum });
}

function matrix(question, filled) {
  const found = question.rows.map(({ code, name }) => [code, point(last(filled(name)), question.points)]);
  const mistake = found.find(([, chosen]) => chosen instanceof Mistake);
  if (mistake) return mistake[1];
  const points = found.filter(([, chosen]) => chosen !== undefined);
  return points.length ? Object.fromEntries(points) : undefined;
}

function rank(question, filled) {
  const codes = question.rows.map(({ name }) => last(filled(name))).filter(Boolean);
  if (codes.some((chosen) => question.options.every(({ code }) => code !== chosen))) return new Mistake("unknown");
  if (new Set(codes).size < codes.length) return new Mistake("twice");
  return together(question, codes);
}

function text({ name, maximum }, filled) {
  const words = cleaned(last(filled(name)));
  if (words.length > maximum) return new Mistake("too_long", { limit: maximum, length: words.length });
  return words || undefined;
}

const READERS = { single, band: single, multiple, scale, number, matrix, rank, text };

// ---------------------------------------------------------------- which questions are shown

const OPERATORS = {
  is: (value, wanted) => wanted.includes(value),
  one_of: (value, wanted) => wanted.includes(value),
  at_least: (value, wanted) => typeof value === "number" && value >= wanted[0],
  at_most: (value, wanted) => typeof value === "number" && value <= wanted[0],
  includes: (value, wanted) => Array.isArray(value) && wanted.some((code) => value.includes(code)),
};

function holds(condition, values) {
  if (!condition) return true;
  if (condition.all) return condition.all.every((part) => holds(part, values));
  if (condition.any) return condition.any.some((part) => holds(part, values));
  if (condition.not) return !holds(condition.not, values);
  const { question, operator, values: wanted } = condition;
  if (operator === "answered") return values.has(question) === wanted[0];
  return values.has(question) && OPERATORS[operator](values.get(question), wanted);
}

/** Return the questions that are shown: a hidden one has its implied value, a shown one without an answer has none. */
function visible(questions, given) {
  const known = new Map();
  return questions.filter((question) => {
    const shown = holds(question.shownIf, known);
    const value = shown ? given.get(question.id) : question.implied;
    if (value !== undefined) known.set(question.id, value);
    return shown;
  });
}
