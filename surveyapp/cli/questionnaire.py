"""`surveyapp questionnaire`: check files, put them on paper, bring them from other programs and to them."""

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
    bring = command.add(
        questionnaire,
        "import",
        "turn an XLSForm (xlsx, xls, csv), LimeSurvey (lss, txt) or SurveyJS (json) into ours; name whatever got lost",
        example="questionnaire import form.xlsx --out questionnaires/form.yaml",
        run=import_questionnaire,
    )
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--out", type=Path, required=True, metavar="YAML", help="where to write it; must not exist")
    bring.add_argument("--language", default="en", metavar="CODE", help="of texts that name none (default: en)")
    bring.add_argument("--strict", action="store_true", help="exit with 1 if anything was lost or changed")
    leave = command.add(
        questionnaire,
        "export",
        "write a questionnaire as an XLSForm or for LimeSurvey; name whatever got lost",
        example="questionnaire export questionnaires/pulse.yaml --to xlsform --out pulse.xlsx",
        run=export_questionnaire,
    )
    leave.add_argument("file", type=Path, metavar="YAML")
    leave.add_argument("--to", choices=("xlsform", "limesurvey"), required=True, help="xlsx, or tab-separated text")
    leave.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it; must not exist")
    leave.add_argument("--strict", action="store_true", help="exit with 1 if anything was lost or changed")
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
    _write(arguments.out, on_paper("pack/questionnaire.html", "pack/pack.css", page_of(found, language), language))
    print(arguments.out)
    return 0


def import_questionnaire(arguments: Namespace) -> int:
    """Write another program's questionnaire as ours, with the report of losses in its first lines.

    Raises:
        InputError: the file cannot be read, nothing in it can be asked here, or the target exists.
    """
    from surveyapp.documents.fields import LANGUAGE
    from surveyapp.foreign.losses import one_line
    from surveyapp.foreign.reading import import_file
    from surveyapp.foreign.writing import written
    from surveyapp.questionnaire.loader import load_bytes

    if not LANGUAGE.fullmatch(arguments.language):
        raise InputError(f"{arguments.language} is no language code like en or pt-BR")
    found = import_file(arguments.file, language=arguments.language)
    report = [str(loss) for loss in found.losses]
    heading = f"from {one_line(arguments.file.name)} ({found.source}); {_counted(len(report))} on the way"
    text = written(found.questionnaire, [heading, *report]).encode()
    _write(arguments.out, text)
    for line in report:
        print(line)
    print(f"{arguments.out}: {len(found.questionnaire.questions)} questions; {_counted(len(report))} on the way")
    try:
        load_bytes(text, str(arguments.out))
    except InputError as error:
        print("still to do before it can be used:")
        for problem in error.problems:
            print(problem)
    return 1 if arguments.strict and report else 0


def export_questionnaire(arguments: Namespace) -> int:
    """Write the questionnaire in the format of another program, and print what is not as it was.

    Raises:
        InputError: the file is no questionnaire, or the target exists.
    """
    from surveyapp.foreign.to_limesurvey import to_limesurvey
    from surveyapp.foreign.to_xlsform import to_xlsform
    from surveyapp.questionnaire.loader import load

    exported = {"xlsform": to_xlsform, "limesurvey": to_limesurvey}[arguments.to](load(arguments.file))
    _write(arguments.out, exported.content)
    for loss in exported.losses:
        print(loss)
    print(f"{arguments.out}: {_counted(len(exported.losses))} on the way")
    return 1 if arguments.strict and exported.losses else 0


def _counted(losses: int) -> str:
    return "nothing was lost or changed" if not losses else f"{losses} things were lost or changed"


def _write(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, whole or not at all.

    Raises:
        InputError: it exists, or cannot be written.
    """
    try:
        with path.open("xb") as file:
            try:
                file.write(content)
                file.flush()
            except OSError:
                path.unlink()
                raise
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def print_schema(_arguments: Namespace) -> int:
    """Print the schema."""
    from surveyapp.questionnaire.schema import schema

    print(schema(), end="")
    return 0
