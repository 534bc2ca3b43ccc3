"""Makes the readouts that were asked for, one after the other."""

from collections.abc import Callable

import structlog

from surveyapp.errors import SurveyError
from surveyapp.results.requests import Requests
from surveyapp.wave import WaveKey

_LOG = structlog.get_logger()
_LONGEST = 500  # characters


class Making:
    """Makes readouts. *make* makes the one up to a wave, or raises a SurveyError that says why not."""

    def __init__(self, requests: Requests, make: Callable[[WaveKey], None]) -> None:
        self._requests = requests
        self._make = make

    def work(self) -> int:
        """Make everything that was asked for; return how many readouts."""
        made = 0
        while (key := self._requests.take()) is not None:
            try:
                self._make(key)
            except SurveyError as error:
                _LOG.warning("readout not made", wave=str(key), error=error)
                self._requests.failed(key, str(error).splitlines()[0][:_LONGEST])
            else:
                _LOG.info("readout made", wave=str(key))
                self._requests.made(key)
                made += 1
        return made
