"""Satisfaction in words: how usable the tool is, and who would recommend it, from published distributions."""

from collections.abc import Sequence

from analysis.intervals import net_promoter, student_mean, umux_lite
from analysis.packing import points
from analysis.released import ReleasedWave
from analysis.results import Amount, Count, Sentence

SEVEN = tuple(range(1, 8))
GRADES = tuple(range(11))
PROMOTER, PASSIVE = 9, 7  # from this grade on (Reichheld 2003)
LEAST = 8  # answers; fewer are too few to speak of an average
# Both means lie within limits of 97.5 % with at least 95 %, however they go together (Bonferroni).
EACH = 0.975


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return usability and recommendation of the latest wave that asked for each."""
    found: list[Sentence] = []
    for told in (_usability, _recommendation):
        found += next((said for wave in reversed(waves) if (said := told(wave))), [])
    return tuple(found)


def _grades(wave: ReleasedWave, measure: str, scale: Sequence[int]) -> list[int]:
    """Return everybody's published answer on the *scale*, lowest first; empty with gaps or another scale."""
    item = wave.item(measure)
    counts = {row.option: row.figure.count for row in wave.rows(measure) if not row.group}
    if item is None or points(item) != tuple(scale) or None in counts.values():
        return []
    return [grade for grade in scale for _ in range(counts.get(str(grade)) or 0)]


def _usability(wave: ReleasedWave) -> list[Sentence]:
    """Return the UMUX-Lite score, raw, with limits that hold whatever both answers have in common."""
    capability, ease = (_grades(wave, measure, SEVEN) for measure in ("capability", "ease"))
    people = min(len(capability), len(ease))
    if people < LEAST:
        return []
    first, second = (student_mean(grades, confidence=EACH) for grades in (capability, ease))
    low, high = (
        min(100.0, max(0.0, umux_lite(*edges))) for edges in ((first.low, second.low), (first.high, second.high))
    )
    return [
        Sentence(
            "Usability (UMUX-Lite, raw): %(score)s of 100, with at least 95 %% certainty between %(low)s and %(high)s "
            "(%(people)s people).",
            (
                ("score", Amount(umux_lite(first.value, second.value))),
                ("low", Amount(low)),
                ("high", Amount(high)),
                ("people", Count(people)),
            ),
        )
    ]


def _recommendation(wave: ReleasedWave) -> list[Sentence]:
    """Return promoters less detractors in percentage points, with 95 % limits."""
    grades = _grades(wave, "recommend", GRADES)
    if len(grades) < LEAST:
        return []
    promoters = sum(grade >= PROMOTER for grade in grades)
    detractors = sum(grade < PASSIVE for grade in grades)
    item = wave.item("recommend")
    everybody = item is not None and item.shown_if is None
    score = net_promoter(
        promoters,
        len(grades) - promoters - detractors,
        detractors,
        population=wave.invited if everybody else None,
    )
    return [
        Sentence(
            "%(promoters)s of %(people)s people would recommend the tool (9 or 10), %(detractors)s would not (0 to 6): "
            "a net score of %(score)s (95 %% interval %(low)s to %(high)s).",
            (
                ("promoters", Count(promoters)),
                ("people", Count(len(grades))),
                ("detractors", Count(detractors)),
                ("score", Amount(score.value, "points")),
                ("low", Amount(score.low)),
                ("high", Amount(score.high, "points")),
            ),
        )
    ]
