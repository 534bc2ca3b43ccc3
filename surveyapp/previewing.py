"""A wave as its respondents meet it, or would: before it has started, with words in the place of its keys."""

from dataclasses import replace
from typing import Final

from surveyapp.office.waves import StartedWave, UnknownWaveError, Waves
from surveyapp.poll import Poll, Polls
from surveyapp.starting import Starting
from surveyapp.wave import WaveKey

# There is no key yet whose fingerprint could be shown.
SAMPLE_FINGERPRINT: Final = "0000 0000 0000 0000 0000"


class Previewing:
    """Looks up waves that have started, and sketches the others."""

    def __init__(self, waves: Waves, starting: Starting) -> None:
        self._waves = waves
        self._starting = starting

    def polls(self) -> Polls:
        """Return the waves, made anew each time: what a wave would start with changes until it does.

        What is returned raises, where a wave is sketched:
            RefusedError: the charter plans no such wave.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        return Polls(self._found_or_sketched)

    def poll(self, key: WaveKey) -> Poll:
        """Return one wave; a sketched one has a fingerprint that is none.

        Raises:
            RefusedError: the charter plans no such wave.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        poll = self.polls().known(key)
        try:
            self._waves.find(key)
        except UnknownWaveError:
            return replace(poll, fingerprint=SAMPLE_FINGERPRINT)
        return poll

    def _found_or_sketched(self, key: WaveKey) -> StartedWave:
        try:
            return self._waves.find(key)
        except UnknownWaveError:
            return self._starting.sketch(key)
