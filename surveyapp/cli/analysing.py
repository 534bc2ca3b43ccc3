"""What a command says when an analysis or a document cannot be made."""

from collections.abc import Iterator
from contextlib import contextmanager

from surveyapp.errors import EnvironmentProblemError, InputError


@contextmanager
def told() -> Iterator[None]:
    """Turn what goes wrong in the analysis into what a person can act on.

    Raises:
        EnvironmentProblemError: this machine cannot print PDF.
        InputError: what was given cannot be analysed or printed.
    """
    from analysis.render.errors import PrinterMissingError
    from analysis.results import AnalysisError

    try:
        yield
    except PrinterMissingError as error:
        fix = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise EnvironmentProblemError(str(error), fix) from error
    except AnalysisError as error:
        raise InputError(str(error)) from error
