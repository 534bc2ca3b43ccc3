"""The life of a wave up to its reveal: start, remind, extend, close, cancel. Knows plan and people, never an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from surveyapp import canonical
from surveyapp.asking import OTHER_TEAMS, setting_of
from surveyapp.charter.model import Charter, PlannedWave
from surveyapp.charter.register import Register
from surveyapp.clock import Clock
from surveyapp.crypto.keyring import KeyMissingError, Keyring
from surveyapp.crypto.sealing import BoxPublicKey
from surveyapp.crypto.wrapping import DEPUTY
from surveyapp.desk.store import Desk
from surveyapp.errors import RefusedError, SurveyError
from surveyapp.office.box import BallotBox
from surveyapp.office.waves import StartedWave, Waves
from surveyapp.questionnaire import loader
from surveyapp.questionnaire.settling import settle
from surveyapp.wave import WaveKey, WaveKind, WaveState

MOST_REMINDERS = 2
BETWEEN_REMINDERS = timedelta(days=3)
LONGEST_EXTENSION = timedelta(days=14)
_HELD = frozenset({WaveState.CLOSED, WaveState.DESTROYING, WaveState.REVEALED})
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
    """Starts, reminds of, extends, closes and cancels waves."""

    def __init__(
        self,
        *,
        desk: Desk,
        waves: Waves,
        box: BallotBox,
        keyring: Keyring,
        questionnaires: Path,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._waves = waves
        self._box = box
        self._keyring = keyring
        self._questionnaires = questionnaires
        self._clock = clock

    def plan(self, slug: str) -> tuple[WaveView, ...]:
        """Return the waves of a pilot, started or not, in order.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        charter = self._charter(slug)
        started = {wave.key.number: wave for wave in self._waves.of_pilot(slug)}
        zone = ZoneInfo(charter.time_zone)
        views = []
        for number, planned in enumerate(charter.waves, 1):
            wave = started.get(number)
            opens, closes = _local(planned, zone)
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

    def groups_after_merging(self, slug: str) -> Mapping[str, str]:
        """Return for every charter group the group whose results will be shown; decided once, by the first wave."""
        charter = self._charter(slug)
        first = next(iter(self._waves.of_pilot(slug)), None)
        if first is not None:
            return first.groups
        # numpy waits until a wave starts: the pages of the web process never need it.
        from analysis.planning import merge_teams

        sizes = self._waves.group_sizes(slug)
        teams = list(dict.fromkeys([*(group.code for group in charter.groups), OTHER_TEAMS]))
        merge = merge_teams(
            [(team, sizes[team]) for team in teams if sizes.get(team)], minimum=charter.privacy.group_minimum
        )
        return {team: merge.becomes(team) for team in teams}

    def _asked_groups(self, slug: str, groups: Mapping[str, str]) -> Iterable[str]:
        """Return the merged groups that have people now, in the order of the charter."""
        sizes = self._waves.group_sizes(slug)
        return dict.fromkeys(merged for team, merged in groups.items() if sizes.get(team))

    def start(self, key: WaveKey) -> int:
        """Freeze the roster, make the key and plan the invitations of a wave; return how many are invited.

        Raises:
            RefusedError: something has to come first; the message says what.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        pilot = self._desk.pilot(key.pilot)
        entry = self._desk.charter(key.pilot)
        charter = self._charter(key.pilot)
        if entry.locked_at is None:
            raise RefusedError(f"the charter of {key.pilot} is not locked: `surveyapp pilot lock {key.pilot}`")
        planned = self._planned(charter, key)
        opens, closes = _local(planned, ZoneInfo(charter.time_zone))
        if not pilot.demo and closes <= self._clock():
            raise RefusedError(f"wave {key} was planned to close on {closes:%Y-%m-%d %H:%M}: its time is over")
        self._refuse_without_baseline(charter, key, planned)
        if any(wave.key == key for wave in self._waves.of_pilot(key.pilot)):
            # Said before a key is made: the one of a revealed wave is destroyed and must not be followed by another.
            raise RefusedError(f"wave {key} has been started already")
        groups = self.groups_after_merging(key.pilot)
        self._refuse_unfit_people(key.pilot, groups)
        questionnaire = settle(
            loader.load(self._questionnaires / f"{planned.questionnaire}.yaml"),
            setting_of(charter, key.number, self._asked_groups(key.pilot, groups)),
        )
        box_key, deputy = self._box_key(charter, key)
        wave = StartedWave(
            key=key,
            kind=WaveKind(planned.kind),
            state=WaveState.STARTED,
            opens_at=opens,
            closes_at=closes,
            promised_at=None if pilot.demo else closes,
            box_public_key=box_key,
            sign_public_key=self._keyring.make_signing_key(str(key)),
            key_mode=charter.privacy.key,
            questionnaire=canonical.to_json(questionnaire),
            charter=canonical.to_json(charter),
            groups=groups,
            deputy=deputy,
        )
        invited = self._waves.start(wave)
        _LOG.info("wave started", wave=str(key), invited=invited)
        return invited

    def remind(self, key: WaveKey) -> int:
        """Plan a reminder for everybody on the roster; return how many.

        Raises:
            RefusedError: the wave is not open, or has been reminded of twice or within three days.
        """
        now = self._clock()

        def allowed(wave: StartedWave) -> None:
            if wave.reminders >= MOST_REMINDERS:
                raise RefusedError(f"wave {key} has been reminded of twice: more would only annoy")
            if wave.reminded_at is not None and now - wave.reminded_at < BETWEEN_REMINDERS:
                raise RefusedError(f"wave {key} was reminded of less than three days ago")

        return self._waves.remind(key, now, allowed)

    def extend(self, key: WaveKey, until: datetime) -> int:
        """Let a wave close at *until* (local time of the pilot, without a zone), once; return how many are told.

        Raises:
            RefusedError: it is not open, was extended before, or *until* is not within 14 days after its close.
        """
        closes = until.replace(tzinfo=ZoneInfo(self._charter(key.pilot).time_zone))
        now = self._clock()

        def allowed(wave: StartedWave) -> None:
            if wave.extended:
                raise RefusedError(f"wave {key} was extended before: once is all that the promise allows")
            if wave.promised_at is not None and wave.closes_at <= now:
                raise RefusedError(f"wave {key} is over: it could be extended before it closed")
            if not wave.closes_at < closes <= wave.closes_at + LONGEST_EXTENSION:
                raise RefusedError(
                    f"wave {key} can be extended by at most {LONGEST_EXTENSION.days} days after its close"
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

    def refuse_lock_without_keys(self, slug: str) -> None:
        """Refuse while the trustee has not made the key of every planned wave.

        Raises:
            RefusedError: with the page where it is made.
        """
        charter = self._charter(slug)
        if charter.privacy.key == "file":
            return
        for number in range(1, len(charter.waves) + 1):
            key = WaveKey(slug, number)
            if self._keyring.wrapped_public_key(str(key)) is None:
                raise RefusedError(_no_key(charter, key))

    def who_reveals(self, key: WaveKey) -> str:
        """Return what comes after the close: a command where the key is a file, otherwise the trustee's page."""
        charter = self._charter(key.pilot)
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

    def _charter(self, slug: str) -> Charter:
        charter = canonical.from_json(self._desk.charter(slug).charter, Charter)
        return Register.of(charter, (change.change for change in self._desk.register(slug))).applied_to(charter)

    def _box_key(self, charter: Charter, key: WaveKey) -> tuple[BoxPublicKey, bool]:
        """Return the public key of the box, fresh or as the trustee made it, and whether a deputy has a copy."""
        if charter.privacy.key == "file":
            return self._keyring.make_box_key(str(key)), False
        try:
            made = self._keyring.wrapped(str(key))
        except KeyMissingError:
            raise RefusedError(_no_key(charter, key)) from None
        return made.public, made.copy_of(DEPUTY) is not None

    def _planned(self, charter: Charter, key: WaveKey) -> PlannedWave:
        if not 1 <= key.number <= len(charter.waves):
            raise RefusedError(f"the charter of {key.pilot} plans {len(charter.waves)} waves, there is no {key.number}")
        return charter.waves[key.number - 1]

    def _refuse_without_baseline(self, charter: Charter, key: WaveKey, planned: PlannedWave) -> None:
        if charter.gates.kpi.baseline is None:
            raise RefusedError("the charter lacks the baseline value of the KPI: without it no wave can start")
        if planned.kind == WaveKind.BASELINE:
            return
        held = {wave.kind for wave in self._waves.of_pilot(key.pilot) if wave.state in _HELD}
        if WaveKind.BASELINE not in held:
            raise RefusedError(f"wave {key} is a {planned.kind}: it can start when the baseline wave was held")

    def _refuse_unfit_people(self, slug: str, groups: Mapping[str, str]) -> None:
        sizes = self._waves.group_sizes(slug)
        if not sizes:
            raise RefusedError(f"{slug} has no people to ask: `surveyapp people import {slug} FILE`")
        unknown = sorted(sizes.keys() - groups.keys())
        if unknown:
            raise RefusedError(
                f"people of {slug} are in groups that the charter lacks: " + ", ".join(unknown) + ". Import them again"
            )

    def _try_to_start(self, key: WaveKey) -> None:
        try:
            self.start(key)
        except SurveyError as error:
            _LOG.warning("wave not started", wave=str(key), why=str(error).splitlines()[0])


def _no_key(charter: Charter, key: WaveKey) -> str:
    trustee = charter.trustee
    return f"wave {key} has no key yet: {trustee.name} ({trustee.role}) makes it on the page /staff/trustee/{key.pilot}"


def _local(planned: PlannedWave, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return planned.opens_at.replace(tzinfo=zone), planned.closes_at.replace(tzinfo=zone)
