"""Turn the single-response answers of the Stack Overflow Developer Survey 2024 into answers for `surveyapp analyse`.

    python examples/developers/convert.py stackoverflow-2024.csv.gz answers.csv

Data: Stack Overflow Developer Survey 2024, Stack Exchange Inc., Open Database License 1.0.
"""

import csv
import gzip
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ATTRIBUTION = "Stack Overflow Developer Survey 2024, Stack Exchange Inc."

# Column of the answers -> column of the survey, and the codes of its labels. "" is an answer that names nothing.
CODES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "group": (
        "org_size",
        {
            "Just me - I am a freelancer, sole proprietor, etc.": "alone",
            "2 to 9 employees": "to_9",
            "10 to 19 employees": "to_19",
            "20 to 99 employees": "to_99",
            "100 to 499 employees": "to_499",
            "500 to 999 employees": "to_999",
            "1,000 to 4,999 employees": "to_4999",
            "5,000 to 9,999 employees": "to_9999",
            "10,000 or more employees": "larger",
            "I don\N{RIGHT SINGLE QUOTATION MARK}t know": "",
        },
    ),
    "branch": (
        "main_branch",
        {
            "I am a developer by profession": "professional",
            "I am not primarily a developer, but I write code sometimes as part of my work/studies": "sometimes",
            "I am learning to code": "learning",
            "I code primarily as a hobby": "hobby",
            "I used to be a developer by profession, but no longer am": "former",
        },
    ),
    "use": ("ai_select", {"Yes": "uses", "No, but I plan to soon": "plans", "No, and I don't plan to": "neither"}),
    "stance": (
        "ai_sent",
        {
            "Very favorable": "very_favourable",
            "Favorable": "favourable",
            "Indifferent": "indifferent",
            "Unfavorable": "unfavourable",
            "Very unfavorable": "very_unfavourable",
            "Unsure": "unsure",
        },
    ),
    "trust": (
        "ai_acc",
        {
            "Highly distrust": "1",
            "Somewhat distrust": "2",
            "Neither trust nor distrust": "3",
            "Somewhat trust": "4",
            "Highly trust": "5",
        },
    ),
    "complex": (
        "ai_complex",
        {
            "Very poor at handling complex tasks": "1",
            "Bad at handling complex tasks": "2",
            "Neither good or bad at handling complex tasks": "3",
            "Good, but not great at handling complex tasks": "4",
            "Very well at handling complex tasks": "5",
        },
    ),
    "threat": ("ai_threat", {"Yes": "threat", "No": "no_threat", "I'm not sure": "unsure"}),
}
# The published sums are shares of two points of a scale: asked as a question of their own they have an interval.
IN_THREE = {"": "", "1": "lower", "2": "lower", "3": "middle", "4": "upper", "5": "upper"}
COLUMNS = (*CODES, "trusts", "handles")


class UnknownLabelError(Exception):
    """The survey has an answer that is not in the list above."""


def converted(rows: Iterator[Mapping[str, str]]) -> Iterator[Sequence[str]]:
    """Yield the answers of every row, in the order of COLUMNS.

    Raises:
        UnknownLabelError: a label has no code.
    """
    for number, row in enumerate(rows, 2):
        codes = {}
        for column, (source, labels) in CODES.items():
            label = row[source]
            if label and label not in labels:
                raise UnknownLabelError(f"row {number}, column {source}: a label that was not there in 2024")
            codes[column] = labels[label] if label else ""
        codes["trusts"] = IN_THREE[codes["trust"]]
        # Published for people who are developers by profession only.
        codes["handles"] = IN_THREE[codes["complex"]] if codes["branch"] == "professional" else ""
        yield [codes[column] for column in COLUMNS]


def main(words: Sequence[str]) -> int:
    """Convert the file named first into the file named second; return the exit code."""
    if len(words) != 2:  # noqa: PLR2004  # from and to
        print(__doc__, file=sys.stderr)
        return 2
    source, target = map(Path, words)
    draft = target.with_name(f".{target.name}.new")
    try:
        with gzip.open(source, "rt", encoding="utf-8", newline="") as survey:
            answers = list(converted(csv.DictReader(survey)))
        with draft.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *answers])
        draft.replace(target)
    except (OSError, UnknownLabelError, KeyError) as error:
        print(f"nothing was written: {error}", file=sys.stderr)
        return 1
    print(f"{len(answers)} respondents in {target}\ndata: {ATTRIBUTION}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
