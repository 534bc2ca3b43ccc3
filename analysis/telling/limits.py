"""What a reader must not take the figures for."""

from collections.abc import Sequence

from analysis.plan import Amendment
from analysis.released import ReleasedWave
from analysis.results import Count, Day, Gate, Sentence

STANDING = (
    Sentence("Answers are what people say about themselves; nothing was observed."),
    Sentence("Waves are anonymous: the same person cannot be followed from one wave to the next."),
    Sentence("A pilot without a comparison group cannot tell the tool's effect from everything else that changed."),
    Sentence("People who volunteer for a pilot are keener than those who come later."),
)


def limits(
    waves: Sequence[ReleasedWave], gates: Sequence[Gate], amendments: Sequence[Amendment] = ()
) -> tuple[Sentence, ...]:
    """Return the standing limitations, and what these waves, agreed on in these versions, in particular cannot show."""
    found = list(STANDING)
    if amendments:
        found.insert(
            0,
            Sentence(
                "The charter was changed after it was locked, last on %(day)s (version %(version)s): what was agreed "
                "on later may have been agreed on in sight of results. The last section prints every change.",
                (("day", Day(amendments[-1].locked_on)), ("version", Count(amendments[-1].version))),
            ),
        )
    if any(gate.id == "impact" and gate.grade == "A" for gate in gates):
        found.remove(STANDING[2])
    if len(waves) == 1:
        found.append(Sentence("One wave so far: no trend can be shown."))
    if not any(wave.counts.kind == "baseline" for wave in waves):
        found.append(Sentence("No baseline wave was held: nothing can be compared with the time before."))
    return tuple(found)
