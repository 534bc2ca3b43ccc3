"""Narrow blocks stand side by side: none lost, none twice, all in their order, their columns about even."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.look import HALF, WIDTH
from analysis.render.blocks import Block, Line, Listed, Numbered, Picture, Plot, Prose, Spread, Table
from analysis.render.columns import columned


def a_table(number: int, rows: int, *, narrow: bool = True) -> Listed:
    lines = tuple(Line(f"Option {row}", ("64 % (42 of 66)",)) for row in range(rows))
    return Listed(number, Table(f"Table {number}", "", ("Figure",), lines, "numbers", (0.6, 0.4), narrow))


def a_chart(number: int, height: float, *, wide: float = HALF) -> Numbered:
    plot = Plot("Chart", Picture("", "", wide, height), "", a_table(number, 1).table, ("measure",))
    return Numbered(number, plot)


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Spread):
            for column in block.columns:
                yield from flat(column)
        else:
            yield block


BLOCKS = st.lists(
    st.one_of(
        st.builds(a_table, st.integers(), st.integers(0, 30), narrow=st.booleans()),
        st.builds(a_chart, st.integers(), st.floats(20, 300), wide=st.sampled_from([HALF, WIDTH])),
        st.builds(lambda number: Prose((f"Said {number}. " * (number % 40),)), st.integers(0, 1000)),
    ),
    max_size=15,
)


@given(BLOCKS)
def test_every_block_is_printed_once_and_in_its_order(blocks: list[Block]) -> None:
    assert list(flat(columned(blocks, "en"))) == blocks


@given(BLOCKS)
def test_only_narrow_blocks_stand_beside_others_and_no_column_is_empty(blocks: list[Block]) -> None:
    for block in columned(blocks, "en"):
        if isinstance(block, Spread):
            assert all(block.columns)
            assert all(part.narrow for column in block.columns for part in column)


@given(st.lists(st.floats(20, 300), min_size=2, max_size=12))
def test_no_spread_is_higher_than_a_page(heights: list[float]) -> None:
    for block in columned([a_chart(number, height) for number, height in enumerate(heights)], "en"):
        if isinstance(block, Spread) and sum(map(len, block.columns)) > 2:
            for column in block.columns:
                assert sum(part.plot.picture.height for part in column if isinstance(part, Numbered)) < 640


@pytest.mark.parametrize(
    ("heights", "left"),
    [((100, 100), 1), ((100, 50, 50), 1), ((50, 50, 100), 2), ((60, 60, 60, 60), 2)],
)
def test_columns_are_as_even_as_their_order_allows(heights: tuple[int, ...], left: int) -> None:
    charts = [a_chart(number, height * 3) for number, height in enumerate(heights)]

    spreads = columned(charts, "en", most=2000)

    assert spreads == (Spread((tuple(charts[:left]), tuple(charts[left:]))),)


def test_a_wide_chart_stands_alone_between_two_spreads() -> None:
    one, two, wide, three, four = (a_chart(n, 100, wide=WIDTH if n == 3 else HALF) for n in range(1, 6))

    assert columned([one, two, wide, three, four], "en") == (
        Spread(((one,), (two,))),
        wide,
        Spread(((three,), (four,))),
    )


def test_prose_alone_takes_the_whole_width() -> None:
    said = Prose(("Said.",))

    assert columned([said, a_chart(1, 80, wide=WIDTH)], "en")[0] == said
