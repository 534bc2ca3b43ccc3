"""The command line: parses, builds what the command needs, and turns errors into words and exit codes.

Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 the environment is wrong.
"""

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from surveyapp.errors import EnvironmentProblemError, SurveyError

# Only the module of the wanted command is imported: help must be there at once.


def _demo(commands: Any) -> None:
    from surveyapp.cli import demo

    demo.add_commands(commands)


def _serve(commands: Any) -> None:
    from surveyapp.cli import serve

    serve.add_commands(commands)


def _init(commands: Any) -> None:
    from surveyapp.cli import init

    init.add_commands(commands)


def _settings(commands: Any) -> None:
    from surveyapp.cli import settings

    settings.add_commands(commands)


def _questionnaire(commands: Any) -> None:
    from surveyapp.cli import questionnaire

    questionnaire.add_commands(commands)


def _pilot(commands: Any) -> None:
    from surveyapp.cli import pilot

    pilot.add_commands(commands)


def _people(commands: Any) -> None:
    from surveyapp.cli import people

    people.add_commands(commands)


def _audit(commands: Any) -> None:
    from surveyapp.cli import audit

    audit.add_commands(commands)


def _wave(commands: Any) -> None:
    from surveyapp.cli import reveal, wave

    wave.add_commands(commands)
    reveal.add_commands(commands)


def _keys(commands: Any) -> None:
    from surveyapp.cli import keys

    keys.add_commands(commands)


def _account(commands: Any) -> None:
    from surveyapp.cli import account

    account.add_commands(commands)


def _kpi(commands: Any) -> None:
    from surveyapp.cli import kpi

    kpi.add_commands(commands)


def _report(commands: Any) -> None:
    from surveyapp.cli import report

    report.add_commands(commands)


def _compare(commands: Any) -> None:
    from surveyapp.cli import compare

    compare.add_commands(commands)


def _analyse(commands: Any) -> None:
    from surveyapp.cli import analyse

    analyse.add_commands(commands)


def _plan(commands: Any) -> None:
    from surveyapp.cli import plan

    plan.add_commands(commands)


def _backup(commands: Any) -> None:
    from surveyapp.cli import backup

    backup.add_commands(commands)


def _doctor(commands: Any) -> None:
    from surveyapp.cli import doctor

    doctor.add_commands(commands)


COMMANDS: Mapping[str, tuple[str, Callable[[Any], None]]] = {
    "demo": ("make three sample pilots from scratch, and serve them", _demo),
    "init": ("make databases, keys and the first administrator", _init),
    "serve": ("serve the pages, with the background worker beside them", _serve),
    "worker": ("send mails, start and close waves at their times", _serve),
    "settings": ("show every setting with its value and meaning", _settings),
    "questionnaire": ("check questionnaire files", _questionnaire),
    "plan": ("how many answers a verdict needs, and what a wave can show", _plan),
    "pilot": ("set up pilots and see how far they are", _pilot),
    "people": ("who is asked", _people),
    "account": ("who of the staff may sign in", _account),
    "audit": ("what staff did, as a table", _audit),
    "keys": ("list, export and restore the keys of ballot boxes", _keys),
    "wave": ("start, remind, close and reveal a wave", _wave),
    "kpi": ("measured values of the primary KPI", _kpi),
    "report": ("make the readout and the export of a pilot", _report),
    "compare": ("put all pilots side by side on one page", _compare),
    "analyse": ("readout and export from any CSV of answers", _analyse),
    "backup": ("copy the databases into a folder, and read the copy back", _backup),
    "restore": ("fill an empty installation from a backup", _backup),
    "doctor": ("check everything that the promise depends on", _doctor),
}


_LIVE_LONG = {"demo", "serve", "worker"}


def parser(wanted: str | None) -> ArgumentParser:
    """Return the parser, with the details of the *wanted* command only."""
    made = ArgumentParser(
        prog="surveyapp",
        description="An anonymous survey platform that tells a company whether its AI pilot should be rolled out.",
        epilog="Start with: surveyapp demo",
    )
    commands = made.add_subparsers(metavar="COMMAND", title="commands")
    if wanted is not None and wanted in COMMANDS:
        COMMANDS[wanted][1](commands)
    else:
        for name, (purpose, _) in COMMANDS.items():
            commands.add_parser(name, help=purpose)
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run the command in *words* (by default the process's own, which is then taken over) and return its exit code."""
    given = sys.argv[1:] if words is None else list(words)
    line = parser(given[0] if given else None)
    arguments = line.parse_args(given)
    run = getattr(arguments, "run", None)
    if run is None:
        getattr(arguments, "usage", line.print_help)()
        return 2
    if words is None:
        from surveyapp import logs

        logs.take_over()
        if given[0] not in _LIVE_LONG:
            # What a command of seconds leaves behind ends with it; looking for it took a fifth of a report.
            gc.set_threshold(100_000, 50, 100)
    try:
        if arguments.needs is None:
            code: int = run(arguments)
        else:
            from surveyapp import app

            code = app.run(run, arguments, arguments.needs)
    except EnvironmentProblemError as error:
        print(error, file=sys.stderr)
        return 3
    except SurveyError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
