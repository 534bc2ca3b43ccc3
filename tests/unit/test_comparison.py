"""Pilots side by side are what their published report.json files say, in order, in words and as a table."""

import csv
import io
import json
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analysis.comparison import Comparison, Pilot, Published, Readout, Stand, Waiting
from analysis.render.comparison import Overview, overview
from analysis.render.comparison_sheet import sheet
from analysis.render.csv import to_csv
from analysis.render.json import report_json
from analysis.render.published import UnknownFormatError, published
from analysis.results import Decision, Report, Verdict
from analysis.wording import wording
from tests.unit.report_factory import a_report, a_small_report

DUMPS = Path(__file__).parents[1] / "dumps"
MADE_ON = date(2027, 4, 12)


def told(report: Report, **options: str) -> Published:
    return published(report_json(report, **options), made_on=MADE_ON)


def a_pilot(title: str, report: Report | None = None, waiting: Waiting | None = None, *, old: bool = False) -> Pilot:
    has_readout = report is not None or old
    readout = Readout(3, 4, MADE_ON, told(report) if report else None) if has_readout else None
    return Pilot(title.lower().replace(" ", "-"), title, readout, waiting)


def compared(*pilots: Pilot, whole: bool = True) -> Comparison:
    return Comparison.of(pilots, as_of=date(2027, 4, 20), whole=whole)


def in_words(*pilots: Pilot, language: str = "en", whole: bool = True) -> Overview:
    return overview(compared(*pilots, whole=whole), wording(language))


def table(*pilots: Pilot, language: str = "en") -> list[dict[str, str]]:
    content = to_csv(sheet(compared(*pilots), wording(language))).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


@pytest.mark.parametrize("report", [a_report(), a_small_report()], ids=["full", "small"])
def test_what_was_published_is_read_again(report: Report) -> None:
    found = told(report)

    assert found.decision == report.decision
    assert found.waves == tuple(replace(wave, notes=()) for wave in report.waves)
    for read, gate in zip(found.gates, report.gates, strict=True):
        assert replace(read, title=gate.title) == replace(gate, sentences=(), assumptions=())


def test_an_item_is_done_as_the_gate_has_it() -> None:
    facts = a_report().pilot
    done = facts.readiness[0]
    items = (
        done,
        replace(done, evidence=None),
        replace(done, evidence=""),
        replace(done, expires_on=MADE_ON),
        replace(done, expires_on=date(2027, 4, 11)),
        replace(done, status="waived"),
    )

    found = told(a_report(pilot=replace(facts, readiness=items)))

    assert (found.done, found.items, found.owners) == (2, 6, 2)


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0"])
def test_a_report_of_an_earlier_version_is_refused(version: str) -> None:
    database = sqlite3.connect(":memory:")
    database.executescript((DUMPS / version / "results.sql").read_text("utf-8"))
    (content,) = database.execute("SELECT published FROM release").fetchone()
    database.close()

    with pytest.raises(UnknownFormatError):
        published(content, made_on=MADE_ON)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2}',
        report_json(a_report()).replace(b'"NO EVIDENCE"', b'"MAYBE"'),
        report_json(a_report()).replace(b'"2027-02-08"', b'"soon"'),
    ],
)
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(UnknownFormatError):
        published(content, made_on=MADE_ON)


def test_work_comes_before_the_end_and_the_end_before_the_start() -> None:
    pilots = [
        a_pilot("Waits", waiting=Waiting(Stand.UNLOCKED)),
        a_pilot("Go", a_report(decision=Decision.GO)),
        a_pilot("beta", a_report(decision=Decision.FIX)),
        a_pilot("No-go", a_report(decision=Decision.NO_GO)),
        a_pilot("Alpha", a_report(decision=Decision.FIX)),
    ]

    found = compared(*pilots)

    assert [pilot.title for pilot in found.pilots] == ["Alpha", "beta", "No-go", "Go", "Waits"]
    assert [words for _, words in in_words(*pilots).tally] == [
        "2 FIX AND RE-RUN",
        "1 NO-GO",
        "1 GO",
        "1 without a decision",
    ]


