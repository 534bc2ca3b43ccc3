"""Drivers of active use from answers to words: known truth, an independent regression, and when nothing is told."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import statsmodels.api as sm

from analysis.codebook import Codebook, Item, Kind, Option, Values
from analysis.counting import drivers
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import WaveCounts
from analysis.render.blocks import Table
from analysis.render.chapters import evidence
from analysis.render.reading import Reading
from analysis.report import Wave, build, release
from analysis.telling import stuck
from analysis.wording import wording
from surveyapp.questionnaire.columns import codebook
from tests.unit.instrument_factory import settled
from tests.unit.pilot_factory import AS_OF, FIVE, PLAN, SEVEN, USE_ITEMS, item, option

HELP: tuple[str | Option, ...] = ("training", "demonstration", "person", option("none", exclusive=True))
ITEMS = (
    USE_ITEMS[0],
    item("tool_days", Kind.NUMBER, minimum=0, maximum=7),
    item("capability", Kind.SCALE, SEVEN, minimum=1, maximum=7),
    item("ease", Kind.SCALE, SEVEN, minimum=1, maximum=7),
    item("trust", Kind.SCALE, FIVE, minimum=1, maximum=5),
    item("training", Kind.MULTIPLE, HELP),
    item("continue", Kind.SCALE, FIVE, minimum=1, maximum=5),
)


def some_people(number: int, *, seed: int = 1, names: Sequence[str] = ("capability", "ease")) -> list[Values]:
    """People who are the more active the more the tool can do, and the less the easier it is; nothing else matters."""
    random = np.random.default_rng(seed)
    found: list[Values] = []
    for _ in range(number):
        points = {name: int(random.integers(1, 8 if name in {"capability", "ease"} else 6)) for name in names}
        pull = 0.9 * (points["capability"] - 4) - 0.4 * (points.get("ease", 4) - 4)
        is_active = random.random() < 1 / (1 + np.exp(-pull))
        found.append({"group": "sales", "tool_days": 5 if is_active else 0, **points})
    return found


def a_wave(values: Sequence[Values], items: Sequence[Item] = ITEMS, kind: str = "closing") -> Wave:
    codes = Codebook("use", 1, tuple(items))
    return Wave(WaveCounts(4, kind, invited=len(values) + 9), from_packed(codes, [pack(codes, one) for one in values]))


def said(wave: Wave) -> str:
    return " ".join(wording("en").say(sentence) for sentence in stuck.sentences([release(wave, PLAN)]))


def test_the_published_shares_are_those_of_an_independent_regression_in_whole_percentages() -> None:
    values = some_people(300)

    shares = {row.option: row.figure.value for row in release(a_wave(values), PLAN).rows("drivers")}

    table = np.array([[one["capability"], one["ease"]] for one in values], dtype=float)
    outcome = np.array([float(one["tool_days"] == 5) for one in values])

    def explained(*columns: int) -> float:
        return float(sm.OLS(outcome, sm.add_constant(table[:, columns])).fit().rsquared)

    # Two drivers: each share is the mean of entering first and entering last.
    first = (explained(0) + explained(0, 1) - explained(1)) / 2
    second = (explained(1) + explained(0, 1) - explained(0)) / 2
    assert shares == {"capability": round(100 * first), "ease": round(100 * second)}


def test_the_truth_is_told_with_its_direction_and_never_as_a_cause() -> None:
    told = said(a_wave(some_people(400)))

    assert 'most with "The tool can do what is needed"' in told
    assert 'More of "The tool can do what is needed" is associated with more active use.' in told
    assert 'More of "The tool is easy to use" is associated with less active use.' in told
    assert "not causes" in told
    assert "because" not in told


def test_a_driver_without_effect_has_no_direction() -> None:
    values = some_people(400, names=("capability", "trust"))

    assert '"Trust in what the tool produces" is associated' not in said(a_wave(values))


def test_help_counts_by_its_kinds() -> None:
    random = np.random.default_rng(3)
    values: list[Values] = []
    for _ in range(300):
        kinds = int(random.integers(0, 4))
        is_active = random.random() < 0.1 + 0.25 * kinds
        chosen = ["training", "demonstration", "person"][:kinds] or ["none"]
        values.append(
            {
                "group": "sales",
                "tool_days": 5 if is_active else 0,
                "training": chosen,
                "trust": int(random.integers(1, 6)),
            }
        )

    rows = release(a_wave(values), PLAN).rows("drivers")

    assert [row.option for row in rows] == ["training", "trust"]
    assert (rows[0].figure.value or 0) > 10 * max(1, rows[1].figure.value or 0) / 2


def test_two_drivers_need_twenty_active_and_twenty_inactive_people() -> None:
    few, many = (release(a_wave(some_people(number)), PLAN) for number in (38, 200))

    assert not few.rows("drivers")
    assert not [one for one in stuck.sentences([few]) if "go along" in one.message]
    assert many.rows("drivers")
    assert [one for one in stuck.sentences([many]) if "go along" in one.message]


def test_the_driver_that_fewest_answered_makes_room_for_the_others() -> None:
    values = some_people(120, names=("capability", "ease", "trust"))
    few = [
        {name: value for name, value in one.items() if name != "trust" or place < 30}
        for place, one in enumerate(values)
    ]

    rows = release(a_wave(few), PLAN).rows("drivers")

    assert {row.option for row in rows} == {"capability", "ease"}
    assert rows[0].figure.base == 120


def test_only_people_who_answered_everything_count() -> None:
    values = some_people(200)
    silent = [
        {name: value for name, value in one.items() if name != "ease" or place >= 20}
        for place, one in enumerate(values)
    ]

    (first, _) = release(a_wave(silent), PLAN).rows("drivers")

    assert first.figure.base == 180


def test_a_sensitive_question_is_never_a_driver() -> None:
    items = tuple(replace(one, sensitive=one.id == "ease") for one in ITEMS)
    names = ("capability", "ease", "trust")

    rows = release(a_wave(some_people(300, names=names), items), PLAN).rows("drivers")

    assert {row.option for row in rows} == {"capability", "trust"}


def test_what_follows_from_use_is_no_driver() -> None:
    values = [{**one, "continue": 5 if one["tool_days"] == 5 else 1} for one in some_people(200)]

    assert "continue" not in {row.option for row in release(a_wave(values), PLAN).rows("drivers")}
    assert set(drivers.DRIVERS).isdisjoint({"continue", "recommend", "pace", "minutes_saved"})


def test_a_wave_before_the_pilot_has_no_drivers() -> None:
    assert release(a_wave(some_people(200)), PLAN).rows("drivers")
    assert not release(a_wave(some_people(200), kind="baseline"), PLAN).rows("drivers")


def test_answers_that_are_all_alike_drive_nothing() -> None:
    values = [{**one, "capability": 4, "ease": 4} for one in some_people(200)]

    assert not release(a_wave(values), PLAN).rows("drivers")


def test_nobody_or_everybody_active_has_no_drivers() -> None:
    for days in (0, 5):
        values = [{**one, "tool_days": days} for one in some_people(100)]
        assert not release(a_wave(values), PLAN).rows("drivers")


def test_the_shipped_closing_survey_has_drivers() -> None:
    codes = codebook(settled("closing"))
    random = np.random.default_rng(5)
    values: list[Values] = []
    for place in range(160):
        does_job = int(random.integers(1, 8))
        days = 5 if random.random() < does_job / 8 else 1
        values.append(
            {
                "group": ("sales", "support")[place % 2],
                "aware": "use",
                "tool_days": days,
                "does_job": does_job,
                "easy": int(random.integers(1, 8)),
            }
        )
    wave = Wave(WaveCounts(4, "closing", invited=200), from_packed(codes, [pack(codes, one) for one in values]))

    shares = {row.option: row.figure.value or 0 for row in release(wave, PLAN).rows("drivers")}

    assert set(shares) == {"capability", "ease"}
    assert shares["capability"] > shares["ease"]


def test_the_chapter_lists_share_limits_and_direction_in_words() -> None:
    report = build(PLAN, [a_wave(some_people(400))], as_of=AS_OF)

    for language, towards in (("en", "more of it, more active use"), ("de", "mehr davon, mehr aktive Nutzung")):
        chapter = evidence.stuck(Reading(report, wording(language)))
        table = next(block for block in chapter.blocks if isinstance(block, Table))
        assert table.lines[0].cells[2] == towards
    assert all(len(line.cells) == 3 for line in table.lines)
