"""Data tables are packed into the columns of a page: none lost, none twice, none over the edge."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.render.blocks import Block, Line, Listed, Numbered, Picture, Plot, Prose, Spread, Table
from analysis.render.columns import packed, paired


def a_table(number: int, rows: int, *, columns: int = 2) -> Listed:
    lines = tuple(Line(f"Option {row}", ("64 % (42 of 66)",) * columns) for row in range(rows))
    return Listed(number, Table(f"Table {number}", "", ("Figure",) * columns, lines, style="numbers"))


def a_chart(number: int, *, small: bool) -> Numbered:
    table = a_table(number, 1).table
    return Numbered(number, Plot("Chart", Picture("", ""), "", table, ("measure",), small))


def listed(blocks: tuple[Block, ...]) -> list[int]:
    numbers = []
    for block in blocks:
        parts = [part for column in block.columns for part in column] if isinstance(block, Spread) else [block]
        numbers += [part.number for part in parts if isinstance(part, Listed)]
    return numbers


@given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from([1, 2, 5])), max_size=40))
def test_every_table_is_printed_once(shapes: list[tuple[int, int]]) -> None:
    tables = [a_table(number, rows, columns=columns) for number, (rows, columns) in enumerate(shapes)]

    assert sorted(listed(packed(tables, "en"))) == list(range(len(tables)))


@given(st.lists(st.integers(1, 30), max_size=40))
def test_no_column_is_longer_than_a_page(rows: list[int]) -> None:
    pages = packed([a_table(number, count) for number, count in enumerate(rows)], "en")

    for page in pages:
        for column in page.columns if isinstance(page, Spread) else ():
            lines = sum(len(part.table.lines) for part in column if isinstance(part, Listed))
            assert lines * 14.8 < 711


def test_wide_tables_take_the_whole_width_and_come_last() -> None:
    blocks = packed([a_table(1, 3, columns=5), a_table(2, 3), a_table(3, 3)], "en")

    assert [type(block) for block in blocks] == [Spread, Listed]
    assert listed(blocks) == [2, 3, 1]


def test_small_charts_that_follow_each_other_stand_side_by_side() -> None:
    first, second, third = (a_chart(number, small=True) for number in (1, 2, 3))
    large, words = a_chart(4, small=False), Prose(("Said.",))

    laid = paired([words, first, second, large, third])

    assert laid == (words, Spread(((first,), (second,))), large, Spread(((third,),)))
