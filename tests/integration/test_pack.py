"""The pack for the works council, and questionnaires on paper."""

import argparse
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from werkzeug.test import TestResponse

from analysis.codebook import All, Any, Condition, Not
from analysis.codebook import Test as Compared
from surveyapp import resources, templating
from surveyapp.cli import questionnaire as command
from surveyapp.desk.charters import current_charter
from surveyapp.errors import InputError
from surveyapp.printing.conditions import ConditionWords
from surveyapp.questionnaire import loader
from surveyapp.questionnaire.conditions import leaves
from surveyapp.questionnaire.model import options
from surveyapp.web.promise_page import MEANINGS
from tests import pdfua, tagged
from tests.keeping import Keeper, a_wrapped_key, staff
from tests.story import RunningPilot, installed

PULSE = resources.questionnaires() / "pulse.yaml"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPilot]:
    """A pilot whose trustee made the keys with a deputy, before its first wave."""
    with installed(tmp_path_factory.mktemp("pack")) as (house, client):
        pilot = RunningPilot(house, client, key="passphrase", demo=False)
        staff(pilot)
        waves = [str(wave.key) for wave in house.custody.pilot(pilot.slug).waves]
        keys = {wave: a_wrapped_key(wave, deputy=True) for wave in waves}
        assert Keeper(pilot).keep(keys).status_code == 201
        yield pilot


def pack(pilot: RunningPilot, language: str) -> TestResponse:
    return Keeper(pilot, "lead").client.get(f"/staff/pilots/{pilot.slug}/pack.pdf?lang={language}")


