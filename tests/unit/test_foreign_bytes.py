"""Whatever bytes come: the importers read them, or refuse them in words; nothing else ever comes out."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.errors import InputError
from surveyapp.foreign.expressions import UntranslatableError, expressionscript, surveyjs, xpath
from surveyapp.foreign.reading import import_bytes
from surveyapp.foreign.writing import written
from surveyapp.questionnaire.loader import load_bytes

FILES = Path(__file__).parents[1] / "integration" / "foreign"
SAMPLES = {name: (FILES / name).read_bytes() for name in ("tools.csv", "tools.txt", "tools.lss", "tools.json")}
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def problems(questionnaire: bytes) -> tuple[str, ...]:
    try:
        load_bytes(questionnaire, "x.yaml")
    except InputError as error:
        return error.problems
    return ()


def import_or_refuse(data: bytes) -> None:
    """Import *data*; what comes out can be written, and has no problems but those of the check."""
    try:
        found = import_bytes(data, "x")
    except InputError:
        return
    text = written(found.questionnaire, [str(loss) for loss in found.losses]).encode()
    left = problems(text)
    assert not [
        problem for problem in left if "YAML" in problem or "unknown key" in problem or "code begins" in problem
    ]
    assert left or load_bytes(text, "x.yaml") == found.questionnaire


@slow
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    import_or_refuse(data)


@pytest.mark.parametrize("name", sorted(SAMPLES))
@slow
@given(st.data())
def test_files_with_damage_anywhere_are_read_or_refused(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(len(sample), start + 40)))

    import_or_refuse(sample[:start] + data.draw(st.binary(max_size=20)) + sample[end:])


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
# fmt: off
KEYS = st.sampled_from((
    "pages", "elements", "type", "name", "title", "choices", "rows", "columns", "visibleIf", "rateMin", "rateMax",
    "rateValues", "min", "max", "maxLength", "validators", "value", "text", "default", "de", "hasOther", "html",
))
# fmt: on
TYPES = st.sampled_from(("radiogroup", "checkbox", "rating", "matrix", "text", "boolean", "ranking", "panel", "slider"))
VALUES = st.recursive(
    LEAVES | TYPES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5)
)


@slow
@given(
    st.lists(
        st.dictionaries(KEYS, VALUES, max_size=6).flatmap(lambda e: TYPES.map(lambda t: {**e, "type": t})), max_size=4
    )
)
def test_any_surveyjs_elements_are_read_or_refused(elements: list[dict[str, Any]]) -> None:
    import_or_refuse(json.dumps({"elements": elements}).encode())


# fmt: off
WORDS = st.sampled_from((
    "${a}", "{a}", "a", "a.NAOK", "'x'", '"x"', "1", "0.5", "=", "==", "!=", "<", ">=", "and", "or", "not(", "!", "(",
    ")", "selected(", ",", "is_empty(", "empty", "contains", "anyof", "[", "]", "true", "true()", ".", "../a",
))
# fmt: on


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_condition_is_understood_or_untranslatable(text: str) -> None:
    for parse in (xpath, expressionscript, surveyjs):
        with contextlib.suppress(UntranslatableError):
            assert parse(text) == parse(text)


@pytest.mark.parametrize("sample", ["not(" * 3000, "(" * 3999, "!" * 3999, "a and " * 600 + "a", "x" * 5000])
def test_long_conditions_exhaust_nothing(sample: str) -> None:
    for parse in (xpath, expressionscript, surveyjs):
        with pytest.raises(UntranslatableError):
            parse(sample)


@pytest.mark.parametrize("depth", [100, 400, 700, 950, 2000])
def test_deep_json_exhausts_nothing(depth: int) -> None:
    for inner in ('{"a":' * depth + "1" + "}" * depth, "[" * depth + "]" * depth):
        element = (
            f'"type": "radiogroup", "choices": [{inner}, 1], "validators": [{{"type": {inner}}}], "title": {inner}'
        )
        import_or_refuse(f'{{"locale": {inner}, "name": {inner}, "elements": [{{{element}}}]}}'.encode())
