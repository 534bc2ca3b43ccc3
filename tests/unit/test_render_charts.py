"""Charts say what they show, keep labels apart, and are the same bytes for the same figures."""

import itertools
import re
import xml.etree.ElementTree as ET
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import Chart
from analysis.charts.agreement import Statement, agreement
from analysis.charts.assumptions import assumptions
from analysis.charts.bars import bars
from analysis.charts.dots import Pair, dots
from analysis.charts.funnel import funnel
from analysis.charts.gates import gate_bar
from analysis.charts.lettering import width, wrap
from analysis.charts.level import level
from analysis.charts.look import HALF, PAPER, WIDTH, on_shade, shade
from analysis.charts.matrix import matrix
from analysis.charts.parts import Bar
from analysis.charts.ranges import ranges
from analysis.charts.slope import Slope, apart, slope
from analysis.codebook import Text
from analysis.results import GAP, Assumption, Figure, Gate, Verdict
from analysis.wording import NO_BREAK, wording

WORDS = wording("en")
LONG = "Datenschutzgrundverordnungsbeauftragtenangelegenheiten und bereichsübergreifende Zusammenarbeitsvereinbarungen"
SVG = "{http://www.w3.org/2000/svg}"


def share(count: int, base: int) -> Figure:
    value = count / base
    return Figure(count=count, base=base, share=value, low=max(0.0, value - 0.1), high=min(1.0, value + 0.1))


def supposed(rows: list[tuple[str, float | None]], wide: float = HALF) -> Chart | None:
    said = tuple(Assumption(Text.plain(name), value, None, Verdict.NOT_YET_PROVEN) for name, value in rows)
    return assumptions(
        "Silent",
        Gate("adoption", Text.plain("Adoption"), Verdict.PASS, threshold=0.7, assumptions=said),
        WORDS,
        wide=wide,
    )


def parsed(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)  # noqa: S314  # our own output


def texts(chart: Chart) -> list[tuple[float, float, float, float]]:
    """Return the box of every text in a chart: left, top, right, bottom."""
    boxes = []
    for node in parsed(chart).iter(f"{SVG}text"):
        style = node.get("style", "")
        size = float(re.search(r"([\d.]+)px", style)[1])  # type: ignore[index]
        bold = "bold" in style or "700" in style
        x, y = float(node.get("x", "nan")), float(node.get("y", "nan"))
        room = width("".join(node.itertext()), size, bold=bold)
        left = {"start": x, "middle": x - room / 2, "end": x - room}[
            (re.search(r"text-anchor: (\w+)", style) or ["", "start"])[1]
        ]
        boxes.append((left, y - size * 0.75, left + room, y + size * 0.15))
    return boxes


def overlapping(boxes: list[tuple[float, float, float, float]]) -> int:
    return sum(
        1
        for n, a in enumerate(boxes)
        for b in boxes[n + 1 :]
        if a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.2 and b[1] < a[3] - 0.2
    )


@cache
def every_chart(label: str, rows: int, wide: float = WIDTH) -> dict[str, Chart]:
    names = [f"{label} {n}" for n in range(rows)]
    some = [Bar(name, GAP if n % 4 == 3 else share(n, rows), strong=n == 0) for n, name in enumerate(names)]
    falling = [Bar(name, share(rows - n, rows)) for n, name in enumerate(names)]
    minutes = [Bar(name, Figure(low=float(n), high=float(n + 30))) for n, name in enumerate(names)]
    most = 6 if wide == WIDTH else 4
    waves = [Bar(f"Wave {n}", share(n + 1, 9)) for n in range(min(rows, most))]
    columns = names[:most]
    points = tuple(share(n, 10) for n in (1, 2, 3, 2, 2))
    ends = ("disagree", "agree") if wide == WIDTH else (f"disagree {label}", f"agree {label}")
    line = ("needed 70 %", 0.7)
    return {
        "bars": bars("Bars", some, WORDS, wide=wide),
        "brief": bars("Bars", some, WORDS, wide=wide, brief=True),
        "threshold": bars("Bars", some, WORDS, threshold=line[1], threshold_text=line[0], wide=wide),
        "funnel": funnel("Funnel", falling, WORDS, wide=wide),
        "level": level("Level", waves, WORDS, threshold=line[1], threshold_text=line[0], wide=wide),
        "dots": dots(
            "Dots",
            [Pair(name, share(n, rows), GAP) for n, name in enumerate(names)],
            (f"stuck {label}", f"passed {label}"),
            WORDS,
        ),
        "matrix": matrix(
            "Matrix", names, columns, [[share(n, rows) for _ in columns] for n in range(rows)], WORDS, wide=wide
        ),
        "gaps": matrix("Gaps", names, columns, [[GAP for _ in columns] for _ in range(rows)], WORDS, wide=wide),
        "slope": slope(
            "Change",
            [Slope(name, share(n, rows), share((n * 7) % rows, rows), strong=n == 0) for n, name in enumerate(names)],
            ("Pulse 1", "Closing"),
            WORDS,
            wide=wide,
        ),
        "meeting": slope(
            "Change", [Slope(n, share(1, 2), share(1, 2)) for n in names], ("Pulse 1", "Closing"), WORDS, wide=wide
        ),
        "assumptions": supposed([(name, n / rows) for n, name in enumerate(names)], wide) or bars("None", [], WORDS),
        "ranges": ranges("Minutes", minutes, WORDS, unit="minutes", wide=wide),
        "agreement": agreement("Scales", [Statement(name, points) for name in names], ends, WORDS, wide=wide),
    }


