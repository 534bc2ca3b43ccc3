"""Which questions are shown."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import codebook
from analysis.codebook import Condition, Value
from surveyapp.questionnaire.conditions import OPERATORS, holds, leaves, plain, visible
from tests.unit.instrument_factory import a_questionnaire

GATED = """
- {id: aware, kind: single, text: A?, options: [{code: never, label: N}, {code: use, label: U}]}
- {id: days, kind: number, text: D?, minimum: 0, maximum: 7, show_if: {aware: {is: use}}, implied: 0}
- {id: saved, kind: number, text: S?, minimum: 0, maximum: 9, show_if: {days: {at_least: 1}}}
- {id: unused, kind: text, text: U?, show_if: {days: {is: 0}}}
- {id: silent, kind: text, text: N?, show_if: {days: {answered: false}}}
"""

codes = st.sampled_from(["a", "b", "c"])
values: st.SearchStrategy[Value] = st.one_of(codes, st.integers(0, 3), st.lists(codes, unique=True).map(tuple))
answers = st.dictionaries(st.sampled_from(["x", "y", "z"]), values, max_size=3)
single_tests = st.one_of(
    st.builds(
        codebook.Test,
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from(["is", "one_of", "includes"]),
        st.lists(codes, min_size=1, max_size=2).map(tuple),
    ),
    st.builds(
        codebook.Test,
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from(["is", "at_least", "at_most"]),
        st.tuples(st.integers(0, 3)),
    ),
    st.builds(codebook.Test, st.sampled_from(["x", "y", "z"]), st.just("answered"), st.tuples(st.booleans())),
)


def wider(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(codebook.All, parts), st.builds(codebook.Any, parts), st.builds(codebook.Not, inner))


conditions = st.recursive(single_tests, wider, max_leaves=8)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("is", ("a",), "a", True),
        ("is", ("a",), "b", False),
        ("one_of", ("a", "b"), "b", True),
        ("at_least", (3,), 3, True),
        ("at_least", (3,), 2, False),
        ("at_most", (3,), 3, True),
        ("at_most", (3,), 4, False),
        ("includes", ("a",), ("b", "a"), True),
        ("includes", ("a", "c"), ("b",), False),
        ("at_least", (1,), "a", False),
    ],
)
def test_operators(operator: str, wanted: tuple[str | int, ...], value: Value, *, expected: bool) -> None:
    test = codebook.Test("q", operator, wanted)

    assert holds(test, {"q": value}) is expected
    assert holds(test, {}) is False


def test_missing_answers_meet_answered_false_only() -> None:
    assert holds(codebook.Test("q", "answered", (False,)), {})
    assert not holds(codebook.Test("q", "answered", (True,)), {})
    assert holds(codebook.Not(codebook.Test("q", "is", (0,))), {})


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ({}, ["aware", "unused"]),
        ({"aware": "never"}, ["aware", "unused"]),
        ({"aware": "use"}, ["aware", "days", "silent"]),
        ({"aware": "use", "days": 0}, ["aware", "days", "unused"]),
        ({"aware": "use", "days": 3}, ["aware", "days", "saved"]),
        ({"aware": "never", "days": 3}, ["aware", "unused"]),
    ],
)
def test_a_hidden_question_counts_with_its_implied_value(given_: Mapping[str, Value], shown: list[str]) -> None:
    assert [question.id for question in visible(a_questionnaire(GATED), given_)] == shown


@given(conditions, answers)
def test_de_morgan(condition: Condition, given_: dict[str, Value]) -> None:
    negated = codebook.Not(condition)

    assert holds(negated, given_) is not holds(condition, given_)
    assert holds(codebook.All((condition, condition)), given_) is holds(codebook.Any((condition,)), given_)


@given(conditions, answers)
def test_the_plain_tree_means_the_same(condition: Condition, given_: dict[str, Value]) -> None:
    def evaluated(tree: dict[str, object]) -> bool:
        """Read the JSON tree as a page would."""
        if "all" in tree:
            return all(map(evaluated, tree["all"]))  # type: ignore[call-overload]
        if "any" in tree:
            return any(map(evaluated, tree["any"]))  # type: ignore[call-overload]
        if "not" in tree:
            return not evaluated(tree["not"])  # type: ignore[arg-type]
        question, operator, wanted = tree["question"], tree["operator"], tree["values"]
        assert isinstance(question, str)
        assert isinstance(operator, str)
        assert isinstance(wanted, list)
        if operator == "answered":
            return (question in given_) is wanted[0]
        return question in given_ and OPERATORS[operator](given_[question], tuple(wanted))

    tree = plain(condition)

    assert tree is not None
    assert evaluated(tree) is holds(condition, given_)


@given(conditions)
def test_tests_finds_every_leaf(condition: Condition) -> None:
    assert len(leaves(condition)) == repr(condition).count("Test(")
