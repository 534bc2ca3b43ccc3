"""Themes are found where they were planted, and nothing that fewer than five people said ever shows."""

from collections.abc import Mapping, Sequence
from random import Random  # noqa: TID251  # seeded: the same comments every time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import Text
from analysis.factoring import factors, tf_idf
from analysis.lexicon import STUCK_LABELS, language_of, stuck_points_in
from analysis.themes import ENOUGH, PEOPLE, barriers, themes
from analysis.voices import Theme
from surveyapp import resources
from surveyapp.questionnaire.loader import load
from surveyapp.questionnaire.model import SingleChoice

FRAMES: Mapping[str, Sequence[str]] = {
    "en": ("the {} and the {} are what we need", "it is about {} with {} and {}", "we wait because of {} and {}"),
    "de": ("die {} und das {} sind nicht gut", "es geht um {} mit {} und {}", "bitte {} und auch {} ändern"),
}
PLANTED: Mapping[str, Sequence[tuple[int, tuple[str, ...]]]] = {
    "en": (
        (20, ("training", "examples", "course", "coaching")),
        (16, ("login", "password", "account", "locked")),
        (14, ("slow", "waiting", "minutes", "loading")),
        (12, ("templates", "offers", "wording", "customers")),
    ),
    "de": (
        (16, ("anmeldung", "passwort", "konto", "gesperrt")),
        (14, ("langsam", "warten", "minuten", "laden")),
        (12, ("vorlagen", "angebote", "formulierung", "kunden")),
    ),
}


def written(lot: Random, language: str, words: Sequence[str], people: int) -> list[str]:
    frames = [lot.choice(FRAMES[language]) for _ in range(people)]
    return [frame.format(*lot.sample(words, frame.count("{}"))) for frame in frames]


def planted(seed: int) -> list[str]:
    lot = Random(seed)
    texts = [
        text
        for language in PLANTED
        for people, words in PLANTED[language]
        for text in written(lot, language, words, people)
    ]
    lot.shuffle(texts)
    return texts


def of(found: Sequence[Theme], language: str) -> list[Theme]:
    return [theme for theme in found if theme.language == language]


# ----------------------------------------------------------------- planted and found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("language", ["en", "de"])
def test_themes_that_were_planted_are_found_with_their_words_and_their_people(language: str, seed: int) -> None:
    found = of(themes(planted(seed)), language)

    assert [theme.comments for theme in found] == [people for people, _ in PLANTED[language]]
    for theme, (_, words) in zip(found, PLANTED[language], strict=True):
        own = set(theme.terms) & set(words)
        others = {word for _, other in PLANTED[language] for word in other} - set(words)
        assert len(own) >= 3, theme
        assert not set(theme.terms) & others, theme
        assert set(theme.terms[:2]) <= set(words), theme


@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(lot: Random) -> None:
    texts = planted(1)
    mixed = list(texts)
    lot.shuffle(mixed)

    assert repr(themes(mixed)) == repr(themes(texts))
    assert barriers(mixed) == barriers(texts)


def test_there_are_no_themes_of_few_comments_and_no_counts_of_stuck_points_of_many() -> None:
    lot = Random(5)
    texts = [f"the login and the password {word}" for word in ("broke", "failed", "expired") for _ in range(10)]
    lot.shuffle(texts)

    assert themes(texts[: ENOUGH - 1]) == ()
    assert themes(texts) != ()
    assert [one.code for one in barriers(texts[: ENOUGH - 1])] == ["no_access"]
    assert barriers(texts) == ()


def test_nothing_comes_of_nothing() -> None:
    assert (themes([]), barriers([])) == ((), ())
    assert (themes([""] * 40), barriers(["…"] * 40)) == ((), ())
    assert themes(["the and of it was"] * 40) == ()


# ----------------------------------------------------------------- attacks


