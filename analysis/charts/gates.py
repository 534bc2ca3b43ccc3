"""One bar per gate: its interval, the value in it and the line that it must reach."""

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.lettering import width
from analysis.charts.look import ACCENT, ACCENT_SOFT, QUIET, SMALL, TRACK
from analysis.charts.parts import Scale, threshold_line
from analysis.results import Amount, Gate, Share
from analysis.wording import Wording

WIDTH = 249.0
_THICK = 12.0
_MIDDLE = 20.0


def gate_bar(gate: Gate, words: Wording) -> Chart | None:
    """Draw what is known of a gate; nothing where it has no threshold to be measured against."""
    if gate.threshold is None:
        return None
    scale = Scale(1, WIDTH - 2, *_ends(gate))
    canvas = Canvas(WIDTH, 42)
    canvas.box(scale.left, _MIDDLE - _THICK / 2, scale.room, _THICK, TRACK)
    if gate.low is not None and gate.high is not None:
        start, end = scale.at(gate.low), scale.at(gate.high)
        canvas.box(start, _MIDDLE - _THICK / 2, max(end - start, 1.0), _THICK, ACCENT_SOFT)
    text = number(gate, gate.threshold, words)
    threshold_line(canvas, scale.at(gate.threshold), _MIDDLE - _THICK / 2 - 2, _MIDDLE + _THICK / 2 + 2, text, WIDTH)
    if gate.estimate is not None:
        x = scale.at(gate.estimate)
        canvas.box(x - 1.5, _MIDDLE - _THICK / 2 - 1, 3, _THICK + 2, ACCENT)
        value = number(gate, gate.estimate, words)
        half = width(value, bold=True) / 2
        canvas.text(min(max(x, half), WIDTH - half), _MIDDLE + 18, value, ink=ACCENT, bold=True, align="center")
    else:
        canvas.text(WIDTH / 2, _MIDDLE + 18, words.phrase("no data"), size=SMALL, ink=QUIET, align="center")
    return canvas.chart(_alt(gate, words))


def number(gate: Gate, value: float, words: Wording) -> str:
    """Return a value of this gate with its unit."""
    return words.percent(value) if gate.unit == "share" else words.amount(value, gate.unit)


def limits(gate: Gate, words: Wording) -> str:
    """Return the limits of this gate's interval, empty where it has none."""
    if gate.low is None or gate.high is None:
        return ""
    if gate.unit == "share":
        return words.percents(gate.low, gate.high)
    return words.phrase("%(low)s to %(high)s", low=Amount(gate.low), high=Amount(gate.high, gate.unit))


def span(gate: Gate, words: Wording) -> str:
    """Return the interval of this gate with its confidence, empty where it has none."""
    between = limits(gate, words)
    return between and words.phrase("%(level)s interval %(limits)s", level=Share(level(gate)), limits=between)


def level(gate: Gate) -> float:
    """Return the confidence of the gate's interval: measured gates have one-sided 90 % bounds, together 80 %."""
    return 0.80 if gate.grade else 0.90


def _ends(gate: Gate) -> tuple[float, float]:
    known = [value for value in (gate.threshold, gate.estimate, gate.low, gate.high) if value is not None]
    if gate.unit == "share" and all(0 <= value <= 1 for value in known):
        return 0.0, 1.0
    low, high = min(known), max(known)
    margin = (high - low) * 0.35 or abs(high) * 0.35 or 1.0
    return low - margin, high + margin


def _alt(gate: Gate, words: Wording) -> str:
    parts = [words.say(gate.title), words.phrase(gate.verdict.value)]
    if gate.threshold is not None:
        parts.append(words.phrase("needed %(value)s", value=number(gate, gate.threshold, words)))
    if gate.estimate is not None:
        parts.append(words.phrase("measured %(value)s", value=number(gate, gate.estimate, words)))
    if span(gate, words):
        parts.append(span(gate, words))
    return ", ".join(parts) + "."
