"""What the figures stand on: readiness and owners, confidence and limits, data tables, methods."""

from collections.abc import Sequence

from analysis.render.blocks import Block, Bullets, Chapter, Line, Notice, Numbered, Prose, Table, spreads
from analysis.render.chapters.course import gate_numbers
from analysis.render.chapters.evidence import rest_of
from analysis.render.reading import Reading
from analysis.results import Count

_NARROW = 2  # tables with at most this many columns stand side by side
_SIDES = {"business": "Business", "technical": "Technical", "compliance": "Compliance"}
_STATES = {"open": "open", "done": "done", "failed": "failed", "waived": "waived"}
_PATH = {
    "hard_criteria": "Hard criteria before the start",
    "representative_data": "Representative data",
    "integration_early": "Integration planned early",
    "decision_on_data": "Go or no-go decided on data",
    "redesigned_workflow": "Redesigned workflow",
}


def readiness(reading: Reading) -> Chapter:
    """Show the readiness items, the owners and the five steps to production."""
    words = reading.words
    said = tuple(words.say(sentence) for sentence in reading.report.said("readiness"))
    blocks: list[Block] = [Prose(said)] if said else []
    blocks += [_items(reading), _owners(reading), _path(reading)]
    blocks += [plot for plot in rest_of(reading, "readiness") if plot]
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
    """Show every gate with all its numbers, then what limits them."""
    words, report = reading.words, reading.report
    blocks: list[Block] = [gate_numbers(reading)]
    blocks += [
        Bullets(words.say(gate.title), tuple(words.say(sentence) for sentence in gate.sentences))
        for gate in report.gates
        if gate.sentences
    ]
    limits = tuple(words.say(limit) for limit in report.limits)
    if limits:
        blocks.append(Bullets(words.phrase("Limitations"), limits))
    return Chapter("confidence", words.phrase("Confidence and limits"), tuple(blocks))


def tables(reading: Reading, numbered: Sequence[Numbered]) -> Chapter:
    """Print the figures of every chart as a table with the number of the chart."""
    words = reading.words
    blocks = spreads(numbered, narrow=lambda block: len(block.plot.table.heads) <= _NARROW)
    blocks = blocks or (Notice(words.phrase("There is no chart, so there is no table.")),)
    return Chapter("data", words.phrase("Data tables"), blocks, own_page=True)


def methods(reading: Reading) -> Chapter:
    """Print definitions, what disclosure control did, and where every figure comes from."""
    words, report = reading.words, reading.report
    definitions = tuple(
        Line(reading.title(measure), (reading.definition(measure),))
        for measure in report.measures
        if report.select(measure.id)
    )
    blocks: tuple[Block, ...] = (
        Table(words.phrase("Definitions"), words.phrase("Measure"), (words.phrase("Definition"),), definitions),
        Bullets(words.phrase("Protection of people"), _protection(reading)),
        _provenance(reading),
    )
    return Chapter("methods", words.phrase("Methods and provenance"), blocks)


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
            "%(primary)s figures are hidden because they are small, %(secondary)s more to protect those.",
            primary=Count(did.primary),
            secondary=Count(did.secondary),
        ),
    ]
    if did.dropped:
        measures = [reading.report.measure(name) for name in did.dropped]
        names = [reading.title(m) if m else name for name, m in zip(did.dropped, measures, strict=True)]
        said.append(words.phrase("Left out altogether by group: %(names)s.", names=", ".join(names)))
    return (*said, did.audit) if did.audit else tuple(said)


def _provenance(reading: Reading) -> Table:
    words, origin = reading.words, reading.report.provenance
    entries = [
        (words.phrase("Software"), f"surveyapp {origin.version}"),
        (words.phrase("Charter (SHA-256)"), origin.charter_hash),
        *(
            (f"{words.phrase('Questionnaire (SHA-256)')}, {reading.wave(wave)}", sha256)
            for wave, sha256 in origin.questionnaire_hashes
        ),
        (words.phrase("KPI series (SHA-256)"), origin.kpi_hash),
        (words.phrase("Key of the ballot box"), origin.key_mode),
        *(
            (f"{words.phrase('Fingerprint of the key')}, {reading.wave(wave)}", fingerprint)
            for wave, fingerprint in origin.fingerprints
        ),
    ]
    return Table(
        words.phrase("Where the figures come from"),
        words.phrase("Source"),
        (words.phrase("Version or hash"),),
        tuple(Line(term, (text,)) for term, text in entries if text),
    )
