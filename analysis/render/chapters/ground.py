"""What the figures stand on: readiness and owners, confidence and limits, data tables, methods."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from math import inf

from analysis.charts.assumptions import assumptions
from analysis.charts.gates import number
from analysis.charts.parts import shown
from analysis.plan import Amendment
from analysis.render.blocks import Block, Bullets, Chapter, Line, Listed, Notice, Numbered, Picture, Plot, Prose, Table
from analysis.render.chapters.course import gate_numbers
from analysis.render.columns import columned
from analysis.render.plots import figures
from analysis.render.reading import Reading
from analysis.results import Assumption, Count, Day, Gate

# Beside a chart of the latter the distribution of the former is left to the export.
_COARSE = {"reach": "funnel", "tool_days": "active", "any_days": "active"}
_LISTED = {"drivers", "drivers_direction", "kpi_effect"}  # their chapters print them as tables
_NAMED = 6  # so many breakdowns that were left out are named on paper
_SIDES = {"business": "Business", "technical": "Technical", "compliance": "Compliance"}
_STATES = {"open": "open", "done": "done", "failed": "failed", "waived": "waived"}
_PATH = {
    "hard_criteria": "Hard criteria before the start",
    "representative_data": "Representative data",
    "integration_early": "Integration planned early",
    "decision_on_data": "Go or no-go decided on data",
    "redesigned_workflow": "Redesigned workflow",
}

_METHODS = (
    "Every rate is the share of the people who answered its question; its definition stands under it.",
    (
        "A question that was not asked because of an earlier answer counts with the answer that follows from it; "
        "a question that was shown and left empty counts as silent."
    ),
    (
        "Intervals hold for the finite list of invited people: a census has none. They are exact for groups, for small "
        "samples and where nobody or everybody agrees, else Wilson intervals with the finite population correction."
    ),
    (
        "The adoption gate gives the probability that enough of all invited people are active, every share of the "
        "silent people being as likely as the answers make it (beta-binomial, uniform prior)."
    ),
    "KPI and impact are means of teams, desks or weeks, never of people, with t intervals between these.",
    "A gate passes from a probability of 90 %% on and fails from 10 %% down. GO needs every gate to pass.",
    "Percentages are whole below 200 answers. Probabilities are rounded so that they never look stronger.",
)


def readiness(reading: Reading) -> Chapter:
    """Show the readiness items, the owners and the five steps to production."""
    words = reading.words
    said = tuple(words.say(sentence) for sentence in reading.report.said("readiness"))
    blocks: list[Block] = [Prose(said)] if said else []
    blocks += [_items(reading), _owners(reading), _path(reading)]
    return Chapter("readiness", words.phrase("Readiness and path to production"), tuple(blocks))


def _items(reading: Reading) -> Block:
    words = reading.words
    items = reading.report.pilot.readiness
    if not items:
        return Notice(words.phrase("The charter lists no readiness items, so readiness has no evidence."))
    lines = tuple(
        Line(
            words.say(item.text),
            (
                words.phrase(_STATES.get(item.status, item.status)),
                item.evidence or words.phrase("no evidence yet"),
                item.owner or words.phrase("nobody named yet"),
                words.day(item.reviewed_on) if item.reviewed_on else "",
            ),
        )
        for item in items
    )
    heads = tuple(words.phrase(head) for head in ("Status", "Evidence", "Owner", "Reviewed on"))
    return Table(words.phrase("Readiness"), words.phrase("What production needs"), heads, lines)


def _owners(reading: Reading) -> Block:
    words = reading.words
    owners = reading.report.pilot.owners
    if not owners:
        return Notice(words.phrase("No owners are named: nobody would answer for the result."))
    lines = tuple(
        Line(words.phrase(_SIDES.get(o.side, o.side)), (o.name or words.phrase("nobody named yet"), o.role))
        for o in owners
    )
    return Table(words.phrase("Owners"), words.phrase("Side"), (words.phrase("Name"), words.phrase("Role")), lines)


def _path(reading: Reading) -> Table:
    words = reading.words
    steps = {step.step: step for step in reading.report.pilot.path}
    lines = []
    for code, name in _PATH.items():
        step = steps.get(code)
        text = step.text if step else words.phrase("The charter says nothing about it.")
        evidence = step.evidence if step and step.evidence else words.phrase("no evidence yet")
        lines.append(Line(words.phrase(name), (text, evidence)))
    heads = (words.phrase("What the charter says"), words.phrase("Evidence"))
    return Table(words.phrase("Path to production"), words.phrase("Step"), heads, tuple(lines))


def confidence(reading: Reading) -> Chapter:
    """Show every gate with all its numbers, what limits them, how they are made, and what was hidden."""
    words, report = reading.words, reading.report
    blocks: list[Block] = [gate_numbers(reading)]
    told = {sentence for _, sentences in report.findings for sentence in sentences}
    further = ((gate, [words.say(one) for one in gate.sentences if one not in told]) for gate in report.gates)
    blocks += [Prose((f"{words.say(gate.title)}: {' '.join(said)}",)) for gate, said in further if said]
    if limits := tuple(words.say(limit) for limit in report.limits):
        blocks.append(Bullets(words.phrase("Limitations"), limits))
    blocks += [_supposed(reading, gate) for gate in report.gates if gate.assumptions]
    return Chapter("confidence", words.phrase("Confidence and limits"), tuple(blocks))


def _supposed(reading: Reading, gate: Gate) -> Block:
    """Show what a gate would say under other assumptions, drawn where they are about the silent people."""
    words, table = reading.words, _assumptions(reading, gate)
    chart = assumptions(table.title, gate, words) if gate.robustness else None
    if chart is None:
        return table
    definition = words.phrase("The last two are the limits of what the people who did not answer could change.")
    return Plot(table.title, Picture.of(chart), definition, table, (f"assumptions.{gate.id}",))


def _assumptions(reading: Reading, gate: Gate) -> Table:
    """Return what a gate would say under other assumptions, over the whole page where they come with chances."""
    words = reading.words
    chances = any(one.probability is not None for one in gate.assumptions)

    def told(one: Assumption) -> Line:
        value = "" if one.value is None else number(gate, one.value, words)
        chance = "" if one.probability is None else words.chance(one.probability)
        return Line(words.say(one.words), (value, *((chance,) if chances else ()), words.phrase(one.verdict.value)))

    lines = tuple(told(one) for one in gate.assumptions)
    heads = tuple(words.phrase(head) for head in ("Value", *(("Chance",) if chances else ()), "Verdict"))
    widths = (0.55, 0.13, 0.12, 0.2) if chances else (0.43, 0.29, 0.28)
    title = words.phrase("What other assumptions would change: %(gate)s", gate=gate.title)
    return Table(title, words.phrase("Assumption"), heads, lines, "numbers", widths, narrow=not chances)


def tables(reading: Reading, plots: Sequence[Numbered]) -> Chapter:
    """Print the figures of every chart under its number, then the measures that have no chart, wide tables last."""
    words = reading.words
    charted = _LISTED | {name for numbered in plots for name in numbered.plot.measures}
    rest = [
        measure
        for measure in reading.report.measures
        if not _told(measure.id, charted) and any(shown(bar.figure) for bar in reading.latest(measure))
    ]
    listed = [Listed(numbered.number, numbered.plot.table) for numbered in plots]
    further = [
        Listed(
            number,
            figures(reading.dated(measure), reading.latest(measure), words, measure.unit),
            reading.definition(measure),
        )
        for number, measure in enumerate(rest, len(listed) + 1)
    ]
    ordered = sorted([*listed, *further], key=lambda one: not one.narrow)
    blocks = columned(ordered, words.language, most=inf)
    if not blocks:
        blocks = (Notice(words.phrase("No figure was published, so there is no table.")),)
    return Chapter("data", words.phrase("Data tables"), blocks)


def _told(measure: str, charted: AbstractSet[str]) -> bool:
    """Return true if a chart has the figures of a measure, as they are or in a finer form."""
    finer = {_COARSE[measure]} if measure in _COARSE else {measure, measure.removesuffix(".levels")}
    return not charted.isdisjoint(finer)


def _protection(reading: Reading) -> tuple[str, ...]:
    words, did = reading.words, reading.report.disclosure
    said = [
        words.phrase(
            "A wave is opened from %(reveal)s valid ballots on, a group is shown from %(group)s answers on, "
            "comments from %(comments)s.",
            reveal=Count(did.reveal_minimum),
            group=Count(did.group_minimum),
            comments=Count(did.comment_minimum),
        ),
        words.phrase(
            "%(hidden)s figures are hidden: small numbers of people, and others from which they could be worked out.",
            hidden=Count(did.hidden),
        ),
        words.phrase(
            "An independent audit tried to work out small numbers from everything published, also with the eyes of "
            "somebody who knows one answer; it found none."
        ),
    ]
    dropped = tuple(dict.fromkeys(did.dropped))
    if len(dropped) > _NAMED:
        count = Count(len(dropped))
        said.append(
            words.phrase("%(count)s breakdowns by group are left out altogether; report.json names them.", count=count)
        )
    elif dropped:
        measures = [reading.report.measure(name) for name in dropped]
        names = [reading.title(m) if m else name for name, m in zip(dropped, measures, strict=True)]
        said.append(words.phrase("Left out altogether by group: %(names)s.", names=", ".join(names)))
    return tuple(said)


def provenance(reading: Reading) -> Chapter:
    """Print where every figure comes from, so that it can be checked later."""
    words, origin = reading.words, reading.report.provenance
    entries = [
        (words.phrase("Software"), f"surveyapp {origin.version}"),
        (words.phrase("Charter"), origin.charter_hash),
        *(
            (f"{words.phrase('Questionnaire')}, {reading.wave(wave)}", sha256)
            for wave, sha256 in origin.questionnaire_hashes
        ),
        (words.phrase("KPI series"), origin.kpi_hash),
        (words.phrase("Key of the ballot box"), origin.key_mode),
        *(
            (f"{words.phrase('Figures as released')}, {reading.wave(wave)}", sha256)
            for wave, sha256 in origin.figures_hashes
        ),
        *(
            (f"{words.phrase('Fingerprint of its key')}, {reading.wave(wave)}", fingerprint)
            for wave, fingerprint in origin.fingerprints
        ),
    ]
    table = Table(
        "",
        words.phrase("Source"),
        (words.phrase("Version or SHA-256"),),
        tuple(Line(term, (text,)) for term, text in entries if text),
        widths=(0.36, 0.64),
    )
    made = Bullets(words.phrase("How the figures are made"), tuple(words.phrase(method) for method in _METHODS))
    protected = Bullets(words.phrase("Protection of people"), _protection(reading))
    new = tuple(words.say(sentence) for sentence in reading.report.changes)
    blocks: list[Block] = [made, protected, *((Bullets(words.phrase("What is new"), new),) if new else ())]
    changed = tuple(_amended(reading, amendment) for amendment in origin.amendments)
    return Chapter(
        "provenance",
        words.phrase("Methods, and where the figures come from"),
        (*columned(blocks, words.language), *changed, table),
    )


def _amended(reading: Reading, amendment: Amendment) -> Table:
    """Print what a later version of the charter says differently, and why."""
    words = reading.words
    title = words.phrase(
        "Charter, version %(version)s of %(day)s: %(reason)s",
        version=Count(amendment.version),
        day=Day(amendment.locked_on),
        reason=amendment.reason,
    )
    heads = (words.phrase("Before"), words.phrase("After"))
    lines = tuple(Line(entry, (before, after)) for entry, before, after in amendment.entries)
    return Table(title, words.phrase("Entry of the charter"), heads, lines, widths=(0.4, 0.3, 0.3))
