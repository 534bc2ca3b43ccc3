"""Who was asked and who answered a wave, with everything about it that a reader must know."""

from dataclasses import replace

from analysis.catalogue import CATALOGUE
from analysis.counting.tabulation import MOST_WITHOUT_TEAM, Wave, attendance
from analysis.plan import Plan
from analysis.results import Count, Measure, Sentence, WaveFacts


def facts(wave: Wave, plan: Plan) -> WaveFacts:
    """Return who was asked and who answered, with everything about it that a reader must know."""
    counts = wave.counts
    return WaveFacts(
        number=counts.number,
        kind=counts.kind,
        opened_on=counts.opened_on,
        closed_on=counts.closed_on,
        invited=counts.invited,
        issued=counts.issued,
        cast=counts.cast,
        revealed=wave.frame.size,
        spoiled=counts.spoiled,
        empty=counts.empty,
        notes=tuple(_notes(wave, plan)),
    )


def _notes(wave: Wave, plan: Plan) -> list[Sentence]:
    number = ("wave", Count(wave.number))
    notes = []
    if wave.frame.size < plan.reveal_minimum:
        notes.append(
            Sentence(
                "Wave %(wave)s has fewer than %(least)s ballots: nothing of it is shown.",
                (number, ("least", Count(plan.reveal_minimum))),
            )
        )
    if wave.counts.invited is not None and wave.invited is None:
        notes.append(
            Sentence("Wave %(wave)s has more ballots than invited people: nothing is estimated for them.", (number,))
        )
    if wave.frame.contradictions:
        notes.append(
            Sentence(
                "Wave %(wave)s: %(count)s answers contradict an earlier answer; they were left out, not repaired.",
                (number, ("count", Count(wave.frame.contradictions))),
            )
        )
    return notes + _about_teams(wave)


def _about_teams(wave: Wave) -> list[Sentence]:
    seen = attendance(wave)
    number = ("wave", Count(wave.number))
    notes = []
    if any(team.population is not None and team.answers > team.population for team in seen.teams):
        notes.append(
            Sentence("Wave %(wave)s: more people named a team than it has; nothing is weighted by team.", (number,))
        )
    without = seen.answers - sum(team.answers for team in seen.teams)
    if seen.teams and without > MOST_WITHOUT_TEAM * seen.answers:
        notes.append(
            Sentence("Wave %(wave)s: more than a tenth named no team; nothing is weighted by team.", (number,))
        )
    return notes


def response_measure() -> Measure:
    """Return what the rows about attendance mean."""
    return replace(CATALOGUE["response"], options=(("responded", Sentence("answered")),))
