"""The survey figures of a wave are released once: later readouts repeat them, and say what is new."""

import json
import subprocess
from typing import Any

import pytest
from sqlalchemy import delete, update

from surveyapp.database import write
from surveyapp.errors import RefusedError
from surveyapp.results.review import Review, SettledError
from surveyapp.results.tables import ANSWER, FIGURES
from tests.story import RunningPilot

PEOPLE = 24
CLOSING = 4


@pytest.fixture
def baseline(pilot: RunningPilot) -> RunningPilot:
    pilot.people(PEOPLE, groups=("sales", "support"))
    hold(pilot, 1, any_days=2)
    return pilot


def hold(pilot: RunningPilot, number: int, **values: object) -> None:
    for code in pilot.start(number):
        assert pilot.send(code, number, **values).status_code == 303
    pilot.close_and_reveal(number)


def report(pilot: RunningPilot, wave: int) -> dict[str, Any]:
    made = pilot.house.reporting.report("offers", wave=wave, languages=("en",))
    found: dict[str, Any] = json.loads(made.entry.published)
    return found


def figures_of(published: dict[str, Any], wave: int) -> list[object]:
    measures = published["measures"]
    return [(one["id"], figure) for one in measures for figure in one["figures"] if figure["wave"] == wave]


def change_results(pilot: RunningPilot, statement: Any) -> None:
    write(pilot.house.engines["results"], lambda connection: connection.execute(statement))


def test_a_later_readout_repeats_the_figures_of_earlier_waves_without_their_answers(baseline: RunningPilot) -> None:
    first = report(baseline, 1)
    change_results(baseline, delete(ANSWER).where(ANSWER.c.number == 1))
    hold(baseline, 2, aware="use", tool_days=4)

    second = report(baseline, 2)

    assert figures_of(first, 1)
    assert figures_of(second, 1) == figures_of(first, 1)
    assert second["provenance"]["figures"]["1"] == first["provenance"]["figures"]["1"]
    assert (first["changes"], second["changes"]) == ([], ["New since the readout before: wave 2."])


def test_figures_that_were_changed_afterwards_are_refused(baseline: RunningPilot) -> None:
    report(baseline, 1)
    (kept,) = baseline.house.results.frozen("offers")
    changed = kept.figures.replace('"count":24', '"count":23')
    assert changed != kept.figures
    change_results(baseline, update(FIGURES).values(figures=changed))

    with pytest.raises(RefusedError, match="not those that were released"):
        report(baseline, 1)


def test_the_same_readout_again_is_the_one_that_was_made(baseline: RunningPilot) -> None:
    first, again = (baseline.house.reporting.report("offers", languages=("en",)) for _ in range(2))

    assert again == first
    assert len(baseline.house.results.frozen("offers")) == 1


def test_what_the_trustee_let_out_is_printed_and_what_was_dropped_is_gone(baseline: RunningPilot) -> None:
    pilot = baseline
    said = [f"Templates for offer number {place} would help" for place in range(PEOPLE - 1)] + ["Mister Stahl laughs"]
    for code, words in zip(pilot.start(CLOSING), said, strict=True):
        assert pilot.send(code, CLOSING, aware="use", tool_days=4, change=words).status_code == 303
    pilot.close_and_reveal(CLOSING)
    key, comments = pilot.key(CLOSING), pilot.house.comments
    before = report(pilot, CLOSING)
    by_text = {comment.text: comment.id for comment in comments.of_wave(key)}
    comments.decide(key, by_text[said[0]], Review.APPROVED, on=pilot.house.clock().date())
    comments.decide(key, by_text[said[-1]], Review.DROPPED, on=pilot.house.clock().date())

    after = report(pilot, CLOSING)

    assert before["voices"] == []
    (heard,) = after["voices"]
    assert (heard["wave"], heard["question"], heard["quotes"]) == (CLOSING, "change", [said[0]])
    assert after["changes"] == ["New since the readout before: approved comments."]
    assert said[-1] not in {comment.text for comment in comments.of_wave(key)}
    with pytest.raises(SettledError):
        comments.decide(key, by_text[said[0]], Review.DROPPED, on=pilot.house.clock().date())


def test_a_charter_that_was_changed_after_the_lock_says_so_in_every_readout(
    baseline: RunningPilot,
) -> None:
    drafting = baseline.house.drafting
    entries = drafting.draft("offers").entries
    entries["gates"]["adoption"]["threshold"] = 0.6
    drafting.save("offers", entries, actor="lead")
    drafting.amend("offers", "The tool came four weeks late.", actor="lead")

    published = report(baseline, 1)

    (amendment,) = published["provenance"]["amendments"]
    assert (amendment["version"], amendment["reason"]) == (2, "The tool came four weeks late.")
    assert amendment["entries"] == [{"entry": "gates.adoption.threshold", "before": "0.7", "after": "0.6"}]
    assert any("changed after it was locked" in limit for limit in published["limits"])
    gate = next(gate for gate in published["gates"] if gate["id"] == "adoption")
    assert gate["threshold"] == 0.6
    made = baseline.house.reporting.made("offers", 1)
    readout = baseline.house.reporting.document(made.entry, "readout.pdf")
    printed = subprocess.run(["pdftotext", "-", "-"], input=readout, capture_output=True, check=True).stdout.decode()
    assert "gates.adoption.threshold" in printed
    assert "The tool came four weeks late." in printed
