"""The shipped instruments and the analysis understand each other: conditions, measures, and verdicts of known truth."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analysis.catalogue import CATALOGUE
from analysis.codebook import Codebook, Option, Text, Value, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import Plan, WaveCounts
from analysis.report import Wave, build
from analysis.results import Decision, Report
from analysis.synthetic import Truth, ballots
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.conditions import holds
from surveyapp.questionnaire.loader import load
from surveyapp.questionnaire.measures import MEASURES
from surveyapp.questionnaire.settling import Setting, settle
from tests.unit.pilot_factory import AS_OF, FIX_TRUTH, GO_TRUTH, PLAN, TEAMS, a_series, people

FOLDER = Path(__file__).parents[2] / "questionnaires"
WAVES = (("baseline", 0), ("pulse", 1), ("pulse", 2), ("closing", 3))


def options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code, Text.plain(code)) for code in codes)


def settled(kind: str, pulse: int) -> Codebook:
    setting = Setting(
        pilot="offers",
        tool="Assistant X",
        wave=Text.plain("now"),
        primary_task=Text.plain("writing an offer"),
        pulse=pulse,
        previous_wave=Text.plain("the wave before"),
        groups=options(*TEAMS),
        tasks=options("drafting", "research"),
        known_tools=options("chatgpt", "gemini"),
    )
    return codebook(settle(load(FOLDER / f"{kind}.yaml"), setting))


def held(
    truth: Truth, number: int, seed: int, asking: Callable[[Codebook], Codebook] = lambda book: book
) -> list[Wave]:
    invited, waves = people(number), []
    for place, (kind, pulse) in enumerate(WAVES, start=1):
        book = asking(settled(kind, pulse))
        made = ballots(book, PLAN, truth, people=invited, kind=kind, number=place, seed=seed)
        packed = [pack(book, values) for values in made if values is not None]
        rosters = tuple((team, invited.count(team)) for team in TEAMS)
        counts = WaveCounts(place, kind, date(2027, place, 1), date(2027, place, 5), number, rosters)
        waves.append(Wave(counts, from_packed(book, packed)))
    return waves


def completed(book: Codebook, values: Values) -> dict[str, Value]:
    """Return the answers as the page sees them: question by question, hidden ones with their implied value."""
    known: dict[str, Value] = {}
    for one in book.items:
        if holds(one.shown_if, known):
            if one.id in values:
                known[one.id] = values[one.id]
        elif one.implied is not None:
            known[one.id] = one.implied
    return known


@pytest.mark.parametrize(("kind", "pulse"), WAVES)
def test_the_frame_and_the_page_show_the_same_questions(kind: str, pulse: int) -> None:
    book = settled(kind, pulse)
    made = ballots(book, PLAN, Truth(silence=0.2), people=people(200), kind=kind, number=pulse + 1, seed=4)
    values = [one for one in made if one is not None]

    frame = from_packed(book, [pack(book, one) for one in values])

    for place, one in enumerate(values):
        known = completed(book, one)
        for item in book.items:
            if item.shown_if is not None and item.id in frame.shown:
                assert bool(frame.shown[item.id][place]) == holds(item.shown_if, known), item.id


@pytest.mark.parametrize(("kind", "pulse"), WAVES)
def test_made_up_ballots_of_the_shipped_instruments_contradict_nothing(kind: str, pulse: int) -> None:
    book = settled(kind, pulse)

    made = ballots(book, PLAN, Truth(), people=people(90), kind=kind, number=pulse + 1, seed=2)

    frame = from_packed(book, [pack(book, one) for one in made if one is not None])
    assert frame.size == 72
    assert frame.contradictions == 0


def test_every_measure_of_a_questionnaire_is_told_somewhere() -> None:
    assert set(MEASURES) - set(CATALOGUE) == {"group", "comment"}


def decided(truth: Truth, seed: int) -> Report:
    return build(PLAN, held(truth, 60, seed), as_of=AS_OF, kpi=a_series())


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_the_verdicts_are_those_that_the_truth_demands(seed: int) -> None:
    assert decided(GO_TRUTH, seed).decision is Decision.GO
    assert decided(FIX_TRUTH, seed).decision is Decision.FIX


def covered(report: Report, measure: str, option: str, truth: Sequence[float]) -> list[bool]:
    rows = [row for row in report.select(measure, group="") if row.option == option]
    return [
        row.figure.low is not None and row.figure.high is not None and row.figure.low <= share <= row.figure.high
        for row, share in zip(rows, truth, strict=True)
    ]


def about_use(book: Codebook) -> Codebook:
    """Return an instrument without all that tells nothing about use."""
    return replace(book, items=tuple(one for one in book.items if one.measure in {"group", "reach", "tool_days"}))


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    truth = Truth(active=(0.5, 0.6, 0.7), silence=0)

    hits = [
        hit
        for seed in range(12)
        for hit in covered(
            build(PLAN, held(truth, 60, seed, asking=about_use), as_of=AS_OF), "active", "active", truth.active
        )
    ]

    assert sum(hits) >= 0.9 * len(hits)


def test_a_plan_that_knows_nothing_reads_the_shipped_instruments_too() -> None:
    report = build(Plan("bare", "Bare", "Assistant X"), held(GO_TRUTH, 60, 1), as_of=AS_OF)

    assert report.decision is Decision.FIX
    assert report.rows