def said_in(content: bytes) -> str:
    """Return all that the PDF says, without spaces."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return tagged.words(pdf)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def absent(wanted: set[str], said: str) -> set[str]:
    return {words for words in wanted if squeezed(words) not in said}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_pack_says_what_the_configuration_says(kept: RunningPilot, language: str) -> None:
    charter, version = current_charter(kept.house.desk, "offers"), kept.house.desk.charter("offers")
    owners, say = charter.owners, templating.catalogue(language).gettext
    questions = loader.load(PULSE).questions
    texts = [question.text for question in questions] + [one.label for asked in questions for one in options(asked)]
    asked = {text.into(language).replace("{tool}", charter.tool) for text in texts}

    content = pack(kept, language).data
    said = said_in(content)

    assert pdfua.complaints(content) == []
    assert not absent(
        {
            charter.title,
            charter.contact,
            version.sha256,
            *(person.name for person in (owners.business, owners.technical, owners.compliance, charter.trustee)),
            *(group.label.into(language) for group in charter.groups),
            *(column for columns in MEANINGS.values() for column in columns),
            *(say(meaning) for columns in MEANINGS.values() for meaning in columns.values()),
            *(words for words in asked if "{" not in words),
            *(question.source for question in questions),
            say("A deputy opens the boxes with a passphrase of their own."),
        },
        said,
    )
    assert "{" not in said


def test_the_same_pack_has_the_same_bytes(kept: RunningPilot) -> None:
    assert pack(kept, "en").data == pack(kept, "en").data


def test_a_language_that_the_pilot_does_not_speak_gives_its_first(kept: RunningPilot) -> None:
    answer = pack(kept, "xx")

    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "en")


def test_a_charter_that_is_only_begun_has_no_pack(kept: RunningPilot) -> None:
    kept.house.drafting.begin("begun", "Begun", ["en"], actor="test")
    admin = Keeper(kept, "admin").client

    assert admin.get("/staff/pilots/begun/charter").status_code == 200
    assert admin.get("/staff/pilots/begun/pack.pdf").status_code == 404


def test_charter_and_trustee_link_to_the_pack(kept: RunningPilot) -> None:
    link = 'href="/staff/pilots/offers/pack.pdf"'

    assert link in Keeper(kept, "lead").client.get("/staff/pilots/offers/charter").text
    assert link in Keeper(kept).get().text


def test_a_later_wave_prints_only_what_it_asks_otherwise(kept: RunningPilot) -> None:
    asked = kept.house.packing.pack("offers", "en", []).asked
    first, second = (one for one in asked if one.questionnaire.name.endswith("pulse"))

    assert (first.like, second.like) == (None, first.wave.key.number)
    assert [question.id for section in second.sections for question in section.questions] == ["last_pulse"]


def test_a_started_wave_is_printed_as_its_respondents_know_it(pilot: RunningPilot) -> None:
    pilot.people(12)
    pilot.start()
    poll = pilot.poll()

    page = pilot.house.packing.pack("offers", "de", [])

    assert page.asked[0].questionnaire == poll.questionnaire
    assert page.asked[0].wave.published == poll.fingerprint
    assert page.promise[1:] == poll.promise.sentences("de")


USE, SOME_DAYS = Compared("aware", "is", ("use",)), Compared("tool_days", "at_least", (1,))
FEW_DAYS, NO_OTHER = Compared("tool_days", "at_most", (3,)), Compared("other_tools", "includes", ("none",))
LEFT_OUT = Compared("tool_days", "answered", (False,))
CONDITIONS: tuple[tuple[Condition, str], ...] = (
    (Compared("aware", "one_of", ("tried", "use")), "2 (aware) is “I have tried it” or “I use it”"),
    (Not(USE), "2 (aware) is not “I use it”"),
    (SOME_DAYS, "3 (tool_days) is at least 1"),
    (Not(FEW_DAYS), "3 (tool_days) is not at most 3"),
    (Compared("tool_days", "answered", (True,)), "3 (tool_days) was answered"),
    (LEFT_OUT, "3 (tool_days) was not answered"),
    (Not(LEFT_OUT), "3 (tool_days) was answered"),
    (Not(NO_OTHER), "10 (other_tools) does not include “None”"),
    (
        All((FEW_DAYS, Any((USE, NO_OTHER)))),
        "3 (tool_days) is at most 3 and (2 (aware) is “I use it” or 10 (other_tools) includes “None”)",
    ),
    (Not(Any((USE, SOME_DAYS))), "not: (2 (aware) is “I use it” or 3 (tool_days) is at least 1)"),
)


@pytest.mark.parametrize(("condition", "words"), CONDITIONS)
def test_conditions_are_said_in_words(condition: Condition, words: str) -> None:
    said = ConditionWords(loader.load(PULSE), "en").of(condition)

    assert said.replace("question ", "") == words
    assert said.count("question ") == len(leaves(condition))


def printed(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["questionnaire", "print", *words])
    return int(arguments.run(arguments))


@pytest.mark.parametrize("name", ["baseline", "pulse", "closing"])
def test_a_questionnaire_is_printed_before_there_is_a_pilot(name: str, tmp_path: Path) -> None:
    file, out = resources.questionnaires() / f"{name}.yaml", tmp_path / "paper.pdf"
    questions = loader.load(file).questions
    labels = {one.label.into("de") for question in questions for one in options(question)}

    assert printed(str(file), "--lang", "de", "--out", str(out)) == 0

    assert pdfua.complaints(out.read_bytes()) == []
    assert not absent({question.text.into("de") for question in questions} | labels, said_in(out.read_bytes()))


def test_a_file_that_is_there_and_a_language_that_is_not_are_refused(tmp_path: Path) -> None:
    taken = tmp_path / "paper.pdf"
    taken.write_bytes(b"mine")

    with pytest.raises(InputError, match="cannot be written"):
        printed(str(PULSE), "--out", str(taken))
    with pytest.raises(InputError, match="speaks en, de, not fr"):
        printed(str(PULSE), "--lang", "fr", "--out", str(tmp_path / "other.pdf"))

    assert [path.name for path in tmp_path.iterdir()] == ["paper.pdf"]
    assert taken.read_bytes() == b"mine"
