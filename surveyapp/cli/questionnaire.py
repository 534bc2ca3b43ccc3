"""`surveyapp questionnaire`: check files, put them on paper, print the schema for editors."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from surveyapp.cli import command
from surveyapp.errors import InputError


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    questionnaire = command.group(commands, "questionnaire", "check and print questionnaire files")
    check = command.add(
        questionnaire,
        "check",
        "name every problem as file:line:column: message",
        example="questionnaire check questionnaires/pulse.yaml",
        run=check_files,
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    paper = command.add(
        questionnaire,
        "print",
        "write every question with options, conditions, measure and source as a PDF",
        example="questionnaire print questionnaires/pulse.yaml --lang de --out pulse.pdf",
        run=print_questions,
    )
    paper.add_argument("file", type=Path, metavar="FILE")
    paper.add_argument("--lang", metavar="LANGUAGE", help="one of the file's languages (default: its first)")
    paper.add_argument("--out", type=Path, required=True, metavar="PDF", help="where to write it; must not exist")
    command.add(
        questionnaire,
        "schema",
        "print the JSON Schema that editors use while typing",
        example="questionnaire schema > questionnaires/schema.json",
        run=print_schema,
    )


def check_files(arguments: Namespace) -> int:
    """Check each file; problems of all of them, then 1 if there were any."""
    from surveyapp.questionnaire.loader import load

    wrong = 0
    for file in arguments.files:
        try:
            found = load(file)
        except InputError as error:
            wrong += 1
            for problem in error.problems or [str(error)]:
                print(problem, file=sys.stderr)
        else:
            print(f"{file}: {found.name} version {found.version}, {len(found.questions)} questions, no problems")
    return 1 if wrong else 0


def print_questions(arguments: Namespace) -> int:
    """Write the questionnaire as a PDF.

    Raises:
        InputError: the file is no questionnaire, or does not speak the language.
        UnprintableError: this machine lacks the libraries that print.
    """
    from surveyapp.printing.paper import on_paper
    from surveyapp.printing.questions import page_of
    from surveyapp.questionnaire.loader import load

    found = load(arguments.file)
    language = arguments.lang or found.languages[0]
    if language not in found.languages:
        raise InputError(f"{arguments.file} speaks {', '.join(found.languages)}, not {language}")
    content = on_paper("pack/questionnaire.html", "pack/pack.css", page_of(found, language), language)
    try:
        with arguments.out.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise InputError(f"{arguments.out} cannot be written: {error.strerror}") from error
    print(arguments.out)
    return 0


def print_schema(_arguments: Namespace) -> int:
    """Print the schema."""
    from surveyapp.questionnaire.schema import schema

    print(schema(), end="")
    return 0