def test_a_gate_is_told_with_the_numbers_of_the_readout() -> None:
    (line,) = in_words(a_pilot("Offers", a_report())).decided

    said = [cell.facts for cell in line.gates if cell]

    nbsp = "\N{NO-BREAK SPACE}"
    assert said[1] == (
        f"78{nbsp}% measured, 70{nbsp}% needed",
        f"90{nbsp}% interval 68\N{EN DASH}86{nbsp}%",
        f"probability 89{nbsp}%",
        "fragile",
        "11 more answers needed",
    )
    assert said[3] == ("1 of 2 items done",)
    assert said[4] == ("2 of 3 named",)
    assert line.waves[3].name.replace(nbsp, " ") == "Closing · 8 Apr 2027"
    assert line.waves[3].answered == f"42 of 60 (70{nbsp}%)"
    assert line.made == "Readout 3, made on 12 Apr 2027"


def test_a_gate_that_was_not_measured_says_so_and_what_it_needs() -> None:
    gates = tuple(
        replace(gate, verdict=Verdict.NO_EVIDENCE, estimate=None, low=None, high=None, probability=None)
        for gate in a_report().gates
    )

    (line,) = in_words(a_pilot("Offers", a_report(gates=gates))).decided

    assert line.gates[1]
    assert line.gates[1].facts[:2] == ("not measured", "needed 70\N{NO-BREAK SPACE}%")


def test_gates_that_only_one_pilot_has_leave_the_others_empty() -> None:
    short = a_report(gates=a_report().gates[1:2])

    first, second = in_words(a_pilot("A", short), a_pilot("B", a_report())).decided

    assert [cell is None for cell in first.gates] == [False, True, True, True, True]
    assert all(second.gates)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("stand", Stand)
def test_every_kind_of_waiting_has_its_words(stand: Stand, language: str) -> None:
    waiting = Waiting(stand, 7, date(2027, 5, 3))

    (line,) = in_words(a_pilot("Offers", waiting=waiting), language=language).undecided

    assert line.next.reason
    assert ("7" in line.next.reason) == (stand not in {Stand.UNLOCKED, Stand.UNREAD})
    assert "%" not in line.next.reason


def test_a_readout_of_another_form_is_refused_by_name_and_the_others_are_told() -> None:
    found = in_words(a_pilot("Old one", old=True), a_pilot("Offers", a_report()))

    assert [line.title for line in found.decided] == ["Offers"]
    (refused,) = found.undecided
    assert refused.title == "Old one"
    assert "Readout 3 has a form that this version does not read" in refused.next.reason
    assert refused.next.command == "surveyapp report old-one"


def test_commands_are_for_those_who_see_everything() -> None:
    waiting = Waiting(Stand.UNREPORTED, 2)
    pilots = a_pilot("Offers", a_report(), waiting), a_pilot("Claims", waiting=waiting)

    for whole in (True, False):
        found = in_words(*pilots, whole=whole)
        (decided,), (undecided,) = found.decided, found.undecided
        assert decided.next
        assert bool(decided.next.command) is bool(undecided.next.command) is whole
    assert "HR role" in found.scope


def test_without_pilots_it_says_what_to_do_next() -> None:
    found = in_words()

    assert found.first
    assert found.first.command == "surveyapp pilot create CHARTER.yaml"
    assert table() == []


def test_the_table_has_the_published_numbers_as_they_are() -> None:
    content = json.loads(report_json(a_report()))

    rows = table(a_pilot("Offers", a_report()), a_pilot("Claims", waiting=Waiting(Stand.CLOSED, 1)))

    assert [row["gate"] for row in rows] == [gate["id"] for gate in content["gates"]] + [""]
    for row, gate in zip(rows, content["gates"], strict=False):
        for name in ("threshold", "estimate", "low", "high", "probability", "answers_needed"):
            assert row[name] == ("" if gate[name] is None else str(gate[name]))
        assert row["verdict"] == gate["verdict"]
        assert row["waves"].endswith("; 4 closing 2027-04-08 42/60")
    assert (rows[-1]["pilot"], rows[-1]["decision"]) == ("claims", "")
    assert rows[-1]["waits_for"] == "Wave 1 is closed; its ballot box is not opened yet."


def test_names_in_the_table_are_no_formulas_and_in_the_readers_language() -> None:
    rows = table(a_pilot('=HYPERLINK("x")', a_report(), Waiting(Stand.OPEN, 5, date(2027, 5, 3))), language="de")

    assert rows[0]["pilot_title"] == '\'=HYPERLINK("x")'
    assert rows[1]["title"] == "Nutzung"
    assert rows[0]["waits_for"] == "Welle 5 ist bis 03.05.2027 offen."
