"""Who keeps the keys of a pilot's boxes, how far each wave is, and what its trustee has to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from surveyapp.charter.model import Person
from surveyapp.clock import Clock
from surveyapp.crypto.key_directory import SIGN
from surveyapp.crypto.keyring import KeyDamagedError, KeyMissingError, Keyring, public_of
from surveyapp.crypto.sealing import BoxPublicKey
from surveyapp.crypto.wrapping import DEPUTY, WrappedKey
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import InputError, RefusedError
from surveyapp.office.rosters import Rosters, RosterSeal
from surveyapp.office.slot import GRACE
from surveyapp.office.waves import StartedWave, UnknownWaveError, Waves
from surveyapp.poll import describe, fingerprint
from surveyapp.wave import BadWaveKeyError, WaveKey, WaveKind, WaveState

EXPORTED = "keys export"  # as the audit log names it
_SHEET_KEPT = "recovery sheet kept"
_GONE = frozenset({WaveState.REVEALED, WaveState.CANCELLED})


class Due(StrEnum):
    """What has to be done next about a wave."""

    MAKE_KEY = "make the key"
    NOTHING = "nothing until it is closed"
    WAIT = "nothing until the promised date"
    OPEN = "open the box"
    GO_ON = "go on with the opening"
    RESTORE = "restore the key"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class KeptWave:
    """A wave as its trustee sees it. Once it has started, *published* is the fingerprint that the invited see."""

    key: WaveKey
    kind: WaveKind
    opens_at: datetime
    closes_at: datetime
    state: WaveState
    due: Due
    openable_at: datetime | None
    wrapped: WrappedKey | None
    published: str
    roster: RosterSeal | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that the trustee made, or nothing."""
        return fingerprint(self.wrapped.public, None) if self.wrapped else ""

    @property
    def deputy(self) -> bool:
        """Whether a deputy can open the box, too."""
        return self.wrapped is not None and self.wrapped.copy_of(DEPUTY) is not None


