"""What a gate would say if the silent people were otherwise: one dot for each, beside the line to be reached."""

from collections.abc import Sequence

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.gates import number
from analysis.charts.lettering import width
from analysis.charts.look import ACCENT, HALF, INK, LINE, QUIET, RULE, SMALL, TEXT
from analysis.charts.parts import Scale, labels, threshold_line
from analysis.results import Gate
from analysis.wording import Wording

_TOP = 14.0
_GAP = 9.0  # between columns
_NAMES = 0.48  # of the sheet for the words of an assumption
_END = 4.0


def assumptions(title: str, gate: Gate, words: Wording, *, wide: float = HALF) -> Chart | None:
    """Draw what *gate* would come to if the people who did not answer were more or less like those who did.

    Nothing is drawn where fewer than two assumptions come to a value, or where nothing must be reached.
    """
    # What has a probability is about the rule itself, not about people.
    valued = [(one, one.value) for one in gate.assumptions if one.value is not None and one.probability is None]
    if len(valued) < 2 or gate.threshold is None:  # noqa: PLR2004  # one alone compares nothing
        return None
    values = [number(gate, value, words) for _, value in valued]
    verdicts = [words.phrase(one.verdict.value) for one, _ in valued]
    right = max(*(width(text, SMALL) for text in verdicts), *(width(text, bold=True) for text in values))
    scale = Scale(
        wide * _NAMES, wide * (1 - _NAMES) - right - _GAP, *_ends(gate.threshold, [value for _, value in valued])
    )
    broken = labels([words.say(one.words) for one, _ in valued], wide * _NAMES - _GAP, words, least=2 * TEXT * LINE + 5)
    bottom = _TOP + sum(label.height for label in broken)
    canvas = Canvas(wide, bottom + _END)
    y = _TOP
    for (_, value), label, text, verdict in zip(valued, broken, values, verdicts, strict=True):
        middle = y + label.height / 2
        canvas.lines(0, middle, label.lines)
        canvas.line((scale.left, middle), (scale.left + scale.room, middle), ink=RULE, weight=0.5)
        canvas.dot(scale.at(value), middle, 4.2, fill=ACCENT)
        canvas.text(wide, middle - 1.5, text, ink=INK, bold=True, align="right")
        canvas.text(wide, middle + SMALL * LINE - 1.5, verdict, size=SMALL, ink=QUIET, align="right")
        y += label.height
    needed = words.phrase("needed %(value)s", value=number(gate, gate.threshold, words))
    threshold_line(canvas, scale.at(gate.threshold), _TOP, bottom, needed, wide)
    told = (
        f"{words.say(one.words)}: {text}, {verdict}"
        for (one, _), text, verdict in zip(valued, values, verdicts, strict=True)
    )
    return canvas.chart(f"{title}. {needed}. {'; '.join(told)}.")


def _ends(threshold: float, values: Sequence[float]) -> tuple[float, float]:
    """Return a scale on which all values and the threshold stand apart from its ends."""
    low, high = min(threshold, *values), max(threshold, *values)
    margin = (high - low) * 0.12 or abs(high) * 0.12 or 1.0
    return low - margin, high + margin
