"""The command line: parses, builds what the command needs, and turns errors into words and exit codes.

Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 the environment is wrong.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from surveyapp import app
from surveyapp.cli import (
    analyse,
    demo,
    doctor,
    init,
    kpi,
    people,
    pilot,
    questionnaire,
    report,
    reveal,
    serve,
    settings,
)
from surveyapp.cli import wave as wave_commands
from surveyapp.errors import EnvironmentProblemError, SurveyError

_GROUPS = (
    demo,
    serve,
    init,
    settings,
    questionnaire,
    pilot,
    people,
    wave_commands,
    reveal,
    kpi,
    report,
    analyse,
    doctor,
)


def parser() -> ArgumentParser:
    """Return the parser of all commands."""
    made = ArgumentParser(
        prog="surveyapp",
        description="An anonymous survey platform that tells a company whether its AI pilot should be rolled out.",
        epilog="Start with: surveyapp demo",
    )
    commands = made.add_subparsers(metavar="COMMAND", title="commands")
    for module in _GROUPS:
        module.add_commands(commands)
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run the command in *words* (by default the process's own) and return its exit code."""
    line = parser()
    arguments = line.parse_args(words)
    run = getattr(arguments, "run", None)
    if run is None:
        getattr(arguments, "usage", line.print_help)()
        return 2
    try:
        if arguments.needs is None:
            code: int = run(arguments)
        else:
            code = run(arguments, app.services(arguments.needs))
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
