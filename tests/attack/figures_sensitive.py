"""What somebody knows about other tools: how many people there are of each kind, by tools, data, accounts and use."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

import numpy as np

from analysis.codebook import All, Any, Condition, Item, Kind, Not, Test
from analysis.counting.tabulation import Wave
from analysis.plan import Plan
from analysis.released import ReleasedWave
from analysis.results import Status
from tests.attack.figures_puzzle import Cell, Claim, Puzzle, Terms, minus, plus, times
from tests.attack.figures_tables import Lines, Mask, cells_of, codes_of, masks_of, totals

Choice = frozenset[str]  # empty: nothing said
Other = TypeVar("Other", Choice, str)
ANY = "any"
ORDINARY, OWN = {"public", "internal"}, {"own_free", "own_paid"}
NEARLY = 9, 10  # nine of ten
ALL_BUT = 2


def choices(item: Item) -> list[Choice]:
    """Return everything that can be chosen, nothing first; "prefer not to say" is as good as nothing."""
    plain = [option.code for option in item.options if not option.exclusive and not option.refusal]
    alone = [option.code for option in item.options if option.exclusive and not option.refusal]
    most = min(item.maximum or len(plain), len(plain))
    several = [frozenset(chosen) for size in range(1, most + 1) for chosen in combinations(plain, size)]
    return [frozenset(), *several, *(frozenset({code}) for code in alone)]


def chosen_by(wave: Wave, item: Item) -> list[Choice]:
    """Return what each person chose."""
    told = wave.frame.answered(item)
    columns = {option.code: wave.frame.chosen(item, option.code) for option in item.options if not option.refusal}
    return [
        frozenset(code for code, column in columns.items() if column[place]) if told[place] else frozenset()
        for place in range(wave.frame.size)
    ]


def asked(condition: Condition | None, tools: Choice) -> bool:
    """Return whether somebody with these tools is asked; who did not say which, is not."""
    match condition:
        case None:
            return True
        case All(parts):
            return all(asked(part, tools) for part in parts)
        case Any(parts):
            return any(asked(part, tools) for part in parts)
        case Not(part):
            return not asked(part, tools)
        case Test(_, "answered", values):
            return bool(tools) == values[0]
        case Test(_, _, values):
            return bool(tools & {str(value) for value in values})


@dataclass(slots=True)
class OtherTools:
    """The puzzle of the sensitive questions about other tools."""

    wave: Wave
    released: ReleasedWave
    plan: Plan
    puzzle: Puzzle = field(default_factory=Puzzle)
    cells: list[Cell] = field(default_factory=list)
    nearly: list[tuple[str, Terms, Terms]] = field(default_factory=list)  # name, count, base
    kinds: dict[Choice, Terms] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        tools = self.wave.item("other_tools")
        if tools is None or tools.kind is not Kind.MULTIPLE:
            return
        mine = chosen_by(self.wave, tools)
        self.kinds = {one: self.puzzle.unknown(number) for one, number in tally(choices(tools), mine)}
        self.puzzle.bind(plus(*self.kinds.values()), self.wave.frame.size, self.wave.frame.size)
        self.others = [
            option.code
            for option in tools.options
            if not (option.exclusive or option.refusal or option.code in self.plan.sanctioned_tools)
        ]
        codes = [option.code for option in tools.options if not option.refusal]
        counts = {ANY: self._with(lambda one: bool(one & set(self.others)))}
        counts |= {code: self._with(lambda one, code=code: code in one) for code in codes}  # type: ignore[misc]
        self._table(tools, "other_tools", tools.id, counts, self._with(bool))
        for measure in ("other_account", "data_entered"):
            item = self.wave.item(measure)
            if item is not None and item.kind is Kind.MULTIPLE:
                self._about_use(item, measure, mine)
        self._leakage(mine)

    def _with(self, test: Callable[[Choice], bool]) -> Terms:
        return plus(*(terms for one, terms in self.kinds.items() if test(one)))

    def _crossed(
        self, second: Sequence[Other], mine: Sequence[Choice], theirs: Sequence[Other], item: Item | None
    ) -> dict[tuple[Choice, Other], Terms]:
        """Return how many people there are of each pair of choices; who was not asked has no second one."""
        pairs = Counter(zip(mine, theirs, strict=True))
        found: dict[tuple[Choice, Other], Terms] = {}
        for one, people in self.kinds.items():
            possible = second if item is None or (one and asked(item.shown_if, one)) else second[:1]
            cells = {(one, other): self.puzzle.unknown(pairs.pop((one, other), 0)) for other in possible}
            self.puzzle.bind(minus(people, plus(*cells.values())), 0, 0)
            found |= cells
        assert not pairs
        return found

    def _about_use(self, item: Item, measure: str, mine: Sequence[Choice]) -> None:
        pairs = self._crossed(choices(item), mine, chosen_by(self.wave, item), item)
        told = {option.code: {option.code} for option in item.options if not option.refusal}
        plain = {option.code for option in item.options if not option.refusal and not option.exclusive}
        unions = {"private": plain & OWN} if measure == "other_account" else {"sensitive": plain - ORDINARY}
        shown = {row.option for row in self.released.rows(measure)}
        told |= {name: codes for name, codes in unions.items() if name in shown}

        def among(codes: set[str], tool: str | None = None) -> Terms:
            return plus(
                *(terms for (one, other), terms in pairs.items() if other & codes and (tool is None or tool in one))
            )

        counts = {name: among(codes) for name, codes in told.items()}
        self._table(item, measure, item.id, counts, among(set(told)))
        for tool in self.others if measure == "data_entered" else []:
            sensitive, nothing = plain - ORDINARY, set(told) - plain - set(unions)
            kinds = {"sensitive": among(sensitive, tool)} | {code: among({code}, tool) for code in nothing}
            base = among(set(told), tool)
            kinds["ordinary"] = minus(base, plus(*kinds.values()))
            self._table(item, "tool_by_data", tool, kinds, base)

    def _leakage(self, mine: Sequence[Choice]) -> None:
        days = self.wave.item("tool_days")
        if days is None:
            return
        use, told = self.wave.frame.at_least(days, self.plan.active_days), self.wave.frame.answered(days)
        states = ["silent", "active", "inactive"]
        theirs = [states[0 if not known else 1 if does else 2] for known, does in zip(told, use, strict=True)]
        pairs = self._crossed(states, mine, theirs, None)

        def among(state: str | None, *, users: bool = False) -> Terms:
            return plus(
                *(
                    terms
                    for (one, other), terms in pairs.items()
                    if (state is None or other == state) and (not users or one & set(self.others))
                )
            )

        active, base = totals(self.released, "active", "active").get("active", (None, None))
        if active is not None and base is not None:
            self.puzzle.bind(among("active"), active, active)
            self.puzzle.bind(among("silent"), self.wave.frame.size - base, self.wave.frame.size - base)
        said = plus(*(terms for (one, other), terms in pairs.items() if one and other != "silent"))
        leaking = among("inactive", users=True)
        self._table(None, "leakage", "leakage", {"leakage": leaking}, said)
        self.cells.append(Cell("leakage", "users who are active", among("active", users=True), (leaking,)))

    def _table(self, item: Item | None, measure: str, question: str, counts: dict[str, Terms], base: Terms) -> None:
        read(
            self.puzzle,
            self.released,
            measure,
            question,
            Lines({c: [t] for c, t in counts.items()}, [base], alternatives=False),
        )
        lines = Lines({code: [terms] for code, terms in counts.items()}, [base], alternatives=False)
        outside = minus({place: 1 for terms in self.kinds.values() for place in terms}, base)
        self.cells += cells_of(lines, 0, measure, question, outside)
        alone = {option.code for option in item.options if option.exclusive} if item is not None else set()
        self.nearly += [(f"{measure} {question} {c}", t, base) for c, t in counts.items() if c not in alone]


def tally(possible: Sequence[Choice], mine: Sequence[Choice]) -> Iterator[tuple[Choice, int]]:
    """Yield how many people chose what is possible."""
    numbers = Counter(mine)
    yield from ((one, numbers.pop(one, 0)) for one in possible)
    assert not numbers, numbers


def read(puzzle: Puzzle, released: ReleasedWave, measure: str, question: str, lines: Lines) -> None:
    """Let the attacker read the rows of one table for everyone."""
    for row in released.rows(measure):
        if row.question == question and row.figure.status is not Status.SUPPRESSED:
            if row.figure.count is not None:
                puzzle.publish(f"{measure} {question} {row.option}", lines.counts[row.option][0], row.figure.count)
            if row.figure.base is not None:
                puzzle.publish(f"{measure} {question} {row.option}", lines.bases[0], row.figure.base)


def sensitive_question(
    wave: Wave, released: ReleasedWave, item: Item
) -> tuple[Puzzle, list[Cell], list[tuple[str, Terms, Terms]]]:
    """Return the puzzle of one sensitive question with one answer that nothing else depends on."""
    puzzle = Puzzle()
    measure = item.measure or f"answers.{item.id}"
    masks: dict[str, Mask] = dict(zip(codes_of(item), masks_of(wave, item), strict=True))
    listed = [option.code for option in item.options if not option.refusal] or list(masks)
    counts = {code: [puzzle.unknown(int(masks[code].sum()))] for code in listed}
    lines = Lines(counts, [plus(*(line[0] for line in counts.values()))], alternatives=True)
    silent = puzzle.unknown(wave.frame.size - int(np.logical_or.reduce([masks[code] for code in listed]).sum()))
    puzzle.bind(plus(lines.bases[0], silent), wave.frame.size, wave.frame.size)
    read(puzzle, released, measure, item.id, lines)
    harmless = {option.code for option in item.options if option.exclusive}
    nearly = [(f"{measure} {code}", line[0], lines.bases[0]) for code, line in counts.items() if code not in harmless]
    return puzzle, cells_of(lines, 0, measure, item.id, silent), nearly


def unanimity(puzzle: Puzzle, name: str, count: Terms, base: Terms) -> Iterator[Claim]:
    """Yield that it must stay possible that fewer than nine of ten have an answer that nearly all have."""
    number, people = puzzle.value(count), puzzle.value(base)
    part, whole = NEARLY
    if people and (whole * number >= part * people or people - number <= ALL_BUT):
        yield Claim(
            f"{name} = {number} of {people}",
            "less than 90 %",
            ((minus(times(part, base), times(whole, count)), 1, float("inf")),),
        )
