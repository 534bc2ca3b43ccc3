"""`surveyapp questionnaire`: check files, print the schema for editors."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from surveyapp.cli import command
from surveyapp.errors import InputError


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    questionnaire = command.group(commands, "questionnaire", "check questionnaire files")
    check = command.add(
        questionnaire,
        "check",
        "name every problem as file:line:column: message",
        example="questionnaire check questionnaires/pulse.yaml",
        run=check_files,
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
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


def print_schema(_arguments: Namespace) -> int:
    """Print the schema."""
    from surveyapp.questionnaire.schema import schema

    print(schema(), end="")
    return 0
