"""A list of people to fill in: the right headings, and one example row per group of the charter."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from analysis.codebook import Option

_ROWS: Final = 1000  # that offer groups and languages to choose from
_LONGEST: Final = 255  # characters of all choices together, by Excel
_EXAMPLES: Final = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov")
Row = tuple[str, ...]


def template_rows(
    groups: Sequence[Option], languages: Sequence[str], language: str, say: Callable[[str], str]
) -> tuple[Row, ...]:
    """Return headings and examples in the reader's *language*, with words from *say*."""
    labels = [group.label.into(language) for group in groups] or [""]
    people = [(_EXAMPLES[place % len(_EXAMPLES)], label) for place, label in enumerate(labels)]
    return (
        (say("E-mail"), say("Full name"), say("Team"), say("Language")),
        *(
            (f"example{number}@example.org", name, label, languages[(number - 1) % len(languages)])
            for number, (name, label) in enumerate(people, 1)
        ),
    )


def as_csv(rows: Sequence[Row], language: str) -> bytes:
    """Return *rows* as spreadsheet programs of readers of *language* open them."""
    target = io.StringIO()
    # Where the comma divides decimals, the semicolon divides cells; the mark at the start tells Excel the letters.
    csv.writer(target, delimiter="," if language == "en" else ";").writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def as_workbook(rows: Sequence[Row], languages: Sequence[str]) -> bytes:
    """Return *rows* as a workbook that offers their groups and all *languages* to choose from."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    ) as book:
        sheet: Any = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row, None if number else bold)
        sheet.set_column(0, 1, 32)
        sheet.set_column(2, 3, 18)
        sheet.freeze_panes(1, 0)
        for column, choices in ((2, [row[2] for row in rows[1:]]), (3, list(languages))):
            if len(",".join(choices)) <= _LONGEST and not any("," in choice for choice in choices):
                offer = {"validate": "list", "source": choices, "error_type": "warning"}
                sheet.data_validation(1, column, _ROWS, column, offer)
    return target.getvalue()
