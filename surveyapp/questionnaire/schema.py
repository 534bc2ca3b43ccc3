"""The JSON Schema of questionnaire files, for editors; the loader decides, the schema helps while typing."""

import json
from collections.abc import Mapping
from typing import Any, Final

from analysis.codebook import Kind
from surveyapp.documents.fields import CODE, LANGUAGE
from surveyapp.questionnaire.loader import LABEL_LIMIT, LISTS, NUMBER_LIMIT, POINTS
from surveyapp.questionnaire.measures import ADKAR_STAGES, FUNNEL_STAGES, MEASURES
from surveyapp.questionnaire.model import RANK_PLACES, TEXT_LIMIT

Schema = dict[str, Any]


def schema() -> str:
    """Return the schema as the file `questionnaires/schema.json` holds it."""
    return json.dumps(_questionnaire(), ensure_ascii=False, indent=2) + "\n"


def _closed(properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


_CODE: Final[Schema] = {"type": "string", "pattern": f"^{CODE.pattern}$"}
_LISTED: Final[Schema] = {
    "options": _list_of(_ref("option")),
    "options_from": {"enum": list(LISTS), "description": "a list of the charter, before the options of this file"},
}
_SHOWN: Final[Schema] = {"options": _list_of(_ref("option"))}
_POINTED: Final[Schema] = {
    "points": {
        "type": "array",
        "items": _closed({"label": _ref("words")}, ("label",)),
        "minItems": POINTS.start,
        "maxItems": POINTS.stop - 1,
        "description": "from low to high",
    }
}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": -NUMBER_LIMIT, "maximum": NUMBER_LIMIT}
_OF_KIND: Final[Mapping[Kind, tuple[Schema, tuple[str, ...]]]] = {
    Kind.SINGLE: (_LISTED, ()),
    Kind.MULTIPLE: (_LISTED | {"maximum": {"type": "integer", "minimum": 1, "maximum": 99}}, ()),
    Kind.SCALE: (_POINTED, ("points",)),
    Kind.NUMBER: ({"minimum": _WHOLE, "maximum": _WHOLE}, ("minimum", "maximum")),
    Kind.BAND: (_SHOWN, ("options",)),
    Kind.MATRIX: (_POINTED | {"rows": _list_of(_ref("option"))}, ("points", "rows")),
    Kind.RANK: (_LISTED | {"maximum": {"type": "integer", "minimum": 1, "maximum": RANK_PLACES}}, ()),
    Kind.TEXT: ({"maximum": {"type": "integer", "minimum": 1, "maximum": TEXT_LIMIT}}, ()),
}


def _common(kind: Kind) -> Schema:
    return {
        "id": _CODE,
        "kind": {"const": kind.value},
        "text": _ref("words"),
        "hint": _ref("words"),
        "required": {"type": "boolean"},
        "sensitive": {"type": "boolean"},
        "show_if": _ref("condition"),
        "implied": {"type": ["string", "integer"], "description": "the value when the question is hidden"},
        "from_pulse": {"type": "integer", "minimum": 1, "maximum": 99},
        "measures": {"enum": [name for name, measure in MEASURES.items() if kind in measure.kinds]},
        "source": {"type": "string"},
    }


def _question(kind: Kind) -> Schema:
    further, required = _OF_KIND[kind]
    return _closed(_common(kind) | further, ("id", "kind", "text", *required))


def _condition() -> Schema:
    value: Schema = {"type": ["string", "integer", "boolean"]}
    several = {"anyOf": [value, _list_of(value)]}
    tests = {
        "is": value,
        "one_of": several,
        "answered": {"type": "boolean"},
        "at_least": {"type": "integer"},
        "at_most": {"type": "integer"},
        "includes": several,
    }
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "any": _list_of(_ref("condition")),
            "all": _list_of(_ref("condition")),
            "not": _ref("condition"),
        },
        "additionalProperties": _closed(tests, ()) | {"minProperties": 1},
    }


def _questionnaire() -> Schema:
    section = _closed(
        {
            "id": _CODE,
            "title": _ref("words"),
            "intro": _ref("words"),
            "questions": _list_of({"oneOf": [_ref(kind.value) for kind in Kind]}),
        },
        ("id", "title", "questions"),
    )
    option = _closed(
        {
            "code": _CODE,
            "label": _ref("words") | {"maxLength": LABEL_LIMIT},
            "stage": {"enum": [*FUNNEL_STAGES, *ADKAR_STAGES]},
            "low": {"type": "number", "minimum": 0},
            "high": {"type": "number", "minimum": 0},
            "exclusive": {"type": "boolean"},
            "refusal": {"type": "boolean"},
        },
        ("code", "label"),
    )
    words: Schema = {
        "oneOf": [
            {"type": "string"},
            {"type": "object", "patternProperties": {f"^{LANGUAGE.pattern}$": {"type": "string"}}, "minProperties": 1},
        ]
    }
    whole = _closed(
        {
            "questionnaire": {"type": "string"},
            "version": {"type": "integer", "minimum": 1},
            "languages": _list_of({"type": "string", "pattern": f"^{LANGUAGE.pattern}$"}),
            "title": _ref("words"),
            "intro": _ref("words"),
            "sections": _list_of(section),
        },
        ("questionnaire", "version", "languages", "title", "sections"),
    )
    definitions = {"words": words, "option": option, "condition": _condition()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questionnaire",
        **whole,
        "$defs": definitions | {kind.value: _question(kind) for kind in Kind},
    }
