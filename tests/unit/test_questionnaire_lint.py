"""What makes a readable questionnaire unusable."""

import pytest

from tests.unit.instrument_factory import a_questionnaire, problems

AB = "options: [{code: a, label: A}, {code: b, label: B}]"
DAYS = "- {id: days, kind: number, text: Days?, minimum: 0, maximum: 7}\n"
BANDS = "- id: t\n  kind: band\n  text: T?\n  options:\n"


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ("- {id: x, kind: text, text: 'Use of {tools}?'}", "{tools} is no placeholder; there are {active_days}"),
        ("- {id: x, kind: text, text: 'Use of {tool?'}", "{ is no placeholder"),
        ("- {id: x, kind: text, text: 'Since {previous_wave}?'}", "{previous_wave} exists from the second pulse on"),
        ("- {id: x, kind: single, text: X?, options: [{code: a, label: A}]}", "offers fewer than two options"),
        (f"- {{id: x, kind: multiple, text: X?, maximum: 3, {AB}}}", "is above the number of options"),
        (
            (
                "- {id: x, kind: single, text: X?, options: [{code: a, label: A, refusal: true},"
                " {code: b, label: B, refusal: true}]}"
            ),
            "has more than one option that refuses",
        ),
        (
            "- {id: x, kind: multiple, text: X?, options: [{code: a, label: A, low: 1}, {code: b, label: B}]}",
            "low and high are for bands",
        ),
        (f"- {{id: x, kind: single, text: X?, implied: a, {AB}}}", "always shown has no implied value"),
        (DAYS + f"- {{id: x, kind: single, text: X?, implied: c, show_if: {{days: {{is: 1}}}}, {AB}}}", "is not among"),
        (DAYS + "- {id: x, kind: text, text: X?, implied: c, show_if: {days: {is: 1}}}", "kind text has no implied"),
        (f"- {{id: x, kind: band, text: X?, {AB}}}", "a band needs options with low and high"),
        (
            BANDS + "  - {code: a, label: A, low: 0, high: 15}\n  - {code: b, label: B, low: 20}",
            "`a` leaves a gap to `b`",
        ),
        (
            BANDS + "  - {code: a, label: A, low: 0, high: 15}\n  - {code: b, label: B, low: 10}",
            "`a` overlaps with `b`",
        ),
        (BANDS + "  - {code: a, label: A, low: 0}\n  - {code: b, label: B, low: 10}", "`a` is open at the top"),
        (BANDS + "  - {code: a, label: A, high: 5}\n  - {code: b, label: B, low: 5}", "`a` must begin with `low`"),
        (
            "- {id: x, kind: scale, text: X., points: [{label: Strongly agree}, {label: Strongly disagree}]}",
            "runs from high to low",
        ),
        (
            (
                "- {id: x, kind: scale, text: X., points: [{label: cold}, {label: warm}]}\n"
                "- {id: y, kind: scale, text: Y., points: [{label: warm}, {label: cold}]}"
            ),
            "runs the other way than question `x`",
        ),
        ("- {id: x, kind: text, text: X?, sensitive: true, required: true}", "must not be required"),
        (f"- {{id: x, kind: single, text: X?, sensitive: true, {AB}}}", "needs an option with `refusal: true`"),
        ("- {id: x, kind: text, text: 'What is your name?'}", "asks who somebody is"),
        ("- {id: x, kind: text, text: 'Wie lautet Ihre E-Mail-Adresse?'}", "asks who somebody is"),
        ("- {id: phone, kind: text, text: 'How can we reach you?'}", "asks who somebody is"),
        (
            "- {id: x, kind: single, text: X?, options: [{code: a, label: A, stage: tried}, {code: b, label: B}]}",
            "a stage",
        ),
        (
            (
                "- {id: a, kind: number, text: A?, minimum: 0, maximum: 9, from_pulse: 2}\n"
                "- {id: b, kind: text, text: B?, show_if: {a: {is: 1}}}"
            ),
            "`a` is asked from a later pulse on",
        ),
        ("".join(f"- {{id: t{number}, kind: text, text: T?}}\n" for number in range(12)), "the ballot would have"),
    ],
)
def test_it_is_named(questions: str, message: str) -> None:
    found = problems(questions)

    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("{nothing: {is: 1}}", "there is no question `nothing`"),
        ("{x: {answered: true}}", "depends on its own answer"),
        ("{later: {answered: true}}", "looks forward to `later`"),
        ("{days: {includes: 1}}", "`includes` does not fit question `days`: use is, one_of, at_least"),
        ("{days: {is: 8}}", "question `days` has answers from 0 to 7"),
        ("{days: {is: one}}", "question `days` has answers from 0 to 7"),
        ("{days: {answered: 1}}", "`answered` is true or false"),
        ("{pick: {is: c}}", "question `pick` has no option c"),
        ("{many: {includes: [a, c, d]}}", "question `many` has no option c, d"),
        ("{many: {is: a}}", "`is` does not fit question `many`"),
        ("{days: {at_least: 5, at_most: 4}}", "no combination of answers shows this question"),
        ("{all: [{pick: {is: a}}, {pick: {is: b}}]}", "no combination of answers"),
        ("{all: [{gated: {at_least: 1}}, {pick: {is: b}}]}", "no combination of answers"),
        ("{all: [{many: {includes: none}}, {many: {includes: a}}]}", "no combination of answers"),
    ],
)
def test_a_condition_that_cannot_work_is_named(test: str, message: str) -> None:
    found = problems(
        DAYS
        + f"""- {{id: pick, kind: single, text: P?, {AB}}}
- {{id: many, kind: multiple, text: M?, options: [{{code: a, label: A}}, {{code: none, label: N, exclusive: true}}]}}
- {{id: gated, kind: number, text: G?, minimum: 0, maximum: 7, show_if: {{pick: {{is: a}}}}, implied: 0}}
- {{id: x, kind: text, text: X?, show_if: {test}}}
- {{id: later, kind: text, text: L?}}
"""
    )

    assert len(found) == 1
    assert message in found[0]


