"""The comparison of pilots as plain values in one language: a line per pilot, a cell per gate, for page and paper."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.charts.gates import number
from analysis.comparison import ORDER, Comparison, Pilot, Published, Readout, Stand, Waiting
from analysis.render.reading import wave_name
from analysis.render.standing import DECISIONS, SIGNS, facts
from analysis.results import Count, Day, Gate, Share, WaveFacts
from analysis.wording import NO_BREAK, Wording

_GATES = {
    "kpi": "Primary KPI",
    "adoption": "Adoption",
    "impact": "Impact",
    "readiness": "Readiness",
    "owners": "Owners",
}
_SIDES = 3  # business, technical, compliance
_WAITING = {
    Stand.UNLOCKED: "Its charter is not locked yet.",
    Stand.PLANNED: "Wave %(wave)s is planned for %(day)s.",
    Stand.OPEN: "Wave %(wave)s is open until %(day)s.",
    Stand.CLOSED: "Wave %(wave)s is closed; its ballot box is not opened yet.",
    Stand.UNREPORTED: "Wave %(wave)s is revealed; no readout tells of it yet.",
    Stand.UNREAD: "No wave is left, and none could be read.",
}
_REPORT = "surveyapp report"
_COMMANDS = {Stand.UNLOCKED: "surveyapp pilot lock", Stand.UNREPORTED: _REPORT}


@dataclass(frozen=True, slots=True)
class GateCell:
    """What one gate says; *style* only repeats sign and verdict in colour."""

    style: str
    sign: str
    verdict: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaveCell:
    """One wave that was held, and how many answered it."""

    name: str
    answered: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is waited for, and the command that ends the waiting, empty where none does."""

    reason: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A pilot with a decision: a cell for every gate of the heads, none where it has no such gate."""

    slug: str
    wave: int
    title: str
    made: str
    decision: str
    style: str
    gates: tuple[GateCell | None, ...]
    waves: tuple[WaveCell, ...]
    next: NextStep | None


@dataclass(frozen=True, slots=True)
class UndecidedLine:
    """A pilot without a decision, and why."""

    slug: str
    title: str
    next: NextStep


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the page itself."""

    decided: str
    undecided: str
    pilot: str
    decision: str
    waves: str
    waiting: str
    page: str
    of: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Pilots side by side in one language; *tally* is pairs of style and words, *first* what to do without pilots."""

    language: str
    title: str
    scope: str
    tally: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    decided: tuple[DecidedLine, ...]
    undecided: tuple[UndecidedLine, ...]
    key: str
    first: NextStep | None
    labels: Labels


def overview(comparison: Comparison, words: Wording) -> Overview:
    """Return *comparison* in the language of *words*.

    Raises:
        WordingError: a sentence lacks a value.
    """
    scope = (
        "All pilots, as of %(day)s" if comparison.whole else "The pilots in which you have the HR role, as of %(day)s"
    )
    order = _gates_in_order(comparison)

    def allowed(step: NextStep | None) -> NextStep | None:
        """Leave commands to those who see everything: nobody else can run them."""
        return step if comparison.whole or step is None else replace(step, command="")

    create = NextStep(
        words.phrase("No pilot is set up yet. A pilot begins with its charter:"),
        "surveyapp pilot create CHARTER.yaml",
    )
    return Overview(
        language=words.language,
        title=words.phrase("Pilots side by side"),
        scope=words.phrase(scope, day=Day(comparison.as_of)),
        tally=tuple(_tally(comparison, words)),
        heads=tuple(gate_name(gate, words) for gate in order.values()),
        decided=tuple(
            _decided(pilot, readout, published, tuple(order), words, step=allowed(next_step(pilot, words)))
            for pilot in comparison.pilots
            if (readout := pilot.readout) and (published := readout.published)
        ),
        undecided=tuple(
            UndecidedLine(pilot.slug, pilot.title, step)
            for pilot in comparison.pilots
            if not pilot.published and (step := allowed(next_step(pilot, words)))
        ),
        key=words.phrase(
            "Decisions, gates and waves are those of the newest readout of each pilot; nothing is counted anew. "
            "First come the pilots that somebody has to work on, then those to be ended, then those to be rolled out."
        ),
        first=None if comparison.pilots else create,
        labels=Labels(
            decided=words.phrase("Decisions"),
            undecided=words.phrase("No decision yet"),
            pilot=words.phrase("Pilot"),
            decision=words.phrase("Decision"),
            waves=words.phrase("Waves: end, answers of all invited"),
            waiting=words.phrase("What it waits for"),
            page=words.phrase("Page"),
            of=words.phrase("of"),
        ),
    )


def gate_name(gate: Gate, words: Wording) -> str:
    """Return what a gate is called in a few words."""
    return words.phrase(_GATES[gate.id]) if gate.id in _GATES else words.say(gate.title)


def next_step(pilot: Pilot, words: Wording) -> NextStep | None:
    """Return what a pilot waits for, if for anything."""
    if pilot.readout and not pilot.published:
        reason = "Readout %(number)s has a form that this version does not read; a new one will be shown here."
        return NextStep(words.phrase(reason, number=Count(pilot.readout.number)), f"{_REPORT} {pilot.slug}")
    if pilot.waiting is None:
        return None
    return _waiting(pilot.waiting, pilot.slug, words)


def _waiting(waiting: Waiting, slug: str, words: Wording) -> NextStep:
    day = Day(waiting.day) if waiting.day else ""
    command = _COMMANDS.get(waiting.stand, "")
    return NextStep(
        words.phrase(_WAITING[waiting.stand], wave=Count(waiting.wave), day=day), f"{command} {slug}" if command else ""
    )


def _gates_in_order(comparison: Comparison) -> dict[str, Gate]:
    """Return the gates of all pilots by id, as the first readouts that have them order them."""
    found: dict[str, Gate] = {}
    for pilot in comparison.decided:
        for gate in pilot.published.gates if pilot.published else ():
            found.setdefault(gate.id, gate)
    return found


def _tally(comparison: Comparison, words: Wording) -> Iterator[tuple[str, str]]:
    made = [pilot.published.decision for pilot in comparison.pilots if pilot.published]
    for decision in ORDER:
        if number := made.count(decision):
            yield DECISIONS[decision], f"{words.count(number)} {words.phrase(decision.value)}"
    if number := len(comparison.pilots) - len(made):
        yield "none", words.phrase("%(count)s without a decision", count=Count(number))


def _decided(
    pilot: Pilot,
    readout: Readout,
    published: Published,
    order: tuple[str, ...],
    words: Wording,
    *,
    step: NextStep | None,
) -> DecidedLine:
    gates = {gate.id: gate for gate in published.gates}
    made = words.phrase("Readout %(number)s, made on %(day)s", number=Count(readout.number), day=Day(readout.made_on))
    return DecidedLine(
        slug=pilot.slug,
        wave=readout.wave,
        title=pilot.title,
        made=made,
        decision=words.phrase(published.decision.value),
        style=DECISIONS[published.decision],
        gates=tuple(_gate(gates[name], published, words) if name in gates else None for name in order),
        waves=tuple(_wave(wave, published.waves, words) for wave in published.waves),
        next=step,
    )


def _gate(gate: Gate, published: Published, words: Wording) -> GateCell:
    style, sign = SIGNS[gate.verdict]
    said = tuple(facts(gate, words))
    if gate.id == "readiness":
        done = words.phrase(
            "%(done)s of %(items)s items done", done=Count(published.done), items=Count(published.items)
        )
        said = (done, *said)
    elif gate.id == "owners":
        said = (
            words.phrase("%(owners)s of %(sides)s named", owners=Count(published.owners), sides=Count(_SIDES)),
            *said,
        )
    elif gate.estimate is None and gate.threshold is not None:
        needed = words.phrase("needed %(value)s", value=number(gate, gate.threshold, words))
        said = (words.phrase("not measured"), needed, *said)
    return GateCell(style, sign, words.phrase(gate.verdict.value), said)


def _wave(wave: WaveFacts, waves: tuple[WaveFacts, ...], words: Wording) -> WaveCell:
    name = wave_name(waves, wave.number, words)
    if wave.closed_on:
        name = f"{name} \N{MIDDLE DOT} {words.day(wave.closed_on).replace(' ', NO_BREAK)}"
    if wave.invited is None or wave.invited < wave.revealed:
        return WaveCell(name, words.phrase("%(answers)s answers", answers=Count(wave.revealed)))
    answered = words.phrase(
        "%(answers)s of %(invited)s (%(share)s)",
        answers=Count(wave.revealed),
        invited=Count(wave.invited),
        share=Share(wave.revealed / max(1, wave.invited)),
    )
    return WaveCell(name, answered)