@pytest.mark.parametrize(("people", "shows"), [(PEOPLE - 1, False), (12, True)])
def test_a_theme_of_four_people_never_shows(people: int, *, shows: bool) -> None:
    lot = Random(7)
    secret = ("strike", "union", "lawyer", "overtime")
    texts = planted(7) + written(lot, "en", secret, people)

    terms = {term for theme in themes(texts) for term in theme.terms}

    assert bool(terms & set(secret)) == shows


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("people", "shows"), [(PEOPLE - 1, False), (9, True)])
def test_a_term_that_only_four_people_used_never_shows(people: int, *, shows: bool, seed: int) -> None:
    texts = planted(seed)
    slow = [number for number, text in enumerate(texts) if "slow" in text or "loading" in text or "minutes" in text]
    assert len(slow) >= people
    for number in slow[:people]:
        texts[number] += " zanzibar zanzibar zanzibar"

    assert any("zanzibar" in theme.terms for theme in themes(texts)) == shows


def test_a_term_used_by_five_of_whom_one_writes_about_something_else_never_shows() -> None:
    texts = [text for text in planted(3) if language_of(text) == "en"]
    slow = [number for number, text in enumerate(texts) if "slow" in text]
    login = [number for number, text in enumerate(texts) if "login" in text and "slow" not in text]
    for number in (*slow[: PEOPLE - 1], login[0]):
        texts[number] += " zanzibar"

    assert not any("zanzibar" in theme.terms for theme in themes(texts))


@given(
    st.lists(
        st.sampled_from(["login", "slow", "wrong", "training", "strike", "offers", "mail", "umbrella"]),
        min_size=30,
        max_size=90,
    ),
    st.integers(1, 6),
)
def test_whatever_is_written_every_term_has_five_people_behind_it(words: list[str], spread: int) -> None:
    texts = [f"we have the {word} and {words[place - spread]} here" for place, word in enumerate(words)]

    for theme in themes(texts):
        assert theme.comments >= PEOPLE
        for term in theme.terms:
            assert sum(f" {term} " in f"{text} " for text in texts) >= PEOPLE


@pytest.mark.parametrize(("people", "shown"), [(PEOPLE - 1, ()), (PEOPLE, ("slow",))])
def test_a_stuck_point_is_counted_from_five_people_on(people: int, shown: tuple[str, ...]) -> None:
    texts = ["Viel zu langsam, das ist nichts für mich"] * (people - 1)
    texts += ["It is slow, and I said it is slow"] + ["The tool is what we needed"] * 9

    assert tuple(one.code for one in barriers(texts)) == shown
    assert all(one.comments == people for one in barriers(texts))


# ----------------------------------------------------------------- languages and words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "More templates please."),
        ("en", "Answers are often wrong and I have to check everything."),
        ("en", "Login fails every Monday, and nobody can help us"),
        ("en", "I was in the office and so was the login"),
        ("de", "Mehr Vorlagen bitte."),
        ("de", "Die Antworten sind oft falsch, ich muss alles nachprüfen."),
        ("de", "Anmeldung klappt montags nie"),
        ("de", "Wir haben Copilot im Team, aber das Feedback war schlecht"),
        ("", "Il faudrait plus de modèles pour les offres."),
        ("", "Necesito acceso a mis datos y más formación para el equipo."),
        ("", "Odpowiedzi są często błędne i muszę wszystko sprawdzać."),
        ("", "De antwoorden zijn vaak fout en ik moet alles controleren."),
        ("", "Copilot"),
        ("", ""),
        ("", "12345 …"),
    ],
)
def test_a_comment_is_english_german_or_neither(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("no_access", "Ich habe noch immer keinen Zugang"),
        ("no_access", "I still cannot log in"),
        ("no_idea", "A training with examples would help"),
        ("no_answer", "Die Antworten sind zu allgemein"),
        ("wrong_answer", "It makes up sources"),
        ("wrong_answer", "Oft falsche Zahlen"),
        ("correcting", "Das Nacharbeiten kostet mehr, als es bringt"),
        ("data_missing", "It knows nothing of our documents"),
        ("not_allowed", "Ist das mit dem Datenschutz geklärt?"),
        ("not_in_program", "Needs integration into Outlook"),
        ("slow", "Morgens sehr langsam"),
        ("reaction", "Meine Kollegen lachen darüber"),
    ],
)
def test_a_stuck_point_is_heard_in_both_languages(code: str, text: str) -> None:
    assert code in stuck_points_in(text)