def test_a_question_can_be_reached_through_an_implied_value() -> None:
    found = a_questionnaire(
        DAYS
        + f"""- {{id: pick, kind: single, text: P?, {AB}}}
- {{id: gated, kind: number, text: G?, minimum: 1, maximum: 7, show_if: {{pick: {{is: a}}}}, implied: 3}}
- {{id: x, kind: text, text: X?, show_if: {{all: [{{pick: {{is: b}}}}, {{gated: {{is: 3}}}}]}}}}
"""
    )

    assert len(found.questions) == 4


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("kind: text, measures: tool_days", "tool_days needs kind number, not text"),
        ("kind: number, minimum: 0, maximum: 31, measures: tool_days", "tool_days needs minimum 0 and maximum 7"),
        (f"kind: single, {AB}, measures: reach", "reach needs the option codes not_heard, no_access"),
        (f"kind: single, {AB}, measures: reach", "reach knows no option code a, b"),
        ("kind: scale, points: [{label: x}, {label: y}], measures: confidence", "confidence needs 5 points"),
        (f"kind: single, {AB}, options_from: tasks, measures: group", "group needs `options_from: groups`"),
        (f"kind: single, {AB}, measures: expected_minutes", "expected_minutes needs options with low and high"),
        (
            (
                "kind: single, measures: stuck_where, options: [{code: a, label: A, stage: moon},"
                " {code: not_stuck, label: N, exclusive: true}]"
            ),
            "stuck_where needs a stage (access, tried, active) for a",
        ),
    ],
)
def test_a_question_that_does_not_fit_its_measure_is_named(question: str, message: str) -> None:
    assert any(message in problem for problem in problems(f"- {{id: x, text: X?, {question}}}"))


def test_a_measure_is_asked_once() -> None:
    twice = "- {id: a, kind: text, text: A?, measures: comment}\n- {id: b, kind: text, text: B?, measures: comment}"

    assert problems(twice) == ["`a` measures comment already"]
