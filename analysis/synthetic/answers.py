"""What one made-up person answers to one question: by its measure where it has one, else by its kind."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from analysis.codebook import Item, Kind, Option, Value
from analysis.packing import points
from analysis.synthetic.truth import Person, Setting

SENTENCES = (
    "More examples from our own work would help.",
    "Access for everybody in the team.",
    "Shorter ways from our files into the tool.",
    "Clear rules about what may be entered.",
)

Answer = Callable[[Item, Person, Setting], Value]


def _plain(item: Item) -> list[Option]:
    """Return the options that are neither a refusal nor exclusive, or all where nothing else is left."""
    return [option for option in item.options if not option.refusal and not option.exclusive] or list(item.options)


def _exclusive(item: Item) -> str | None:
    return next((option.code for option in item.options if option.exclusive and not option.refusal), None)


def _group(item: Item, person: Person, setting: Setting) -> Value:
    codes = [option.code for option in item.options]
    return person.group if person.group in codes else setting.one(_plain(item))


def _reach(item: Item, person: Person, setting: Setting) -> Value:
    codes = [option.code for option in item.options]
    return person.stage if person.stage in codes else setting.one(_plain(item))


def _tool_days(item: Item, person: Person, setting: Setting) -> Value:
    least = setting.plan.active_days
    low, high = (least, item.maximum) if person.active else (item.minimum, least - 1)
    return int(setting.draw.integers(low, high + 1))


def _recall(item: Item, person: Person, setting: Setting) -> Value:
    answer = "yes" if person.was_active else "no"
    return answer if answer in {option.code for option in item.options} else setting.one(_plain(item))


def _stuck_where(item: Item, person: Person, setting: Setting) -> Value:
    free = _exclusive(item) or next((o.code for o in item.options if o.code == "not_stuck"), None)
    if person.stage == "no_access":
        locked_out = [option for option in item.options if option.stage == "access"]
        return setting.one(locked_out or _plain(item))
    if free is not None and not person.stuck:
        return free
    return setting.one([o for o in _plain(item) if o.code != free], dict(setting.truth.barriers))


def _other_tools(item: Item, person: Person, setting: Setting) -> Value:
    others = [option for option in _plain(item) if option.code not in setting.plan.sanctioned_tools]
    none = _exclusive(item)
    if person.shadow or none is None:
        return setting.some(others or _plain(item), 0.35)
    return [none]


def _liking(item: Item, _: Person, setting: Setting) -> Value:
    known = points(item)
    return known[setting.height(len(known), setting.truth.liking)]


def _trust(item: Item, _: Person, setting: Setting) -> Value:
    known = points(item)
    return known[setting.height(len(known), setting.truth.trust)]


def _minutes(level: float) -> Answer:
    def answer(item: Item, _: Person, setting: Setting) -> Value:
        bands = [option for option in _plain(item) if option.low is not None or option.high is not None]
        known = bands or _plain(item)
        return known[setting.height(len(known), level * (0.5 + setting.truth.liking / 2))].code

    return answer


# --------------------------------------------------------------------------- answers by kind


def _single(item: Item, _: Person, setting: Setting) -> Value:
    return setting.one([option for option in item.options if not option.refusal] or item.options)


def _multiple(item: Item, _: Person, setting: Setting) -> Value:
    none = _exclusive(item)
    chosen = [none] if none is not None and setting.chance(0.2) else setting.some(_plain(item), 0.35)
    return chosen[: item.maximum] if item.maximum else chosen


def _number(item: Item, _: Person, setting: Setting) -> Value:
    return int(setting.draw.integers(item.minimum, item.maximum + 1))


def _matrix(item: Item, _: Person, setting: Setting) -> Value:
    known = points(item)
    return {row.code: known[setting.height(len(known), setting.truth.liking)] for row in item.rows}


def _rank(item: Item, _: Person, setting: Setting) -> Value:
    none = _exclusive(item)
    if none is not None and setting.chance(0.15):
        return [none]
    codes = [option.code for option in _plain(item)]
    most = min(item.maximum or 3, len(codes))
    return [codes[place] for place in setting.draw.permutation(len(codes))[: setting.draw.integers(1, most + 1)]]


def _text(_: Item, __: Person, setting: Setting) -> Value:
    return SENTENCES[int(setting.draw.integers(len(SENTENCES)))]


BY_KIND: Mapping[Kind, Answer] = MappingProxyType(
    {
        Kind.SINGLE: _single,
        Kind.BAND: _single,
        Kind.MULTIPLE: _multiple,
        Kind.NUMBER: _number,
        Kind.SCALE: _liking,
        Kind.MATRIX: _matrix,
        Kind.RANK: _rank,
        Kind.TEXT: _text,
    }
)
BY_MEASURE: Mapping[str, Answer] = MappingProxyType(
    {
        "group": _group,
        "reach": _reach,
        "tool_days": _tool_days,
        "sustained_recall": _recall,
        "stuck_where": _stuck_where,
        "other_tools": _other_tools,
        "trust_survey": _trust,
        "minutes_saved": _minutes(0.7),
        "minutes_lost": _minutes(0.25),
        "expected_minutes": _minutes(0.6),
    }
)