def test_a_comment_without_a_stuck_point_names_none() -> None:
    assert stuck_points_in("A fine tool, I use it every day. Sehr schön, danke!") == frozenset()


def test_the_stuck_points_are_those_of_the_question() -> None:
    pulse = load(resources.questionnaires() / "pulse.yaml")
    (question,) = [one for one in pulse.questions if one.id == "stuck_where"]
    assert isinstance(question, SingleChoice)

    assert set(STUCK_LABELS) == {option.code for option in question.options if not option.exclusive}
    assert all(isinstance(label, Text) and label.into("de") != label.into("en") for label in STUCK_LABELS.values())


# ----------------------------------------------------------------- arithmetic

PRESENCE = np.array(
    [
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 1],
    ],
    dtype=bool,
)


def test_the_weights_are_those_of_scikit_learn() -> None:
    # TfidfTransformer().fit_transform(PRESENCE), scikit-learn 1.9.1
    expected = [
        [0.707107, 0.707107, 0, 0, 0],
        [0.57735, 0.57735, 0.57735, 0, 0],
        [0, 0.707107, 0.707107, 0, 0],
        [0, 0, 0.544841, 0.637414, 0.544841],
        [0, 0, 0, 0.760148, 0.64975],
        [0, 0, 0, 0, 0],
        [0.707107, 0, 0, 0, 0.707107],
    ]

    np.testing.assert_allclose(tf_idf(PRESENCE), expected, atol=1e-6)


def test_the_factors_are_those_of_scikit_learn() -> None:
    # NMF(n, init="nndsvda", solver="mu", max_iter=200, tol=0), scikit-learn 1.9.1
    left, right = factors(tf_idf(PRESENCE), 2, rounds=200)
    of_three = factors(tf_idf(PRESENCE), 3, rounds=200)

    np.testing.assert_allclose(
        left,
        [
            [0.579253, 0],
            [0.647026, 0.002837],
            [0.539179, 0],
            [0.078146, 0.623788],
            [0, 0.680427],
            [0, 0],
            [0.207591, 0.387789],
        ],
        atol=2e-6,
    )
    np.testing.assert_allclose(
        right,
        [[0.830004, 1.064272, 0.698955, 0, 0.047596], [0.166633, 0, 0.249264, 0.912573, 1.047343]],
        atol=2e-6,
    )
    assert np.linalg.norm(tf_idf(PRESENCE) - left @ right) == pytest.approx(1.162070380838862, abs=1e-9)
    assert np.linalg.norm(tf_idf(PRESENCE) - of_three[0] @ of_three[1]) == pytest.approx(0.700665433608897, abs=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_more_rounds_never_come_out_further_away_and_no_factor_is_negative(seed: int, count: int) -> None:
    matrix = np.random.default_rng(seed).random((9, 6))

    errors = []
    for rounds in (1, 5, 50, 300):
        left, right = factors(matrix, count, rounds=rounds)
        assert (left >= 0).all()
        assert (right >= 0).all()
        errors.append(float(np.linalg.norm(matrix - left @ right)))

    # Lee and Seung (2001), theorem 1; and no product of this rank is nearer than the truncated singular values.
    assert errors == sorted(errors, reverse=True) or np.ptp(errors) < 1e-9
    assert errors[-1] >= float(np.linalg.norm(np.linalg.svd(matrix, compute_uv=False)[count:])) - 1e-9
