"""Which answers count: hidden questions lose theirs or get their implied value, for all people at once."""

from collections.abc import Mapping

import numpy as np

from analysis.codebook import All, Any, Codebook, Condition, Item, Kind, Not, Test
from analysis.frame.columns import Column, Frame, Mask
from analysis.packing import points
from analysis.results import AnalysisError


def completed(codebook: Codebook, size: int, columns: Mapping[tuple[str, str], Column]) -> Frame:
    """Return the frame of these raw columns after all conditions were applied, in the order asked.

    A question hidden because of an earlier answer gets its implied value. Hidden because an earlier question was left
    empty, it stays empty: nothing is known.
    """
    kept = dict(columns)
    frame = Frame(codebook, size, kept)
    open_questions: dict[str, Mask] = {}
    visible: dict[str, Mask] = {}
    contradictions = 0
    for item in codebook.items:
        parts = [key for key in kept if key[0] == item.id]
        if not parts:
            continue
        shown = possible = np.ones(size, dtype=np.bool_)
        if item.shown_if is not None:
            shown = visible[item.id] = _holds(item.shown_if, frame, {})
            possible = _holds(item.shown_if, frame, open_questions)
            stray = np.zeros(size, dtype=np.bool_)
            for key in parts:
                stray |= ~shown & (kept[key] > 0)
                kept[key] = np.where(shown, kept[key], 0).astype(kept[key].dtype)
            contradictions += int(stray.sum())
        if item.implied is not None and not shown.all():
            key = (item.id, "")
            kept[key] = np.where(shown | possible, kept[key], _place(item)).astype(kept[key].dtype)
        open_questions[item.id] = ~frame.given(item) & (shown | possible)
    return Frame(codebook, size, kept, visible, contradictions)


def _place(item: Item) -> int:
    """Return the position of the implied value."""
    if item.kind in {Kind.SINGLE, Kind.BAND}:
        return [option.code for option in item.options].index(str(item.implied)) + 1
    return points(item).index(int(item.implied or 0)) + 1


def _holds(condition: Condition, frame: Frame, unknown: Mapping[str, Mask], *, hopeful: bool = True) -> Mask:
    """Return where *condition* is met, if the *unknown* answers are as favourable to it as they can be."""
    met = np.zeros(frame.size, dtype=np.bool_)
    match condition:
        case All(parts):
            met = np.logical_not(met)
            for part in parts:
                met &= _holds(part, frame, unknown, hopeful=hopeful)
        case Any(parts):
            for part in parts:
                met |= _holds(part, frame, unknown, hopeful=hopeful)
        case Not(part):
            met = np.logical_not(_holds(part, frame, unknown, hopeful=not hopeful))
        case Test(question, operator, _):
            met = _met(condition, frame)
            if operator != "answered" and question in unknown:
                met = met | unknown[question] if hopeful else met & ~unknown[question]
    return met


def _met(test: Test, frame: Frame) -> Mask:
    """Return where the answer compares as the test says; no answer meets only `answered: false`."""
    item = frame.codebook.item(test.question)
    if item is None:
        raise AnalysisError(f"a condition asks for question {test.question}, which does not exist")
    if test.operator == "answered":
        return frame.given(item) if test.values[0] else ~frame.given(item)
    if item.kind in {Kind.SINGLE, Kind.BAND, Kind.MULTIPLE, Kind.RANK}:
        return frame.chosen(item, *(str(value) for value in test.values))
    known = points(item)
    column = frame.columns[test.question, ""]
    if test.operator == "at_least":
        return frame.at_least(item, int(test.values[0]))
    if test.operator == "at_most":
        return frame.given(item) & ~frame.at_least(item, int(test.values[0]) + 1)
    met: Mask = np.isin(column, [known.index(int(value)) + 1 for value in test.values if int(value) in known])
    return met
