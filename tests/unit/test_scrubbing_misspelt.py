# ruff: noqa: RUF001  # other people's letters are the point
"""Names that people write from memory: 500 comments in two languages, most names misspelt in some way."""

import re

import numpy as np
import pytest

from surveyapp.scrubbing import MARK, Scrubber

WORD = re.compile(r"[^\W\d_]+")
PEOPLE = (
    "Eva Berger", "Jürgen Müller", "Anna-Lena Graf", "José Álvarez", "Conor O'Brien", "Karl Groß",
    "Mira Solano",
    "Lea Winter", "Tomáš Dvořák", "Agnieszka Wiśniewska", "Şebnem Yıldız", "Søren Kjær", "Иван Петров",
    "Nguyễn Thị Lan",
    "François Lefèvre", "Giulia Esposito", "Katharina Schneider", "Maximilian Huber", "Priya Raghunathan", "Zoë Brandt",
    "Björn Åkesson", "Ελένη Παππά", "Oluwaseun Adeyemi", "Hannah Fischer", "Lukas Wagner", "Sofia Romano", "Noah Bauer",
    "Emilia Hofmann", "Jakob Steiner", "Valentina Moretti",
)  # fmt: skip
ENGLISH = (
    "I always ask {} when the assistant gets it wrong.",
    "{} said we should stop using it for offers",
    "Thanks to {}'s notes it works, mostly.",
    "Better training please, not like the one by {}!",
    "the drafts are fine; {} checks them anyway",
)
GERMAN = (
    "Ohne {} wäre ich aufgeschmissen, das Werkzeug erklärt nichts.",
    "{} hat gesagt, wir sollen es lassen",
    "Bitte {} fragen, die Vorlagen sind von dort.",
    "Die Schulung mit {} war zu kurz!",
    "geht gut, nur {} sieht das anders",
)
HARMLESS = (
    "The assistant writes good first drafts, but tables come out wrong and the tone is too formal for our customers.",
    "I would use it more if access was easier and the answers were faster; training helped a lot in the second week.",
    "Die Vorschläge sind brauchbar, aber Tabellen stimmen oft nicht und der Ton passt selten zu unseren Kunden.",
    "Ich würde es öfter nutzen, wenn der Zugang einfacher wäre; die Schulung in der zweiten Woche hat sehr geholfen.",
    "Mehr Zeit zum Lernen, klare Regeln für Daten, und jemand im Team, der Fragen beantwortet.",
    "More time to learn, clear rules about data, and somebody in the team who answers questions.",
)


def swap(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def mistyped(part: str, draw: np.random.Generator) -> str:
    """One slip of the fingers behind the first letter, as people make them in names of four letters and more."""
    place = int(draw.integers(1, len(part) - 1))
    letter = "enrtais"[draw.integers(7)]
    slips = (
        part[:place] + part[place + 1 :],
        part[:place] + part[place] + part[place:],
        part[:place] + letter + part[place + 1 :],
        part[:place] + letter + part[place:],
        swap(part, place),
    )
    return slips[draw.integers(len(slips))]


def written(name: str, draw: np.random.Generator) -> str:
    """*name* or a part of it as a colleague writes it."""
    parts = name.replace("-", " ").replace("'", " ").split()
    whole = draw.random() < 0.3
    chosen = parts if whole else [parts[draw.integers(len(parts))]]
    chosen = [part for part in chosen if len(part) > 2] or [max(parts, key=len)]
    if draw.random() < 0.6:
        chosen = [mistyped(part, draw) if len(part) >= 4 else part for part in chosen]
    elif draw.random() < 0.3:
        chosen = [part.upper() if draw.random() < 0.5 else part.lower() for part in chosen]
    return " ".join(chosen)


def comments(count: int) -> list[tuple[str, str]]:
    draw = np.random.default_rng(2027)
    found = []
    for number in range(count):
        frames = (ENGLISH, GERMAN)[number % 2]
        name = written(PEOPLE[draw.integers(len(PEOPLE))], draw)
        found.append((frames[draw.integers(len(frames))].format(name), name))
    return found


def survives(scrubbed: str, name: str) -> bool:
    return bool(set(WORD.findall(scrubbed)) & set(WORD.findall(name)))


def test_of_500_comments_no_more_than_one_in_fifty_keeps_a_name() -> None:
    scrubber = Scrubber(PEOPLE)

    kept = [name for text, name in comments(500) if survives(scrubber.scrub(text), name)]

    assert 1 - len(kept) / 500 >= 0.98, kept


def test_the_measure_finds_names_that_are_left() -> None:
    kept = [name for text, name in comments(500) if survives(text, name)]

    assert len(kept) >= 495


def test_words_that_name_nobody_stay_readable() -> None:
    scrubber = Scrubber(PEOPLE)
    words = sum(len(text.split()) for text in HARMLESS)

    lost = sum(scrubber.scrub(text).count(MARK) for text in HARMLESS)

    assert lost <= words * 0.02, [scrubber.scrub(text) for text in HARMLESS]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Иван Петров", "ask Ivan Petrov"),
        ("Ivan Petrov", "это Иван Петров"),
        ("Ελένη Παππά", "with Eleni Pappa"),
        ("Søren Kjær", "with Soren Kjaer"),
        ("Şebnem Yıldız", "with Sebnem Yildiz"),
        ("Katharina Schneider", "with Katarina Schnieder"),
    ],
)
def test_other_alphabets_and_spellings_are_known(name: str, text: str) -> None:
    scrubbed = Scrubber([name]).scrub(text)

    assert scrubbed.count(MARK) == 2


def test_ten_thousand_names_are_looked_up_as_fast_as_ten() -> None:
    draw = np.random.default_rng(1)
    many = ["".join(chr(97 + letter) for letter in draw.integers(26, size=8)) for _ in range(10_000)]

    assert Scrubber([*many, "Berger"]).scrub("ask Berger, Brger or Bergre") == f"ask {MARK}, {MARK} or {MARK}"