@dataclass(frozen=True, slots=True)
class KeptPilot:
    """A pilot as its trustee sees it."""

    slug: str
    title: str
    trustee: Person
    reveal_minimum: int
    passphrase: bool
    waves: tuple[KeptWave, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of keys that were to be put back: waves whose files are back, were there, and need none any more."""

    back: tuple[str, ...]
    there: tuple[str, ...]
    over: tuple[str, ...]


class Custody:
    """Shows, takes in and gives back the keys of boxes; never opens one."""

    def __init__(self, *, desk: Desk, waves: Waves, rosters: Rosters, keyring: Keyring, clock: Clock) -> None:
        self._desk = desk
        self._waves = waves
        self._rosters = rosters
        self._keyring = keyring
        self._clock = clock

    def pilot(self, slug: str) -> KeptPilot:
        """Return the planned waves of a pilot with their keys.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        charter = current_charter(self._desk, slug)
        passphrase = charter.privacy.key == "passphrase"
        started = {wave.key.number: wave for wave in self._waves.of_pilot(slug)}
        zone = ZoneInfo(charter.time_zone)
        kept = []
        for number, planned in enumerate(charter.waves, 1):
            key = WaveKey(slug, number)
            wave = started.get(number)
            if wave is not None:
                kept.append(self._started(wave, zone))
                continue
            opens, closes = charter.times(planned)
            wrapped = self._wrapped(key, None) if passphrase else None
            due = Due.MAKE_KEY if passphrase and wrapped is None else Due.NOTHING
            kept.append(
                KeptWave(key, WaveKind(planned.kind), opens, closes, WaveState.PLANNED, due, None, wrapped, "", None)
            )
        return KeptPilot(slug, charter.title, charter.trustee, charter.privacy.reveal_minimum, passphrase, tuple(kept))

    def keep(self, slug: str, keys: Mapping[WaveKey, WrappedKey], *, actor: str, replace: bool = False) -> None:
        """Keep the wrapped *keys* that a trustee made for every wave that needs one, all or none.

        Raises:
            RefusedError: a wave has started, is not planned, has a key already, or one that needs a key got none.
            UnknownPilotError: there is no pilot of this name.
            EnvironmentProblemError: the key directory is open to others or to a backup, or holds a damaged key.
        """
        pilot = self.pilot(slug)
        if not pilot.passphrase:
            raise RefusedError(f"the charter of {slug} says that keys are files: the trustee makes none")
        planned = {wave.key for wave in pilot.waves if wave.state == WaveState.PLANNED}
        needed = {wave.key for wave in pilot.waves if wave.due == Due.MAKE_KEY}
        if not set(keys) <= planned:
            raise RefusedError(f"a wave of {slug} has started meanwhile, or is not planned: no key was kept")
        if not needed <= set(keys):
            raise RefusedError(f"a wave of {slug} would be left without a key: no key was kept")
        self._keyring.keep_wrapped({str(key): wrapped for key, wrapped in keys.items()}, replace=replace)
        for key, wrapped in sorted(keys.items()):
            action = "key replaced" if replace and key not in needed else "key made"
            self._desk.audit(Audited(self._clock(), actor, action, slug, f"{key} {fingerprint(wrapped.public, None)}"))

    def say_sheet_kept(self, slug: str, *, actor: str) -> None:
        """Record that the trustee has printed the recovery sheet and put it away."""
        self._desk.audit(Audited(self._clock(), actor, _SHEET_KEPT, slug, ""))

    def sheet_kept(self, slug: str) -> bool:
        """Return whether the trustee has said that the recovery sheet is put away."""
        return self._desk.was_audited(slug, _SHEET_KEPT)

    def kept_outside(self, slug: str) -> bool:
        """Return whether a lost server loses no key: the sheet is put away, or the keys were exported."""
        return self.sheet_kept(slug) or self._desk.was_audited(slug, EXPORTED)

    def held(self) -> tuple[tuple[str, WaveState], ...]:
        """Return every wave that has a key here, with its state."""
        return tuple((wave, self._state(wave)) for wave in self._keyring.waves())

    def without_key(self) -> tuple[str, ...]:
        """Return the started waves that are not revealed and whose box has no key here."""
        waves = (wave for pilot in self._desk.pilots() for wave in self._waves.of_pilot(pilot.slug))
        return tuple(str(wave.key) for wave in waves if wave.state not in _GONE and not self._openable(wave))

    def export(self) -> Mapping[str, Mapping[str, bytes]]:
        """Return the key files of all waves whose box is still to be opened, by wave and kind."""
        return {wave: self._keyring.files(wave) for wave, state in self.held() if state not in _GONE}

    def restore(self, keys: Mapping[str, Mapping[str, bytes]]) -> Restored:
        """Put key files back by wave and kind; those of revealed waves stay destroyed.

        Raises:
            InputError: a name is no wave's.
            RefusedError: the key is not the one that a started wave seals with, or another one is there.
            KeyDamagedError: a file holds no key.
        """
        states = {wave: self._state(wave) for wave in keys}
        over = tuple(sorted(wave for wave, state in states.items() if state in _GONE))
        wanted = {wave: files for wave, files in sorted(keys.items()) if wave not in over}
        for wave, files in wanted.items():
            self._refuse_strange(wave, files)
        back = tuple(wave for wave, files in wanted.items() if self._keyring.restore(wave, files))
        return Restored(back, tuple(wave for wave in wanted if wave not in back), over)

    def _started(self, wave: StartedWave, zone: ZoneInfo) -> KeptWave:
        openable_at = wave.promised_at + GRACE if wave.promised_at else None
        wrapped = None
        if wave.key_mode == "passphrase" and wave.state not in _GONE:
            wrapped = self._wrapped(wave.key, BoxPublicKey(wave.box_public_key))
        return KeptWave(
            wave.key,
            wave.kind,
            wave.opens_at.astimezone(zone),
            wave.closes_at.astimezone(zone),
            wave.state,
            self._due(wave, openable_at),
            openable_at.astimezone(zone) if openable_at else None,
            wrapped,
            describe(wave).fingerprint,
            self._rosters.seal(wave.key),
        )

    def _due(self, wave: StartedWave, openable_at: datetime | None) -> Due:
        if wave.state in _GONE:
            return Due.DONE
        if wave.state == WaveState.DESTROYING:
            # Its keys may be gone already: what is left to do needs none.
            return Due.GO_ON
        if not self._openable(wave):
            return Due.RESTORE
        if wave.state == WaveState.STARTED:
            return Due.NOTHING
        return Due.WAIT if openable_at and self._clock() < openable_at else Due.OPEN

    def _openable(self, wave: StartedWave) -> bool:
        """Return whether the key directory holds what opens the box, with a passphrase or without."""
        if wave.key_mode == "passphrase":
            return self._wrapped(wave.key, BoxPublicKey(wave.box_public_key)) is not None
        try:
            return _has_key(str(wave.key), self._keyring.files(str(wave.key)), wave.box_public_key)
        except KeyDamagedError:
            return False

    def _wrapped(self, key: WaveKey, public: BoxPublicKey | None) -> WrappedKey | None:
        try:
            return self._keyring.wrapped(str(key), public)
        except (KeyMissingError, KeyDamagedError):
            return None

    def _state(self, wave: str) -> WaveState:
        try:
            return self._waves.find(WaveKey.parse(wave)).state
        except UnknownWaveError:
            return WaveState.PLANNED
        except BadWaveKeyError:
            raise InputError("a key has a name that is no wave's") from None

    def _refuse_strange(self, wave: str, files: Mapping[str, bytes]) -> None:
        """Refuse keys that do not fit the wave: a box with the wrong key would look as if it were safe."""
        try:
            started = self._waves.find(WaveKey.parse(wave))
        except UnknownWaveError:
            return
        signing = files.get(SIGN)
        boxes = {kind: content for kind, content in files.items() if kind != SIGN}
        strange_box = boxes and not _has_key(wave, boxes, started.box_public_key)
        if strange_box or (signing and public_of(wave, SIGN, signing) != started.sign_public_key):
            raise RefusedError(f"the key is not the one that wave {wave} seals with: nothing was put back")


def _has_key(wave: str, files: Mapping[str, bytes], public: bytes) -> bool:
    return any(public_of(wave, kind, content) == public for kind, content in files.items() if kind != SIGN)
