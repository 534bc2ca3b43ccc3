// The sentences that scripts say; the page brings them in its language, in <template id="words">.

/** Return the sentence called name, with values in its places. */
export function sentence(name, values = {}) {
  const words = document.getElementById("words").content.querySelector(`[data-word="${name}"]`);
  return words.textContent.replace(/%\((\w+)\)s/g, (_, place) => String(values[place]));
}

/** Show the sentences called names in the live region with this id; none leaves it empty. */
export function show(id, ...names) {
  const region = document.getElementById(id);
  const wanted = names.map((name) => sentence(name)).join(" ");
  // The same words again would be read out again.
  if (region && region.textContent !== wanted) region.textContent = wanted;
}
