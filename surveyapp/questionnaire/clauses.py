"""Reading `show_if`: any, all and not over `{question: {operator: value}}`; whether it makes sense, lint decides."""

from typing import Final

from analysis.codebook import All, Any, Condition, Not, Test
from surveyapp.documents.fields import Fields
from surveyapp.documents.tree import Entries, Listing, Node, Scalar, Written
from surveyapp.questionnaire.conditions import ANSWERED, OPERATORS

_KNOWN: Final = (*OPERATORS, ANSWERED)
_LISTS: Final = frozenset({"one_of", "includes"})  # take one value or several


def condition(fields: Fields, key: str) -> Condition | None:
    """Return the condition under *key*, if there is one."""
    if key not in fields:
        fields.node(key, required=False)
        return None
    inner = fields.inner(key)
    return None if inner is None else _condition(inner)


def _condition(fields: Fields) -> Condition | None:
    """Read one mapping; several entries must all hold."""
    parts = [part for key in fields.written if (part := _entry(fields, key)) is not None]
    if not fields.written:
        fields.problems.add(fields.place, "an empty condition")
    if len(parts) == 1:
        return parts[0]
    return All(tuple(parts)) if parts else None


def _entry(fields: Fields, key: str) -> Condition | None:
    if key in {"any", "all"}:
        parts = tuple(part for entry in fields.each(key) if (part := _condition(entry)) is not None)
        return (Any(parts) if key == "any" else All(parts)) if parts else None
    inner = fields.inner(key)
    if inner is None:
        return None
    if key == "not":
        part = _condition(inner)
        return None if part is None else Not(part)
    return _tests(key, inner)


def _tests(question: str, fields: Fields) -> Condition | None:
    found: list[Condition] = []
    if not fields.written:
        fields.problems.add(fields.place, f"an empty test of `{question}`")
    for operator in fields.written:
        node = fields.node(operator, required=True)
        if operator not in _KNOWN:
            fields.wrong(operator, f"conditions know {', '.join(_KNOWN)}, and any, all, not")
        elif node is not None:
            values = _values(fields, operator, node)
            if values:
                found.append(Test(question, operator, values))
    if len(found) == 1:
        return found[0]
    return All(tuple(found)) if found else None


def _values(fields: Fields, operator: str, node: Node) -> tuple[str | int | bool, ...]:
    if isinstance(node, Entries):
        fields.wrong(operator, "must be a value")
        return ()
    if isinstance(node, Listing) and operator not in _LISTS:
        fields.wrong(operator, "must be one value")
        return ()
    items = node.items if isinstance(node, Listing) else (node,)
    values = tuple(_value(item) for item in items if isinstance(item, Scalar))
    if len(values) != len(items) or not values:
        fields.wrong(operator, "must be a value or a list of values")
        return ()
    return values


def _value(scalar: Scalar) -> str | int | bool:
    if scalar.kind is Written.INTEGER:
        return int(scalar.text)
    if scalar.kind is Written.BOOLEAN:
        return scalar.text.lower() == "true"
    return scalar.text
