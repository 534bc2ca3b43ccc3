"""Answers become columns: packed, read, completed by the conditions, and wrong files are told by row and column."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.codebook import All, Any, Codebook, Kind, Not, Values
from analysis.frame import AnswersError, Frame, from_csv, from_packed
from analysis.packing import PackingError, fields, pack, width
from analysis.results import AnalysisError
from tests.unit.pilot_factory import PULSE, item, option, when


def frame_of(codebook: Codebook, *values: Values) -> Frame:
    return from_packed(codebook, [pack(codebook, value) for value in values])


def test_every_ballot_is_as_wide_as_the_codebook_says() -> None:
    assert width(PULSE) == len(pack(PULSE, {})) == len(pack(PULSE, {"barriers": ["skill", "time"], "age": 900}))
    assert pack(PULSE, {}) == bytes(width(PULSE))


def test_words_are_never_packed() -> None:
    assert pack(PULSE, {"comment": "my name is"}) == bytes(width(PULSE))
    assert all(field.item.kind is not Kind.TEXT for field in fields(PULSE))


@pytest.mark.parametrize(
    "values",
    [
        {"reach": "nowhere"},
        {"tool_days": 8},
        {"tool_days": True},
        {"capability": 0},
        {"other_tools": "chatgpt"},
        {"other_tools": ["chatgpt", "chatgpt"]},
        {"aspects": {"speed": 6}},
        {"aspects": {"smell": 3}},
    ],
)
def test_an_answer_that_the_question_does_not_offer_is_refused_without_telling_it(values: Values) -> None:
    with pytest.raises(PackingError) as caught:
        pack(PULSE, values)

    assert str(next(iter(values))) in str(caught.value)
    assert "nowhere" not in str(caught.value)


def test_what_was_packed_is_counted() -> None:
    frame = frame_of(
        PULSE,
        {"reach": "use", "tool_days": 5, "other_tools": ["chatgpt"], "barriers": ["skill", "time"], "age": 300},
        {"reach": "use", "tool_days": 2, "other_tools": ["none"], "barriers": ["skill"], "age": 3},
        {"reach": "tried", "other_tools": ["refused"], "aspects": {"quality": 4}},
    )

    tools, ranks, aspects = (frame.codebook.items[place] for place in (7, 10, 12))
    assert frame.chosen(tools, "chatgpt").tolist() == [True, False, False]
    assert frame.answered(tools).tolist() == [True, True, False]
    assert frame.given(tools).tolist() == [True, True, True]
    assert frame.counts(ranks, frame.answered(ranks)) == (1, 2, 0, 0)
    assert frame.counts(aspects, frame.given(aspects), "quality") == (0, 0, 0, 1, 0)
    assert frame.columns["age", ""].tolist() == [301, 4, 0]


def test_a_hidden_question_gets_its_implied_value_and_a_silent_one_does_not() -> None:
    frame = frame_of(PULSE, {"reach": "not_tried"}, {"reach": "use"}, {}, {"reach": "use", "tool_days": 4})

    days = PULSE.items[2]
    assert frame.answered(days).tolist() == [True, False, False, True]
    assert frame.at_least(days, 3).tolist() == [False, False, False, True]


def test_answers_to_hidden_questions_are_left_out_and_counted() -> None:
    frame = frame_of(PULSE, {"reach": "no_access", "tool_days": 6, "capability": 5}, {"reach": "use", "tool_days": 6})

    assert frame.contradictions == 2
    assert frame.at_least(PULSE.items[2], 3).tolist() == [False, True]
    assert not frame.given(PULSE.items[9])[0]


def test_conditions_see_implied_values_and_follow_chains() -> None:
    frame = frame_of(PULSE, {"reach": "tried", "tool_days": 0, "minutes_saved": "none"}, {"reach": "no_access"})

    assert frame.shown["minutes_saved"].tolist() == [False, False]
    assert frame.contradictions == 1


def test_conditions_join_tests_as_they_say() -> None:
    first = item("first", Kind.NUMBER, minimum=1, maximum=9)
    second = item("second", Kind.SINGLE, ["a", "b"])
    third = item(
        "third",
        Kind.NUMBER,
        minimum=0,
        maximum=1,
        shown_if=Any((Not(when("second", "is", "a")), when("first", "at_most", 2))),
    )
    fourth = item("fourth", Kind.NUMBER, minimum=0, maximum=1, shown_if=when("first", "answered", *[False]))
    codebook = Codebook("c", 1, (first, second, third, fourth))

    frame = frame_of(codebook, {"first": 2, "second": "a"}, {"first": 5, "second": "a"}, {"second": "b"}, {})

    assert frame.shown["third"].tolist() == [True, False, True, True]
    assert frame.shown["fourth"].tolist() == [False, False, True, True]


def test_all_parts_of_a_condition_must_hold() -> None:
    first = item("first", Kind.NUMBER, minimum=1, maximum=9)
    second = item("second", Kind.MATRIX, ["1", "2"], rows=(option("speed"),), minimum=1, maximum=2)
    third = item(
        "third",
        Kind.SINGLE,
        ["x", "y"],
        shown_if=All((when("first", "one_of", 3, 4), when("second", "answered", *[True]))),
        implied="y",
    )
    codebook = Codebook("c", 1, (first, second, third))

    frame = frame_of(codebook, {"first": 3, "second": {"speed": 1}}, {"first": 4}, {"first": 9}, {})

    assert frame.shown["third"].tolist() == [True, False, False, False]
    assert frame.chosen(third, "y").tolist() == [False, True, True, True]


def test_what_is_not_known_implies_nothing() -> None:
    first = item("first", Kind.NUMBER, minimum=1, maximum=9)
    second = item(
        "second", Kind.NUMBER, minimum=0, maximum=5, shown_if=Not(Not(when("first", "at_least", 5))), implied=0
    )
    codebook = Codebook("c", 1, (first, second))

    frame = frame_of(codebook, {}, {"first": 2}, {"first": 7})

    assert frame.answered(second).tolist() == [False, True, False]


def test_a_condition_on_a_question_that_does_not_exist_is_an_error() -> None:
    codebook = Codebook("c", 1, (item("first", Kind.SINGLE, ["a"], shown_if=when("nothing", "is", "a")),))

    with pytest.raises(AnalysisError):
        frame_of(codebook, {})


def test_ballots_of_another_width_are_refused() -> None:
    with pytest.raises(AnalysisError):
        from_packed(PULSE, [bytes(width(PULSE)), bytes(width(PULSE) + 1)])


def test_no_ballots_are_a_frame_of_nobody() -> None:
    frame = from_packed(PULSE, [])

    assert frame.size == 0
    assert not frame.answered(PULSE.items[0]).any()


def test_a_million_ballots_stay_small() -> None:
    frame = from_packed(PULSE, [pack(PULSE, {"reach": "use", "tool_days": 4})] * 1_000_000)

    assert sum(np.asarray(column).nbytes for column in frame.columns.values()) < 60_000_000


# --------------------------------------------------------------------------- CSV


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "answers.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_csv_gives_the_same_frame_as_ballots(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "group,reach,tool_days,other_tools,barriers,aspects.quality,comment\n"
        'sales,use,5,chatgpt;gemini,skill;time,4,"a, b"\n'
        "office,no_access,,none,,,\n",
        "utf-8-sig",
    )

    frame = from_csv(PULSE, path)

    packed = frame_of(
        PULSE,
        {
            "group": "sales",
            "reach": "use",
            "tool_days": 5,
            "other_tools": ["chatgpt", "gemini"],
            "barriers": ["skill", "time"],
            "aspects": {"quality": 4},
        },
        {"group": "office", "reach": "no_access", "other_tools": ["none"]},
    )
    assert {key: column.tolist() for key, column in frame.columns.items()} == {
        key: column.tolist() for key, column in packed.columns.items()
    }


def test_wrong_cells_are_named_by_row_and_column_and_never_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "reach,tool_days\nuse,5\nsecret-word,5\nuse,many\nuse,9\n")

    with pytest.raises(AnswersError) as caught:
        from_csv(PULSE, path)

    assert caught.value.problems == (
        "answers.csv: row 3, column reach: not an answer that the question offers",
        "answers.csv: row 4, column tool_days: not an answer that the question offers",
        "answers.csv: row 5, column tool_days: not an answer that the question offers",
    )


def test_double_and_unknown_columns_are_named_together(tmp_path: Path) -> None:
    path = written(tmp_path, "reach,reach,shoe_size\nuse,use,42\n")

    with pytest.raises(AnswersError) as caught:
        from_csv(PULSE, path)

    assert caught.value.problems == (
        "answers.csv: column reach stands there twice",
        "answers.csv: column shoe_size is not a question of the questionnaire",
    )


def test_many_problems_are_cut_short(tmp_path: Path) -> None:
    path = written(tmp_path, "reach\n" + "x\n" * 50)

    with pytest.raises(AnswersError) as caught:
        from_csv(PULSE, path)

    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == "answers.csv: and 30 more"


def test_ragged_rows_are_named(tmp_path: Path) -> None:
    with pytest.raises(AnswersError) as caught:
        from_csv(PULSE, written(tmp_path, "reach,tool_days\nuse,3,4\nuse,3\nuse\n"))

    assert caught.value.problems == (
        "answers.csv: row 2 has 3 cells, the header has 2",
        "answers.csv: row 4 has 1 cells, the header has 2",
    )


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnswersError):
        from_csv(PULSE, written(tmp_path, ""))


def test_a_file_in_another_encoding_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnswersError):
        from_csv(PULSE, written(tmp_path, "reach\nü\n", "latin-1"))
    with pytest.raises(AnswersError):
        from_csv(PULSE, tmp_path / "nowhere.csv")


def test_a_header_without_rows_is_nobody(tmp_path: Path) -> None:
    assert from_csv(PULSE, written(tmp_path, "reach,tool_days\n")).size == 0


def test_a_group_column_needs_no_question(tmp_path: Path) -> None:
    codebook = replace(PULSE, items=PULSE.items[1:])
    path = written(tmp_path, "group,reach\nb,use\na,use\n,use\n")

    frame = from_csv(codebook, path)

    assert frame.group is not None
    assert [one.code for one in frame.group.options] == ["a", "b"]
    assert frame.columns["group", ""].tolist() == [2, 1, 0]


def test_given_groups_are_the_only_ones(tmp_path: Path) -> None:
    codebook = replace(PULSE, items=PULSE.items[1:])
    path = written(tmp_path, "group,reach\nb,use\na,use\n")

    with pytest.raises(AnswersError) as caught:
        from_csv(codebook, path, groups=(option("b"),))

    assert caught.value.problems == ("answers.csv: row 3, column group: not an answer that the question offers",)
