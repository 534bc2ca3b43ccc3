"""Tables on the screen in the order that a reader asks for, and everything that paper shows."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from analysis.render.blocks import Chapter, Line, Table
from analysis.render.composing import composed
from analysis.render.document import Document
from analysis.wording import wording
from surveyapp.web.screen import Exhibit, Order, Section, Sheet, sections
from tests.unit.report_factory import a_report

HEADS = ("Share", "Words", "Empty")


def told(language: str, lines: Sequence[tuple[str, ...]]) -> Document:
    table = Table("Title", "Name", HEADS, tuple(Line(head, cells) for head, *cells in lines))  # type: ignore[arg-type]
    return replace(_whole(language), chapters=(Chapter("one", "One", (table,)),))


def _whole(language: str) -> Document:
    return composed(a_report(), wording(language))


def first(found: tuple[Section, ...]) -> Sheet:
    sheet = found[0].parts[0]
    assert isinstance(sheet, Sheet)
    return sheet


def heads_of(language: str, lines: Sequence[tuple[str, ...]], order: Order) -> list[str]:
    return [line.head for line in first(sections(told(language, lines), order)).lines]


GERMAN = (
    ("a", "1.234,5 Minuten", "Öl", ""),
    ("b", "not shown", "Zebra", ""),
    ("c", "-3 %", "auto", ""),
    ("d", "99 % (9 von 10)", "Banane", ""),
    ("e", "99 % (9 von 10)", "", ""),
)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(), "abcde"),
        (Order("one-1", 1), "cdeab"),
        (Order("one-1", 1, down=True), "adecb"),
        (Order("one-1", 2), "cdbae"),
        (Order("one-1", 0, down=True), "edcba"),
        (Order("one-1", 3), "abcde"),
        (Order("one-1", 4), "abcde"),
        (Order("two-1", 1), "abcde"),
    ],
)
def test_numbers_are_sorted_as_numbers_and_what_is_hidden_comes_last(order: Order, expected: str) -> None:
    assert "".join(heads_of("de", GERMAN, order)) == expected


def test_each_language_has_its_own_decimal_sign() -> None:
    lines = (("a", "1.5", "", ""), ("b", "1,200", "", ""), ("c", "2.25", "", ""))

    assert heads_of("en", lines, Order("one-1", 1)) == ["a", "c", "b"]
    assert heads_of("de", lines, Order("one-1", 1)) == ["b", "a", "c"]


def test_a_second_click_turns_the_order_around() -> None:
    sheet = first(sections(told("de", GERMAN), Order("one-1", 1)))

    assert [head.sorted for head in sheet.heads] == ["", "ascending", "", ""]
    assert sheet.heads[1].address == "?lang=de&sort=one-1&by=1&down=1#one-1"
    assert sheet.heads[2].address == "?lang=de&sort=one-1&by=2#one-1"


def test_two_lines_need_no_order() -> None:
    assert {head.address for head in first(sections(told("de", GERMAN[:2]), Order())).heads} == {""}


@pytest.mark.parametrize("by", ["", "x", "-1", "1e9", "\N{ARABIC-INDIC DIGIT ONE}", "9999"])
def test_an_order_that_makes_no_sense_is_none(by: str) -> None:
    assert Order.asked({"sort": "one-1", "by": by, "down": "1"}) == Order()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_screen_shows_every_table_of_the_paper_once(language: str) -> None:
    document = _whole(language)

    found = sections(document, Order())

    parts = [part for section in found for part in section.parts]
    sheets = [part.sheet if isinstance(part, Exhibit) else part for part in parts if isinstance(part, Exhibit | Sheet)]
    numbers = [sheet.number for sheet in sheets if sheet.number is not None]
    assert len(numbers) > 10
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert len({sheet.key for sheet in sheets}) == len(sheets)
    chapters = {chapter.id for column in document.contents for chapter in column}
    assert chapters - {section.id for section in found} <= {document.tables.id}
    assert {gate.evidence for gate in document.cover.gates} <= {section.id for section in found}
