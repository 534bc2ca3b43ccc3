"""Shadow AI: tools the company has not provided, the accounts used with them and what goes into them."""

from dataclasses import replace

import numpy as np

from analysis.catalogue import ANY, CATALOGUE, ONLY_ORDINARY, PRIVATE, SENSITIVE
from analysis.codebook import Item, Kind
from analysis.counting.adoption import active
from analysis.counting.tabulation import Chapter, Wave, count_privately, listed, shape_of
from analysis.disclosure import PARTITION, Exact, Larger, Sensitive
from analysis.frame.columns import Mask
from analysis.plan import Plan
from analysis.results import Measure, Sentence, Words

OWN_ACCOUNTS = frozenset({"own_free", "own_paid"})
# Every other class hurts somebody if it leaks: Harmonic (2025) and LayerX (2025) count them as sensitive.
ORDINARY = frozenset({"public", "internal"})


def _others(item: Item, plan: Plan) -> tuple[str, ...]:
    """Return the codes of tools that the company does not provide."""
    return tuple(
        option.code
        for option in item.options
        if not option.exclusive and not option.refusal and option.code not in plan.sanctioned_tools
    )


def chapter(wave: Wave, plan: Plan) -> Chapter:
    """Return own use, accounts, data, the matrix of both, and leakage, for everyone; never by team."""
    tools, data = wave.item("other_tools"), wave.item("data_entered")
    if tools is None or tools.kind is not Kind.MULTIPLE:
        return Chapter()
    exact: list[Exact] = _own_use(wave, tools, plan)
    options: tuple[tuple[str, Words], ...] = (
        (ANY, Sentence("any tool the company does not provide")),
        *listed(tools),
    )
    measures: dict[str, Measure] = {"other_tools": replace(CATALOGUE["other_tools"], options=options)}
    for name in ("other_account", "data_entered"):
        exact += _about_use(wave, name, measures)
    if data is not None:
        exact += _matrix(wave, tools, data, plan)
        measures["tool_by_data"] = replace(
            CATALOGUE["tool_by_data"], options=tuple((code, label) for code, label, _ in _kinds(wave, data))
        )
    if active(wave, plan) is not None:
        exact += _leakage(wave, tools, plan)
        leaking: tuple[tuple[str, Words], ...] = (("leakage", Sentence("another tool instead of this one")),)
        measures["leakage"] = replace(CATALOGUE["leakage"], options=leaking)
    return Chapter(tuple(measures.values()), tuple(exact))


def _own_use(wave: Wave, tools: Item, plan: Plan) -> list[Exact]:
    frame = wave.frame
    masks = [(ANY, frame.chosen(tools, *_others(tools, plan)))]
    masks += [(code, frame.chosen(tools, code)) for code, _ in listed(tools)]
    shape = shape_of(tools)
    known = Sensitive(union=(ANY, _others(tools, plan)), harmless=shape.alone)
    return [count_privately(wave, "other_tools", masks, frame.answered(tools), known, shape=shape, question=tools.id)]


def _together(item: Item) -> tuple[str, Words, tuple[str, ...]] | None:
    """Return the option that stands for several of *item*, and these: private accounts, sensitive information."""
    codes = [option.code for option in item.options if not option.exclusive and not option.refusal]
    if item.measure == "other_account":
        own = tuple(code for code in codes if code in OWN_ACCOUNTS)
        return (PRIVATE, Sentence("any private account"), own) if own else None
    sensitive = tuple(code for code in codes if code not in ORDINARY)
    return (SENSITIVE, Sentence("any sensitive information"), sensitive) if sensitive else None


def _told(item: Item) -> tuple[tuple[str, Words], ...]:
    """Return the options of accounts or data classes, what several of them have in common first."""
    together = _together(item)
    return ((together[:2],) if together is not None else ()) + listed(item)


def _masks(wave: Wave, item: Item) -> tuple[list[tuple[str, Mask]], tuple[str, tuple[str, ...]] | None]:
    """Return who chose each of the options told, and the union among them."""
    together = _together(item)
    masks = [(code, wave.frame.chosen(item, code)) for code, _ in listed(item)]
    if together is None:
        return masks, None
    name, _, parts = together
    return [(name, wave.frame.chosen(item, *parts)), *masks], (name, parts)


def _about_use(wave: Wave, name: str, measures: dict[str, Measure]) -> list[Exact]:
    """Return accounts or data classes; both are asked of the users of other tools only."""
    item = wave.item(name)
    if item is None or item.kind is not Kind.MULTIPLE:
        return []
    measures[name] = replace(CATALOGUE[name], options=_told(item))
    shape = shape_of(item)
    masks, union = _masks(wave, item)
    known = Sensitive(under=("other_tools", ANY), union=union, harmless=shape.alone)
    return [count_privately(wave, name, masks, wave.frame.answered(item), known, shape=shape, question=item.id)]


def _kinds(wave: Wave, data: Item) -> list[tuple[str, Words, Mask]]:
    """Return who entered sensitive information, who only other kinds, and who none: everybody who answered is in one.

    Kinds that exclude each other, because numbers of people with several kinds of information and several tools could
    be taken apart however few of them are shown.
    """
    frame = wave.frame
    together = _together(data)
    sensitive = frame.chosen(data, *together[2]) if together is not None else np.zeros(frame.size, dtype=np.bool_)
    nothing = [option for option in data.options if option.exclusive and not option.refusal]
    none = frame.chosen(data, *(option.code for option in nothing))
    found: list[tuple[str, Words, Mask]] = []
    if together is not None:
        found.append((together[0], together[1], sensitive))
    found.append(
        (ONLY_ORDINARY, Sentence("only public or internal information"), frame.answered(data) & ~sensitive & ~none)
    )
    if len(nothing) == 1:
        found.append((nothing[0].code, nothing[0].label, none))
    return found


def _matrix(wave: Wave, tools: Item, data: Item, plan: Plan) -> list[Exact]:
    """Return, for the users of each tool, which kind of information they entered."""
    frame = wave.frame
    answered = frame.answered(tools) & frame.answered(data)
    masks = [(code, mask) for code, _, mask in _kinds(wave, data)]
    return [
        count_privately(
            wave,
            "tool_by_data",
            masks,
            answered & frame.chosen(tools, tool),
            Sensitive(under=("other_tools", tool), kinds_of="data_entered", harmless=shape_of(data).alone),
            shape=PARTITION,
            question=tool,
        )
        for tool in _others(tools, plan)
    ]


def _leakage(wave: Wave, tools: Item, plan: Plan) -> list[Exact]:
    """Return who uses another tool and is not active; the users and the inactive contain them."""
    use = active(wave, plan)
    if use is None:
        return []
    told = wave.frame.answered(tools) & use[1]
    others = wave.frame.chosen(tools, *_others(tools, plan))
    inactive = int((~use[0] & use[1]).sum())
    known = Sensitive(
        inside=(
            Larger(int((others & told).sum()), ("other_tools", ANY)),
            Larger(int((~use[0] & told).sum()), inactive, int(use[1].sum())),
        )
    )
    return [count_privately(wave, "leakage", [("leakage", others & ~use[0])], told, known)]
