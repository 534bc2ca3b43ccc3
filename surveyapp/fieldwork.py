"""The life of a started wave up to its reveal: remind, extend, close, cancel. Knows plan and people, no answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from surveyapp.clock import Clock
from surveyapp.crypto.keyring import Keyring
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Desk
from surveyapp.errors import RefusedError, SurveyError
from surveyapp.office.box import BallotBox
from surveyapp.office.waves import StartedWave, Waves
from surveyapp.wave import WaveKey, WaveKind, WaveState

MOST_REMINDERS = 2
BETWEEN_REMINDERS = timedelta(days=3)
SILENT_FROM = 50  # invited: among fewer a look around the office tells who is meant
LONGEST_EXTENSION = timedelta(days=14)
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WaveView:
    """A planned wave and how far it is."""

    key: WaveKey
    kind: WaveKind
    opens_at: datetime
    closes_at: datetime
    state: WaveState
    band: str


class Fieldwork:
    """Reminds of, extends, closes and cancels waves, and turns them at their times; *start* starts one."""

    def __init__(
        self,
        *,
        desk: Desk,
        waves: Waves,
        box: BallotBox,
        keyring: Keyring,
        start: Callable[[WaveKey], int],
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._waves = waves
        self._box = box
        self._keyring = keyring
        self._start = start
        self._clock = clock
        self._said: dict[WaveKey, str] = {}

    def plan(self, slug: str) -> tuple[WaveView, ...]:
        """Return the waves of a pilot, started or not, in order.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        charter = current_charter(self._desk, slug)
        started = {wave.key.number: wave for wave in self._waves.of_pilot(slug)}
        zone = ZoneInfo(charter.time_zone)
        views = []
        for number, planned in enumerate(charter.waves, 1):
            wave = started.get(number)
            opens, closes = charter.times(planned)
            views.append(
                WaveView(
                    WaveKey(slug, number),
                    WaveKind(planned.kind),
                    opens,
                    wave.closes_at.astimezone(zone) if wave else closes,
                    wave.state if wave else WaveState.PLANNED,
                    wave.band if wave else "",
                )
            )
        return tuple(views)

    def remind(self, key: WaveKey, *, silent: bool = False) -> int:
        """Plan a reminder for everybody on the roster, or for the *silent* alone; return how many are planned.

        The number is the same for both: who is silent is found out when each is sent, and is never counted.

        Raises:
            RefusedError: the wave is not open, or has been reminded of twice or within three days, or too few are
                invited for a reminder to the silent.
        """
        now = self._clock()

        def allowed(wave: StartedWave) -> None:
            if wave.reminders >= MOST_REMINDERS:
                raise RefusedError("wave %(wave)s has been reminded of twice: more would only annoy", wave=key)
            if wave.reminded_at is not None and now - wave.reminded_at < BETWEEN_REMINDERS:
                raise RefusedError("wave %(wave)s was reminded of less than three days ago", wave=key)

        return self._waves.remind(key, now, allowed, silent_from=SILENT_FROM if silent else None)

    def extend(self, key: WaveKey, until: datetime) -> int:
        """Let a wave close at *until* (local time of the pilot, without a zone), once; return how many are told.

        Raises:
            RefusedError: it is not open, was extended before, or *until* is not within 14 days after its close.
        """
        closes = until.replace(tzinfo=ZoneInfo(current_charter(self._desk, key.pilot).time_zone))
        now = self._clock()

        def allowed(wave: StartedWave) -> None:
            if wave.extended:
                raise RefusedError("wave %(wave)s was extended before: once is all that the promise allows", wave=key)
            if wave.promised_at is not None and wave.closes_at <= now:
                raise RefusedError("wave %(wave)s is over: it could be extended before it closed", wave=key)
            if not wave.closes_at < closes <= wave.closes_at + LONGEST_EXTENSION:
                raise RefusedError(
                    "wave %(wave)s can be extended by at most %(days)s days after its close",
                    wave=key,
                    days=LONGEST_EXTENSION.days,
                )

        told = self._waves.extend(key, closes, allowed)
        _LOG.info("wave extended", wave=str(key))
        return told

    def cancel(self, key: WaveKey) -> int:
        """Destroy box, codes and keys of a wave unread and tell all invited; return how many. Again is harmless.

        Raises:
            RefusedError: it is being opened or was revealed, or the storage is in use and not yet clean.
        """
        told = self._waves.cancel(key)
        self._keyring.destroy(str(key))
        self._box.forget()
        _LOG.info("wave cancelled", wave=str(key))
        return told

    def close(self, key: WaveKey) -> bool:
        """Stop new ballots of a wave; false if it was closed before.

        Raises:
            UnknownWaveError: it was never started.
        """
        closed = self._waves.close(key)
        if closed:
            _LOG.info("wave closed", wave=str(key))
        return closed

    def who_reveals(self, key: WaveKey) -> str:
        """Return what comes after the close: a command where the key is a file, otherwise the trustee's page."""
        charter = current_charter(self._desk, key.pilot)
        if charter.privacy.key == "file":
            return f"surveyapp wave reveal {key.pilot} {key.number}"
        return f"{charter.trustee.name} ({charter.trustee.role}) opens the box on the page /staff/trustee/{key.pilot}"

    def turn_waves(self) -> None:
        """Close the waves whose time is over, start those whose time has come, and refresh the response bands.

        What cannot start is logged with its reason.
        """
        now = self._clock()
        self._waves.refresh_bands(now.date())
        for pilot in self._desk.pilots():
            if pilot.demo:
                continue
            for view in self.plan(pilot.slug):
                if view.state == WaveState.STARTED and view.closes_at <= now:
                    self.close(view.key)
                elif view.state == WaveState.PLANNED and view.opens_at <= now < view.closes_at:
                    self._try_to_start(view.key)

    def _try_to_start(self, key: WaveKey) -> None:
        try:
            self._start(key)
        except SurveyError as error:
            why = str(error).splitlines()[0]
            # Every round meets the same reason again: it is said once, and again when it is another.
            if self._said.get(key) != why:
                self._said[key] = why
                _LOG.warning("wave not started", wave=str(key), why=why)
