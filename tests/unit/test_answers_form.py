"""Forms to answers, or to sentences that say what to do."""

import pytest

from analysis.codebook import Text, Value
from surveyapp.questionnaire import form, model
from surveyapp.questionnaire.answers import Answers, Mistakes, read_form
from surveyapp.questionnaire.form import Mistake
from tests.unit.instrument_factory import every_kind

COMPLETE = {
    "q_team": ["sales"],
    "q_days": ["5"],
    "q_tools": ["two", "one"],
    "q_agree": ["3"],
    "q_time": ["long"],
    "q_parts__speed": ["2"],
    "q_parts__look": ["1"],
    "q_worries__1": ["risk"],
    "q_worries__2": ["cost"],
    "q_words": ["  more\r\ntime\x07 "],
}


def answered(**changed: list[str]) -> Answers | Mistakes:
    return read_form(every_kind(), {"q_team": ["sales"], **{f"q_{name}": value for name, value in changed.items()}})


def value(question: str, **changed: list[str]) -> Value | None:
    found = answered(**changed)
    assert isinstance(found, Answers)
    return found.values.get(question)


def mistake(question: str, **changed: list[str]) -> Mistake:
    found = answered(**changed)
    assert isinstance(found, Mistakes)
    assert len(found.found) == 1
    wrong = found.of(question)
    assert wrong is not None
    return wrong


def test_every_kind_has_its_normal_form() -> None:
    found = read_form(every_kind(), COMPLETE)

    assert found == Answers(
        {
            "team": "sales",
            "days": 5,
            "tools": ("one", "two"),
            "agree": 3,
            "time": "long",
            "parts": {"speed": 2, "look": 1},
            "worries": ("risk", "cost"),
            "words": "more\ntime",
        }
    )


def test_every_kind_has_a_reader() -> None:
    assert set(form._READERS) == set(model.KINDS)


def test_only_the_required_question_must_be_answered() -> None:
    assert read_form(every_kind(), {}) == Mistakes((Mistake("team", form.REQUIRED),))


def test_nothing_but_the_group_is_empty() -> None:
    assert answered() == Answers({"team": "sales"}, empty=True)


@pytest.mark.parametrize(
    ("question", "fields", "message", "values"),
    [
        ("team", {"team": ["moon"]}, form.UNKNOWN, ()),
        ("days", {"days": ["8"]}, form.NO_NUMBER, (("low", 0), ("high", 7))),
        ("days", {"days": ["3.5"]}, form.NO_NUMBER, (("low", 0), ("high", 7))),
        ("days", {"days": ["-1"]}, form.NO_NUMBER, (("low", 0), ("high", 7))),
        ("days", {"days": ["٣"]}, form.NO_NUMBER, (("low", 0), ("high", 7))),
        ("days", {"days": ["9" * 5000]}, form.NO_NUMBER, (("low", 0), ("high", 7))),
        ("tools", {"days": ["1"], "tools": ["one", "moon"]}, form.UNKNOWN, ()),
        ("tools", {"days": ["1"], "tools": ["one", "two", "three"]}, form.TOO_MANY, (("maximum", 2),)),
        (
            "tools",
            {"days": ["1"], "tools": ["one", "none"]},
            form.EXCLUDES,
            (("label", Text.of({"en": "None of these"})),),
        ),
        ("agree", {"agree": ["4"]}, form.UNKNOWN, ()),
        ("agree", {"agree": ["x"]}, form.UNKNOWN, ()),
        ("time", {"time": ["moon"]}, form.UNKNOWN, ()),
        ("parts", {"parts__look": ["3"]}, form.UNKNOWN, ()),
        ("worries", {"worries__1": ["cost"], "worries__2": ["cost"]}, form.TWICE, ()),
        ("worries", {"worries__1": ["moon"]}, form.UNKNOWN, ()),
        (
            "worries",
            {"worries__1": ["cost"], "worries__2": ["nothing"]},
            form.EXCLUDES,
            (("label", Text.of({"en": "Nothing"})),),
        ),
        ("words", {"words": ["x" * 21]}, form.TOO_LONG, (("limit", 20), ("length", 21))),
        ("words", {"words": ["😀" * 11]}, form.TOO_LONG, (("limit", 20), ("length", 22))),
    ],
)
def test_a_wrong_answer_says_what_to_do(
    question: str, fields: dict[str, list[str]], message: str, values: tuple[tuple[str, str | int | Text], ...]
) -> None:
    found = mistake(question, **fields)

    assert (found.message, found.values) == (message, values)
    assert message in form.MESSAGES


def test_blank_fields_are_no_answers() -> None:
    found = read_form(every_kind(), {name: ["", " "][:1] for name in COMPLETE} | {"q_team": ["", "sales"]})

    assert found == Answers({"team": "sales"}, empty=True)


def test_answers_to_hidden_questions_are_dropped_and_counted() -> None:
    found = answered(days=["0"], tools=["one"], agree=["1"])

    assert found == Answers({"team": "sales", "days": 0, "agree": 1}, hidden=1)


def test_mistakes_in_hidden_questions_do_not_matter() -> None:
    assert isinstance(answered(days=["0"], tools=["moon"]), Answers)


def test_a_wrong_answer_hides_what_depends_on_it() -> None:
    assert mistake("days", days=["99"], tools=["moon"]).message == form.NO_NUMBER


def test_fields_of_others_do_not_matter() -> None:
    assert isinstance(answered(moon=["x"], team__1=["y"]), Answers)


def test_a_gap_in_a_ranking_closes() -> None:
    assert value("worries", worries__1=["cost"], worries__3=["work"]) == ("cost", "work")


def test_bytes_that_were_no_text_vanish() -> None:
    assert value("words", words=["a\udcffb\x00c"]) == "abc"
