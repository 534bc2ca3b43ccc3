"""Shadow AI from answers to words: exposure, gap, index and bounds follow from published figures, or are not told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.codebook import Codebook, Kind, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import WaveCounts
from analysis.render.blocks import Listed, Spread, Table
from analysis.render.chapters import evidence, ground
from analysis.render.reading import Reading
from analysis.report import ReleasedWave, Wave, build, release
from analysis.results import GAP
from analysis.telling import shadow
from analysis.wording import wording
from surveyapp.questionnaire.columns import codebook
from tests.unit.instrument_factory import settled
from tests.unit.pilot_factory import AS_OF, PLAN, item, refusal, when

SHIPPED = codebook(settled("baseline"))
REASONS = ("better", "faster", "ours_cannot", "no_access", "habit", "unknown_rules")
TEAMS = ["sales", "support"] * 200
USER: Values = {"other_tools": ["chatgpt"]}


def shuffled(parts: Sequence[tuple[int, Values]]) -> list[Values]:
    found = [{**values} for many, values in parts for _ in range(many)]
    return [{"group": team, **values} for team, values in zip(TEAMS, found, strict=False)]


# 60 users (30 with an own account, 24 with sensitive data), 48 without another tool, 12 who prefer not to say.
BASELINE: tuple[tuple[int, Values], ...] = (
    (16, {**USER, "other_account": ["own_free"], "entered": ["public", "personal"], "colleagues": "few"}),
    (14, {**USER, "other_account": ["own_paid"], "entered": ["public"], "colleagues": "most"}),
    (8, {**USER, "other_account": ["company"], "entered": ["source_code"], "colleagues": "half"}),
    (22, {**USER, "other_account": ["company"], "entered": ["none"], "colleagues": "few"}),
    (30, {"other_tools": ["none"], "colleagues": "none"}),
    (18, {"other_tools": ["none"], "colleagues": "unknown"}),
    (12, {"other_tools": ["refused"], "colleagues": "few"}),
)


def a_wave(codes: Codebook, values: Sequence[Values], number: int, kind: str) -> Wave:
    counts = WaveCounts(number, kind, invited=len(TEAMS))
    return Wave(counts, from_packed(codes, [pack(codes, one) for one in values]))


def baseline(parts: Sequence[tuple[int, Values]] = BASELINE) -> ReleasedWave:
    return release(a_wave(SHIPPED, shuffled(parts), 1, "baseline"), PLAN)


def said(*waves: ReleasedWave, language: str = "en") -> str:
    return " ".join(wording(language).say(sentence).replace("\xa0", " ") for sentence in shadow.sentences(waves))


def without(wave: ReleasedWave, *places: tuple[str, str]) -> ReleasedWave:
    """The same release with gaps at these figures."""
    rows = tuple(replace(row, figure=GAP) if (row.measure, row.option) in places else row for row in wave.release.rows)
    return replace(wave, release=replace(wave.release, rows=rows))


# --------------------------------------------------------------------------- exposure and index


def test_private_accounts_and_sensitive_information_count_people_and_not_answers() -> None:
    wave = baseline()

    private, sensitive = wave.figure("other_account", "private"), wave.figure("data_entered", "sensitive")
    assert private is not None
    assert sensitive is not None
    assert (private.count, private.base) == (30, 60)
    assert (sensitive.count, sensitive.base) == (24, 60)
    assert "30 of 60 users of such tools who told their account have a private one (50 %)" in said(wave)
    assert "24 of 60 users of such tools who told what they entered" in said(wave)


def test_the_index_is_the_share_of_steps_with_the_silent_as_limits() -> None:
    # 60 + 30 + 24 of 3 * 108 steps; 12 silent people take none or all of 3 * 120
    (row,) = baseline().rows("exposure")

    assert row.figure.value == pytest.approx(100 * 114 / 324, abs=0.05)
    assert row.figure.low == pytest.approx(100 * 114 / 360, abs=0.05)
    assert row.figure.high == pytest.approx(100 * 150 / 360, abs=0.05)
    assert "Shadow-AI index of wave 1: 35.2 of 100." in said(baseline())
    assert "moves no gate" in said(baseline())


def test_the_index_shows_what_its_weights_change() -> None:
    rows = {row.option: row.figure for row in baseline().rows("exposure_weights")}

    assert set(rows) == {"users", "private", "sensitive"}
    assert rows["users"].low == pytest.approx(100 * (30 + 30 + 24) / 108 / 2.5, abs=0.05)
    assert rows["users"].high == pytest.approx(100 * (90 + 30 + 24) / 108 / 3.5, abs=0.05)


@pytest.mark.parametrize("place", [("other_tools", "any"), ("other_account", "private"), ("data_entered", "sensitive")])
def test_without_one_of_its_counts_there_is_no_index(place: tuple[str, str]) -> None:
    assert "Shadow-AI index" in said(baseline())
    assert "Shadow-AI index" not in said(without(baseline(), place))


def test_a_count_that_is_hidden_takes_the_index_with_it() -> None:
    # Two people with a private account: a gap, and nothing derived from it.
    few = [
        (many, {**one, "other_account": ["company"]}) if "other_account" in one else (many, one)
        for many, one in BASELINE
    ]
    few[1] = (2, {**few[1][1], "other_account": ["own_paid"]})
    few.append((12, {**USER, "other_account": ["company"], "entered": ["public"], "colleagues": "most"}))

    wave = baseline(few)

    assert wave.figure("other_account", "private") is None
    assert not wave.rows("exposure")
    assert "private one" not in said(wave)


# --------------------------------------------------------------------------- own use, change, colleagues


def test_refusals_are_bounds() -> None:
    told = said(baseline())

    assert "56 % of the people who answered use an AI tool the company does not provide (60 of 108)." in told
    assert "12 people gave no answer or preferred not to say: the share lies between 50 % and 60 %." in told


def test_what_people_see_stands_beside_what_they_say_of_themselves() -> None:
    told = said(baseline())

    # few, half and most of all who answered: 16 + 14 + 8 + 22 + 12 of 120
    assert "60 % see such tools used by colleagues near them (72 of 120); 56 % say so of themselves" in told


def test_a_hidden_answer_about_colleagues_is_told_only_if_the_others_give_it_away() -> None:
    one = without(baseline(), ("colleagues_other", "half"))
    both = without(baseline(), ("colleagues_other", "half"), ("colleagues_other", "none"))

    assert "(72 of 120)" in said(one)
    assert "colleagues near them" not in said(both)


def test_the_change_over_waves_has_the_limits_of_newcombe() -> None:
    fewer = ((40, USER), (60, {"other_tools": ["none"]}))
    later = replace(baseline(fewer), counts=WaveCounts(4, "closing"))

    told = said(baseline(), later)

    low, high = confint_proportions_2indep(40, 100, 60, 108, method="newcomb")
    assert "From wave 1 to wave 4 this share went from 56 % to 40 %" in told
    assert f"a change of {100 * low:+.0f} to {100 * high:+.0f} percentage points" in told
    assert "From wave 1" not in said(without(baseline(), ("other_tools", "any")), later)
    assert "From wave 1" not in said(baseline(), without(later, ("other_tools", "any")))


# --------------------------------------------------------------------------- leakage and gap

PULSE = Codebook(
    "pulse",
    1,
    (
        item("group", Kind.SINGLE, [*dict.fromkeys(TEAMS)]),
        item("tool_days", Kind.NUMBER, minimum=0, maximum=7),
        replace(SHIPPED.items[[one.measure for one in SHIPPED.items].index("other_tools")], id="other_tools"),
        item(
            "other_reason",
            Kind.SINGLE,
            [*REASONS, refusal()],
            sensitive=True,
            shown_if=when("other_tools", "includes", "chatgpt", "copilot", "other"),
        ),
    ),
)


def pulse(parts: Sequence[tuple[int, Values]]) -> ReleasedWave:
    return release(a_wave(PULSE, shuffled(parts), 2, "pulse"), PLAN)


def a_pulse(reasons: Mapping[str, int]) -> ReleasedWave:
    """30 people who use another tool and not this one, 20 who use both, 50 who use this one only."""
    why = [code for code, many in reasons.items() for _ in range(many)]
    users = [(1, {**USER, "tool_days": 0 if place < 30 else 5, "other_reason": code}) for place, code in enumerate(why)]
    return pulse([*users, (50, {"other_tools": ["none"], "tool_days": 5}), (20, {"other_tools": ["none"]})])


def test_a_gap_is_told_by_the_reasons_that_the_company_can_remove() -> None:
    told = said(a_pulse({"better": 10, "ours_cannot": 20, "no_access": 12, "habit": 0, "unknown_rules": 8}))

    assert "Gap: 40 of 50 name a reason that the company can remove (80 %)" in told
    assert "A gap is fixed by giving people what they lack" in told


def test_a_gap_without_published_reasons_is_told_by_those_who_do_not_use_the_pilots_tool() -> None:
    wave = a_pulse({"better": 10, "ours_cannot": 20, "no_access": 12, "habit": 0, "unknown_rules": 8})

    hidden = without(wave, ("other_reason", "no_access"))

    assert "Gap: 30 of the 50 people who use such tools are not active" in said(hidden)
    assert "can remove" not in said(hidden)
    assert "Gap:" not in said(without(hidden, ("leakage", "leakage")))


def test_hidden_leakage_is_bounded_by_what_is_published_about_users_and_inactive_people() -> None:
    wave = a_pulse({"better": 50})

    # 50 users, 30 inactive of 100 who told, 120 ballots
    bounded = said(without(wave, ("leakage", "leakage")))

    assert "(30 people)" in said(wave)
    assert "(30 people)" not in bounded
    assert "there are between 0 and 30 people" in bounded


@pytest.mark.parametrize("place", [("other_tools", "any"), ("active", "active")])
def test_leakage_has_no_bounds_without_the_figures_they_follow_from(place: tuple[str, str]) -> None:
    hidden = without(a_pulse({"better": 50}), ("leakage", "leakage"), place)

    assert "there are between" not in said(hidden)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=6, max_size=6))
def test_the_true_leakage_always_lies_within_its_bounds(cells: list[int]) -> None:
    answers = [
        {**use, **days}
        for use in (USER, {"other_tools": ["none"]}, {})
        for days in ({"tool_days": 0}, {"tool_days": 5})
    ]
    wave = pulse([(10, {"tool_days": 5, "other_tools": ["none"]}), *zip(cells, answers, strict=True)])
    users, inactive = cells[0] + cells[1], cells[0] + cells[2] + cells[4]

    told = said(without(wave, ("leakage", "leakage")))

    if "there are between" in told:
        low, high = (int(word) for word in told.split("there are between ")[1].split(" people")[0].split(" and "))
        assert low <= cells[0] <= high
        assert high == min(users, inactive)


# --------------------------------------------------------------------------- the chapter


def test_the_chapter_lists_exposure_and_gap_and_the_tables_have_the_index_with_other_weights() -> None:
    report = build(PLAN, [a_wave(SHIPPED, shuffled(BASELINE), 1, "baseline")], as_of=AS_OF)

    chapter = evidence.shadow(Reading(report, wording("en")))

    (table,) = [block for block in chapter.blocks if isinstance(block, Table)]
    lines = {line.head: [cell.replace("\xa0", " ") for cell in line.cells] for line in table.lines}
    assert lines["Exposure: any private account, Baseline"][0] == "50 % (30 of 60)"
    assert lines["Exposure: any sensitive information, Baseline"][0] == "40 % (24 of 60)"
    printed = ground.tables(Reading(report, wording("en")), ()).blocks
    parts = [part for block in printed if isinstance(block, Spread) for column in block.columns for part in column]
    titles = [part.table.title for part in parts if isinstance(part, Listed)]
    assert any(title.startswith("Shadow-AI index with other weights") for title in titles)


def test_every_sentence_has_its_german() -> None:
    wave = a_pulse({"better": 10, "ours_cannot": 20, "no_access": 12, "habit": 0, "unknown_rules": 8})

    german = said(baseline(), language="de") + said(wave, language="de")

    assert "Schatten-KI-Index der Welle 1: 35,2 von 100" in german
    assert "Eine Lücke schließt, wer den Leuten gibt, was ihnen fehlt" in german
