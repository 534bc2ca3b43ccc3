"""Comments that may still tell who somebody is are marked; harmless ones are not."""

import pytest

from surveyapp.hinting import Hint, hints

TELLING = [
    ("Ask […] from sales", Hint.TAKEN_OUT),
    ("Call me on 0171 2345678", Hint.REACHABLE),
    ("write to a.b@example.org please", Hint.REACHABLE),
    ("Frau Weber blocks everything", Hint.NAME),
    ("Herrn Özdemir fragen", Hint.NAME),
    ("Mr. Smith does not like it", Hint.NAME),
    ("it was introduced by Anna Kowalska without a word", Hint.NAME),
    ("Das hat uns damals, Anna Kowalska, gezeigt", Hint.NAME),
    ("More training, please. Thanks, Peter", Hint.NAME),
    ("Bitte schneller. Viele Grüße Jonas", Hint.NAME),
    ("you should ask Peter about it", Hint.NAME),
    ("Peter said it is forbidden", Hint.NAME),
    ("my boss does not want it", Hint.ROLE),
    ("Our team lead laughs at it", Hint.ROLE),
    ("Mein Chef nutzt es nie", Hint.ROLE),
    ("unsere Abteilungsleiterin verbietet es", Hint.ROLE),
    ("As the only one in accounting I need more", Hint.WRITER),
    ("Ich bin der Einzige, der es nutzt", Hint.WRITER),
    ("als Mutter in Teilzeit hilft es mir", Hint.WRITER),
]
HARMLESS = [
    "More templates please.",
    "The answers are often wrong, and checking them takes too long.",
    "It should work with Outlook and Excel",
    "Copilot ist in Excel zu langsam.",
    "Die Antworten sind oft falsch, ich muss alles nachprüfen.",
    "Klare Regeln, welche Daten wir eingeben dürfen!",
    "Schulungen mit Beispielen aus der Praxis",
    "Managers should use it themselves first",
    "Danke!",
    "Thanks",
    "",
]


@pytest.mark.parametrize(("text", "hint"), TELLING)
def test_what_may_tell_who_somebody_is_asks_for_a_second_look(text: str, hint: Hint) -> None:
    assert hint in hints(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_comment_has_no_chip(text: str) -> None:
    assert hints(text) == ()


def test_every_hint_is_found_and_none_twice() -> None:
    assert {hint for text, _ in TELLING for hint in hints(text)} == set(Hint)
    assert all(len(set(hints(text))) == len(hints(text)) for text, _ in TELLING)
