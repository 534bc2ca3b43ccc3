"""What to do next, and who answered."""

from analysis.charts.gates import limits, number
from analysis.render.blocks import Block, Chapter, Line, Notice, Prose, Table
from analysis.render.plots import group_plot
from analysis.render.reading import Reading
from analysis.results import WaveFacts
from analysis.wording import NO_BREAK, Wording


def next_steps(reading: Reading) -> Chapter:
    """List the steps, largest first, with owner and the gate that each moves."""
    words, report = reading.words, reading.report
    gates = {gate.id: words.say(gate.title) for gate in report.gates}
    lines = tuple(
        Line(
            words.say(step.problem),
            (
                words.count(step.people) if step.people is not None else "",
                words.say(step.action),
                step.owner or words.phrase("nobody named yet"),
                gates.get(step.gate, step.gate),
            ),
        )
        for step in report.steps
    )
    heads = tuple(words.phrase(head) for head in ("People", "Smallest next step", "Owner", "Gate it moves"))
    block: Block = Table("", words.phrase("What is in the way"), heads, lines)
    if not lines:
        block = Notice(words.phrase("No stuck-point could be shown: too few answers, or no question asked for one."))
    return Chapter("next", words.phrase("What to do next"), (block,), own_page=True)


def who_answered(reading: Reading) -> Chapter:
    """Show the counts of every wave, and the response by group of the latest."""
    words = reading.words
    blocks: list[Block] = [Prose(tuple(words.say(said) for said in reading.report.said("response")))]
    if reading.report.waves:
        blocks.append(_counts(reading))
        notes = tuple(words.say(note) for wave in reading.report.waves for note in wave.notes)
        blocks.append(Prose(notes))
    measure = reading.report.measure("response")
    plot = group_plot(reading, measure) if measure else None
    if plot:
        blocks.append(plot)
    else:
        reason = words.phrase("No response rate can be shown: the number of invited people is not known.")
        blocks.append(Notice(reason))
    return Chapter("response", words.phrase("Who answered"), tuple(blocks))


def _counts(reading: Reading) -> Table:
    words = reading.words
    heads = ("Open", "Invited", "Ballots taken", "Ballots sent", "Counted", "Spoiled or empty")
    return Table(
        words.phrase("Ballots per wave"),
        words.phrase("Wave"),
        tuple(words.phrase(head) for head in heads),
        tuple(
            Line(f"{wave.number}{NO_BREAK}\N{MIDDLE DOT}{NO_BREAK}{reading.wave(wave.number)}", _wave(wave, words))
            for wave in reading.report.waves
        ),
        style="numbers",
        widths=(0.17, 0.26, 0.13, 0.11, 0.13, 0.1, 0.1),
    )


def _wave(wave: WaveFacts, words: Wording) -> tuple[str, ...]:
    days = [words.day(day) for day in (wave.opened_on, wave.closed_on) if day]
    counts = (wave.invited, wave.issued, wave.cast, wave.revealed, wave.spoiled + wave.empty)
    return (
        f"{NO_BREAK}\N{EN DASH} ".join(day.replace(" ", NO_BREAK) for day in days),
        *("\N{EN DASH}" if c is None else words.count(c) for c in counts),
    )


def gate_numbers(reading: Reading) -> Table:
    """Return every gate with all its numbers, the table behind the scorecard."""
    words = reading.words
    heads = ("Verdict", "Needed", "Measured", "Interval", "Chance", "Answers needed")
    lines = tuple(
        Line(
            words.say(gate.title),
            (
                words.phrase(gate.verdict.value),
                "" if gate.threshold is None else number(gate, gate.threshold, words),
                "" if gate.estimate is None else number(gate, gate.estimate, words),
                limits(gate, words),
                "" if gate.probability is None else words.chance(gate.probability),
                "" if gate.answers_needed is None else words.count(gate.answers_needed),
            ),
        )
        for gate in reading.report.gates
    )
    return Table(
        words.phrase("All gates"),
        words.phrase("Gate"),
        tuple(words.phrase(head) for head in heads),
        lines,
        style="numbers",
        widths=(0.22, 0.16, 0.13, 0.13, 0.15, 0.1, 0.11),
    )