@pytest.mark.parametrize("kind", sorted(every_chart("Team", 3)))
@pytest.mark.parametrize(("label", "rows"), [("Team", 3), (LONG, 20)])
@pytest.mark.parametrize("wide", [WIDTH, HALF])
def test_no_label_lies_over_another_or_leaves_the_sheet(kind: str, label: str, rows: int, wide: float) -> None:
    chart = every_chart(label, rows, wide)[kind]
    sheet = parsed(chart)
    room, height = (float(sheet.get(side, "0").removesuffix("pt")) for side in ("width", "height"))

    boxes = texts(chart)

    assert boxes
    assert overlapping(boxes) == 0
    assert all(b[0] >= -0.5 and b[1] >= -0.5 and b[2] <= room + 0.5 and b[3] <= height + 0.5 for b in boxes)


@pytest.mark.parametrize("kind", sorted(every_chart("Team", 3)))
def test_no_text_is_smaller_than_eight_points(kind: str) -> None:
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", every_chart("Team", 3)[kind].svg)]

    assert sizes
    assert min(sizes) >= 8


@pytest.mark.parametrize("kind", sorted(every_chart("Team", 3)))
def test_the_same_figures_give_the_same_bytes(kind: str) -> None:
    assert every_chart("Team", 3)[kind].svg == every_chart.__wrapped__("Team", 3)[kind].svg


def test_the_alternative_text_states_every_number_and_every_gap() -> None:
    chart = bars("Use", [Bar("Sales", share(18, 22)), Bar("Support", GAP)], WORDS)

    assert chart.alt.replace(NO_BREAK, " ") == "Use. Sales: 82 % (18 of 22); Support: not shown."


@pytest.mark.parametrize(("count", "above"), [(30, True), (79, False), (96, True)])
def test_what_must_be_reached_is_written_where_no_point_lies(count: int, *, above: bool) -> None:
    figure = Figure(count=count, base=100, share=count / 100, low=count / 100 - 0.02, high=count / 100 + 0.02)
    chart = level("Level", [Bar("Wave", figure)] * 3, WORDS, threshold=0.7, threshold_text="needed 70 %", wide=HALF)

    line = next(
        float(found[1])
        for found in re.findall(r"M [\d.]+ ([\d.]+) \nL [\d.]+ ([\d.]+) \n.*?stroke-dasharray", chart.svg)
        if found[0] == found[1]
    )
    named = next(float(node.get("y", "")) for node in parsed(chart).iter(f"{SVG}text") if node.text == "needed 70 %")

    assert (named < line) == above


def test_assumptions_are_told_with_value_and_verdict() -> None:
    chart = supposed([("None is active", 0.25), ("All are active", 0.75), ("Told in a sentence", None)])

    assert chart is not None
    assert chart.alt.replace(NO_BREAK, " ") == (
        "Silent. needed 70 %. None is active: 25 %, NOT YET PROVEN; All are active: 75 %, NOT YET PROVEN."
    )
    assert supposed([("None is active", 0.25), ("Told in a sentence", None)]) is None


def test_gaps_are_hatched_and_explained() -> None:
    chart = matrix("Use", ["Sales"], ["Pulse"], [[GAP]], WORDS)

    assert "not shown: too few people" in chart.svg


def test_the_largest_loss_of_a_funnel_is_named() -> None:
    steps = [Bar("Invited", share(60, 60)), Bar("Responded", share(44, 60)), Bar("Active", share(36, 60))]

    chart = funnel("Funnel", steps, WORDS)

    assert "16 lost: the most" in chart.svg
    assert "8 lost" in chart.svg


def test_a_gate_without_threshold_has_no_bar() -> None:
    assert gate_bar(Gate("owners", Text.plain("Owners"), Verdict.PASS), WORDS) is None


def test_a_gate_bar_says_verdict_value_and_threshold() -> None:
    gate = Gate("adoption", Text.plain("Adoption"), Verdict.FAIL, 0.7, 0.42, 0.35, 0.49, 0.01)

    chart = gate_bar(gate, WORDS)

    assert chart is not None
    assert chart.alt.replace(NO_BREAK, " ") == (
        "Adoption, FAIL, needed 70 %, measured 42 %, 90 % interval 35\N{EN DASH}49 %."
    )


def test_a_word_too_long_for_its_column_is_hyphenated() -> None:
    lines = wrap("Zusammenarbeitsvereinbarungen", 90, language="de")

    assert len(lines) > 1
    assert lines[0].endswith("-")
    assert "".join(lines).replace("-", "") == "Zusammenarbeitsvereinbarungen"
    assert all(width(line) <= 90 for line in lines)


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("percent", range(101))
def test_numbers_on_every_shade_keep_their_contrast(percent: int) -> None:
    assert _contrast(shade(percent / 100), on_shade(percent / 100)) >= 4.5


def test_light_and_dark_shades_differ_in_grey() -> None:
    assert _contrast(shade(0), PAPER) < _contrast(shade(0.5), PAPER) < _contrast(shade(1), PAPER)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 20)), min_size=1, max_size=12))
def test_labels_that_are_pushed_apart_keep_their_order_and_stay_above_the_bottom(
    places: list[tuple[float, float]],
) -> None:
    middles, heights = [place for place, _ in places], [height for _, height in places]

    placed = apart(middles, heights, 0, 100 + sum(heights))

    order = sorted(range(len(placed)), key=lambda n: placed[n])
    for upper, lower in itertools.pairwise(order):
        assert placed[lower] - placed[upper] >= (heights[lower] + heights[upper]) / 2 - 1e-6
        assert middles[upper] <= middles[lower] + 1e-9
    assert placed[order[0]] - heights[order[0]] / 2 >= -1e-6
    assert placed[order[-1]] + heights[order[-1]] / 2 <= 100 + sum(heights) + 1e-6


def test_a_label_with_room_stays_where_its_line_ends() -> None:
    assert apart([10, 50, 90], [10, 10, 10], 0, 200) == (10, 50, 90)
