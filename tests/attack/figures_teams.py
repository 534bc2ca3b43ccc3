"""What somebody knows about the answers of each team: codebook, totals, published rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from analysis.codebook import Item, Kind
from analysis.counting.tabulation import Wave, team_of, teams
from analysis.packing import points
from analysis.plan import Plan
from analysis.released import ReleasedWave
from analysis.results import Status
from tests.attack.figures_puzzle import Cell, Puzzle, Terms, minus, plus
from tests.attack.figures_tables import (
    Lines,
    Mask,
    asks_about,
    cells_of,
    choose,
    codes_of,
    holds,
    in_levels,
    masks_of,
    totals,
)

NOT_BY_TEAM = {"reach", "tool_days", "stuck_where", "sustained_recall", "tasks"}
SENSITIVE = {"other_tools", "other_account", "data_entered"}


Place = tuple[str, str, str, str]  # measure, question, team, option


@dataclass(slots=True)
class Teams:
    """The puzzle of one wave by team; the last line is the ballots without team."""

    wave: Wave
    released: ReleasedWave
    plan: Plan
    puzzle: Puzzle = field(default_factory=Puzzle)
    cells: list[Cell] = field(default_factory=list)
    steps: list[tuple[str, Terms]] = field(default_factory=list)  # differences of steps that nobody may know
    figures: dict[Place, tuple[Terms, Terms]] = field(default_factory=dict)  # count and base of every figure by team
    linked: bool = True  # who was asked one question was asked another: tables are not seen apart
    sizes: list[Terms] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    days: Lines | None = None
    _known: dict[str, Lines] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codes = [option.code for option in teams(self.wave)]
        self.sizes = self._attendance()
        self.days = self._latent("tool_days")
        if self.days is not None:
            self._active(self.days)
        for item in self.wave.frame.codebook.items:
            if not (item.sensitive or item.measure in SENSITIVE | NOT_BY_TEAM | {"group", "comment"}):
                self._item(item)

    # ------------------------------------------------------------------ everybody

    def _by_team(self, mask: Mask) -> list[int]:
        places = team_of(self.wave)[mask]
        counts = np.bincount(places, minlength=len(self.codes) + 1)
        return [int(count) for count in (*counts[1:], counts[0])]

    def _attendance(self) -> list[Terms]:
        puzzle, invited = self.puzzle, dict(self.wave.counts.invited_by_group)
        everybody = np.ones(self.wave.frame.size, dtype=np.bool_)
        truths = self._by_team(everybody)
        sizes = [
            puzzle.unknown(truth, invited.get(code, inf)) for code, truth in zip([*self.codes, ""], truths, strict=True)
        ]
        puzzle.bind(plus(*sizes), self.wave.frame.size, self.wave.frame.size)
        for row in self.released.rows("response"):
            if row.group and row.figure.count is not None:
                puzzle.publish(f"response {row.group}", sizes[self.codes.index(row.group)], row.figure.count)
        # That somebody named no team is silence, and so is what follows from it about the bases of such people.
        self.cells += [Cell("response", f"{code} ballots", size) for code, size in zip(self.codes, sizes, strict=False)]
        return sizes

    # ------------------------------------------------------------------ conditions

    def _latent(self, name: str) -> Lines | None:
        """Return the answers to a question that others depend on, by team; they are published for everyone only."""
        codebook = self.wave.frame.codebook
        item = codebook.item(name) or codebook.measuring(name)
        if item is None or item.kind in {Kind.MULTIPLE, Kind.RANK, Kind.TEXT, Kind.MATRIX}:
            return None
        if item.id not in self._known:
            masks = dict(zip(codes_of(item), masks_of(self.wave, item), strict=True))
            if sum(mask.sum() for mask in masks.values()) != self.wave.frame.given(item).sum():
                return None
            lines = self._lines(masks)
            self._known[item.id] = lines
            self._total(lines, item.measure or f"answers.{item.id}", item.id)
            self._asked_of(item, lines)
        return self._known[item.id]

    def _asked(self, item: Item) -> list[Terms] | None:
        """Return how many of each team were asked a question, if that depends on one other question."""
        names = asks_about(item.shown_if) if item.shown_if is not None else set()
        lines = self._latent(next(iter(names))) if len(names) == 1 else None
        if lines is None or item.shown_if is None:
            return None
        found = []
        for place, size in enumerate(self.sizes):
            parts = [line[place] for code, line in lines.counts.items() if holds(item.shown_if, code)]
            silent = [minus(size, lines.bases[place])] if holds(item.shown_if, None) else []
            found.append(plus(*parts, *silent))
        return found

    def _asked_of(self, item: Item, lines: Lines) -> None:
        """Nobody answers what was not asked; who was not asked because of an answer has the implied value."""
        asked = self._asked(item) if self.linked else None
        if asked is None or item.shown_if is None:
            return
        answered = self._latent(next(iter(asks_about(item.shown_if))))
        for place, people in enumerate(asked):
            if item.implied is None:
                self.puzzle.at_most(lines.bases[place], people)
            elif answered is not None:
                others = minus(answered.bases[place], people)
                self.puzzle.at_most(others, lines.counts[str(item.implied)][place])
                self.puzzle.at_most(lines.bases[place], answered.bases[place])
        self._keep_steps(item, asked)

    def _keep_steps(self, item: Item, asked: Sequence[Terms]) -> None:
        """Remember how many of a team were not asked, or not active among those asked, where they are one or two."""
        active = [] if self.days is None else self._hits(self.days)
        shown = self.wave.frame.shown[item.id]
        use = None if self.days is None else self._use()
        for place, code in enumerate(self.codes):
            others = [("not asked", minus(self.sizes[place], asked[place]))]
            if use is not None and not (use & ~shown).any():
                others.append(("asked, not active", minus(asked[place], active[place])))
            if use is not None and not (shown & ~use).any():
                others.append(("active, not asked", minus(active[place], asked[place])))
            self.steps += [
                (f"{item.id} {code} {name}", terms) for name, terms in others if self.puzzle.value(terms) in {1, 2}
            ]

    # ------------------------------------------------------------------ tables

    def _lines(self, masks: Mapping[str, Mask], base: Mask | None = None) -> Lines:
        puzzle = self.puzzle
        counts = {code: [puzzle.unknown(value) for value in self._by_team(mask)] for code, mask in masks.items()}
        if base is None:
            bases: list[Terms] = [plus(*column) for column in zip(*counts.values(), strict=True)]
        else:
            bases = [puzzle.unknown(value) for value in self._by_team(base)]
        for base_, size in zip(bases, self.sizes, strict=True):
            puzzle.at_most(base_, size)
        return Lines(counts, bases, base is None)

    def _total(self, lines: Lines, measure: str, question: str) -> None:
        for option, (count, base) in totals(self.released, measure, question).items():
            self.puzzle.bind(plus(*lines.counts[option]), count, count)
            self.puzzle.bind(plus(*lines.bases), base, base)

    def _publish(self, lines: Lines, measure: str, question: str) -> None:
        """Let the attacker read the rows of each team, and remember every cell of them."""
        for option, line in lines.counts.items():
            for code, count, base in zip(self.codes, line, lines.bases, strict=False):
                self.figures[measure, question, code, option] = count, base
        for row in self.released.rows(measure):
            if row.group and row.question == question and row.figure.status is not Status.SUPPRESSED:
                self.learn((measure, question, row.group, row.option), row.figure.count, row.figure.base)
        for place, code in enumerate([*self.codes, ""]):
            outside = minus(self.sizes[place], lines.bases[place])
            found = cells_of(lines, place, measure, code or "no team", outside)
            self.cells += found if code else found[1:]

    def learn(self, place: Place, count: int | None, base: int | None) -> None:
        """Let the attacker read one figure of a team."""
        for terms, value in zip(self.figures[place], (count, base), strict=True):
            if value is not None:
                self.puzzle.publish(" ".join(place), terms, value)

    def _use(self) -> Mask | None:
        days = self.wave.item("tool_days")
        return None if days is None else self.wave.frame.at_least(days, self.plan.active_days)

    def _hits(self, days: Lines) -> list[Terms]:
        many = [line for code, line in days.counts.items() if int(code) >= self.plan.active_days]
        return [plus(*(line[place] for line in many)) for place in range(len(self.sizes))]

    def _active(self, days: Lines) -> None:
        lines = Lines({"active": self._hits(days)}, days.bases, alternatives=False)
        self._total(lines, "active", "active")
        self._publish(lines, "active", "active")

    def _item(self, item: Item) -> None:
        frame = self.wave.frame
        if item.kind in {Kind.SCALE, Kind.MATRIX} and len(points(item)) > 3:
            for row in [row.code for row in item.rows] or [""]:
                known = f"answers.{item.id}.{row}" if row else item.measure or f"answers.{item.id}"
                self._table(item, self._lines(in_levels(masks_of(self.wave, item, row))), f"{known}.levels")
        elif item.kind in {Kind.SINGLE, Kind.BAND}:
            masks = dict(zip(codes_of(item), masks_of(self.wave, item), strict=True))
            listed = {option.code: masks[option.code] for option in item.options if not option.refusal}
            self._table(item, self._lines(listed), item.measure or f"answers.{item.id}")
        elif item.kind in {Kind.MULTIPLE, Kind.RANK}:
            listed = {option.code: frame.chosen(item, option.code) for option in item.options if not option.refusal}
            lines = self._lines(listed, frame.answered(item))
            for place in range(len(self.sizes)):
                choose(
                    self.puzzle, item, {code: line[place] for code, line in lines.counts.items()}, lines.bases[place]
                )
            self._table(item, lines, item.measure or f"answers.{item.id}")

    def _table(self, item: Item, lines: Lines, measure: str) -> None:
        self._total(lines, measure, item.id)
        self._publish(lines, measure, item.id)
        self._asked_of(item, lines)
