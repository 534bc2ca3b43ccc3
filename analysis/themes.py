"""Themes of comments: words that go together in many of them, or, of few comments, the stuck points they speak of.

A theme, a term and a stuck point are shown from five comments on. These are as many people only where each person wrote
one of them: callers hand in the comments to one question of one wave.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.factoring import factors, tf_idf
from analysis.lexicon import LANGUAGES, STUCK_LABELS, language_of, stuck_points_in, telling
from analysis.voices import Barrier, Theme

PEOPLE = 5  # behind every theme, term and stuck point
ENOUGH = 30  # comments in one language; of fewer, themes would be chance
_PER_THEME = 10  # comments for each theme that is looked for
_MOST_THEMES, _MOST_TERMS, _MOST_WORDS = 8, 6, 300
_LEAST_TERMS, _CLEAR_TERMS = 2, 3  # one word alone does not tell what was said of it
_LEAST_WEIGHT = 0.2  # of the weightiest term of a theme; what is lighter belongs to another one


def themes(texts: Iterable[str]) -> tuple[Theme, ...]:
    """Return the themes of *texts*, one comment per person, language by language, the largest first.

    The same texts give the same themes in whatever order they come. Languages with fewer than 30 comments have none.
    """
    spoken = _by_language(texts)
    return tuple(
        theme
        for language in LANGUAGES
        if len(spoken[language]) >= ENOUGH
        for theme in _themes_in(spoken[language], language)
    )


def barriers(texts: Iterable[str]) -> tuple[Barrier, ...]:
    """Return how many of *texts*, one comment per person, speak of each stuck point, those of most people first.

    Counted are the languages that have too few comments for themes, together.
    """
    spoken = _by_language(texts)
    few = [text for language in LANGUAGES if len(spoken[language]) < ENOUGH for text in spoken[language]]
    counts = Counter(code for text in few for code in stuck_points_in(text))
    named = [Barrier(code, STUCK_LABELS[code], number) for code, number in counts.items() if number >= PEOPLE]
    return tuple(sorted(named, key=lambda barrier: (-barrier.comments, barrier.code)))


def _by_language(texts: Iterable[str]) -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = {language: [] for language in ("", *LANGUAGES)}
    # The arithmetic that follows rounds differently in another order.
    for text in sorted(texts):
        spoken[language_of(text)].append(text)
    return spoken


def _themes_in(texts: Sequence[str], language: str) -> list[Theme]:
    """Return the themes of that number of factors which gives most clear ones, of several such the smallest."""
    words = [telling(text, language) for text in texts]
    vocabulary = _vocabulary(words)
    presence = np.array([[term in said for term in vocabulary] for said in words], dtype=bool)
    most = min(_MOST_THEMES, len(texts) // _PER_THEME, len(vocabulary))
    tried = [_factored(presence, vocabulary, count, language) for count in range(1, most + 1)]
    found = max(tried, key=_clear, default=[])
    return sorted(found, key=lambda theme: (-theme.comments, theme.terms))


def _clear(found: Sequence[Theme]) -> int:
    """Return how many themes have enough words: too many factors take one theme apart into pairs of words."""
    return sum(len(theme.terms) >= _CLEAR_TERMS for theme in found)


def _factored(presence: NDArray[np.bool_], vocabulary: Sequence[str], count: int, language: str) -> list[Theme]:
    shares, weights = factors(tf_idf(presence), count)
    # A comment is about its largest factor, a term belongs to the one where it is heaviest. Rounded, so that the last
    # digits of another machine change nothing.
    shares = np.round(shares * np.linalg.norm(weights, axis=1), 9)
    weights = np.round(weights, 9)
    about = np.where(shares.max(axis=1) > 0, shares.argmax(axis=1), -1)
    home = weights.argmax(axis=0)
    found = []
    for number in range(count):
        used = presence[about == number].sum(axis=0)
        weight = np.where((home == number) & (used >= PEOPLE), weights[number], 0)
        terms = _terms(vocabulary, weight.tolist(), _LEAST_WEIGHT * float(weights[number].max()))
        if len(terms) >= _LEAST_TERMS:
            found.append(Theme(language, terms, int((about == number).sum())))
    return found


def _vocabulary(words: Sequence[frozenset[str]]) -> list[str]:
    """Return the words that enough comments use, in the order of the alphabet."""
    counts = Counter(word for said in words for word in said)
    often = sorted((word for word in counts if counts[word] >= PEOPLE), key=lambda word: (-counts[word], word))
    return sorted(often[:_MOST_WORDS])


def _terms(vocabulary: Sequence[str], weights: Sequence[float], least: float) -> tuple[str, ...]:
    """Return the words with more weight than the *least*, the weightiest first."""
    heavy = sorted((-weight, term) for term, weight in zip(vocabulary, weights, strict=True) if weight > least)
    return tuple(term for _, term in heavy[:_MOST_TERMS])
