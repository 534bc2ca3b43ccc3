"""The slot of the box: the only way in. A slip is issued once per person, a ballot is taken once per slip."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update

from surveyapp.crypto.blind_rsa import Blinded, Message
from surveyapp.crypto.codes import CodeDigest
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.database import write
from surveyapp.errors import SurveyError
from surveyapp.office.tables import ACCESS, BOX, LEDGER, SPENT, WAVE
from surveyapp.wave import WaveKey, WaveState

GRACE: Final = timedelta(minutes=15)  # after the close, for ballots whose slip was issued before it


class CodeUnusableError(SurveyError):
    """The code is unknown, used or expired; nobody is told which."""

    def __init__(self) -> None:
        super().__init__("This code cannot be used. If you have already answered, thank you.")


class WaveClosedError(SurveyError):
    """The wave takes no ballots any more, or not yet."""

    def __init__(self) -> None:
        super().__init__("This survey is closed. Nothing was sent.")


class AlreadyCastError(SurveyError):
    """Another ballot was sent with the same slip; the first one counts."""

    def __init__(self) -> None:
        super().__init__("Another ballot was already sent with this slip. The first one counts.")


@dataclass(frozen=True, slots=True)
class _Gate:
    """What of a wave decides whether a ballot may come in."""

    state: WaveState
    closes_at: datetime
    demo: bool

    def issues(self, now: datetime) -> bool:
        return self.state == WaveState.STARTED and (self.demo or now < self.closes_at)

    def takes(self, now: datetime) -> bool:
        # A demonstration is closed by hand and opened at once: until then it takes what was issued.
        return self.state in {WaveState.STARTED, WaveState.CLOSED} and (self.demo or now < self.closes_at + GRACE)


class BallotSlot:
    """Hands out slips and takes ballots. Nothing that it stores tells a time, an order or the way a ballot came."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def refuse_if_closed(self, key: WaveKey, now: datetime) -> None:
        """Return if *key* hands out slips.

        Raises:
            WaveClosedError: it does not.
        """
        if not write(self._engine, lambda connection: _gate(connection, key)).issues(now):
            raise WaveClosedError

    def issue(self, key: WaveKey, code: CodeDigest, blinded: Blinded, now: datetime) -> None:
        """Use up the ballot of the person who holds *code* for the slip *blinded*. Again with the same is harmless.

        Raises:
            WaveClosedError: the wave hands out no slips.
            CodeUnusableError: the code is unknown, or its ballot was taken with another slip.
        """

        def unit(connection: Connection) -> None:
            if not _gate(connection, key).issues(now):
                raise WaveClosedError
            _use_up(connection, key, code, sha256(blinded).digest(), repeatable=True)

        write(self._engine, unit)

    def cast(self, key: WaveKey, message: Message, sealed: SealedBallot, now: datetime) -> bool:
        """Put *sealed* into the box, once per *message*, whose signature was verified; false if it lay there already.

        Raises:
            WaveClosedError: the wave takes no ballots.
            AlreadyCastError: another ballot was sent with this message.
        """
        spent, content = sha256(message).digest(), sha256(sealed).digest()

        def unit(connection: Connection) -> bool:
            if not _gate(connection, key).takes(now):
                raise WaveClosedError
            before = connection.execute(
                select(SPENT.c.sealed_digest).where(
                    SPENT.c.pilot_id == key.pilot, SPENT.c.number == key.number, SPENT.c.message_digest == spent
                )
            ).scalar_one_or_none()
            if before is None:
                self._put(connection, key, spent, sealed)
            elif before != content:
                raise AlreadyCastError
            return before is None

        return write(self._engine, unit)

    def put(self, key: WaveKey, code: CodeDigest, sealed: SealedBallot, now: datetime) -> None:
        """Use up the ballot of the person who holds *code* and put *sealed* into the box, both or neither.

        Raises:
            WaveClosedError: the wave is not open.
            CodeUnusableError: the code is unknown or its ballot taken.
        """

        def unit(connection: Connection) -> None:
            if not _gate(connection, key).issues(now):
                raise WaveClosedError
            # Random where a slip would leave its traces: else these rows would say which ballots came by form, and
            # with few of them whose they are.
            _use_up(connection, key, code, self._random_bytes(32), repeatable=False)
            self._put(connection, key, self._random_bytes(32), sealed)

        write(self._engine, unit)

    def _put(self, connection: Connection, key: WaveKey, spent: bytes, sealed: SealedBallot) -> None:
        base = {"pilot_id": key.pilot, "number": key.number}
        connection.execute(
            insert(SPENT).values(base | {"message_digest": spent, "sealed_digest": sha256(sealed).digest()})
        )
        connection.execute(insert(BOX).values(base | {"id": self._random_bytes(16), "sealed": bytes(sealed)}))


def _gate(connection: Connection, key: WaveKey) -> _Gate:
    # FOR SHARE: from the moment the wave is closed or destroyed no ballot slips in.
    row = connection.execute(
        select(WAVE.c.state, WAVE.c.closes_at, WAVE.c.promised_at)
        .where(WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number)
        .with_for_update(read=True)
    ).one_or_none()
    if row is None:
        raise WaveClosedError
    return _Gate(WaveState(row.state), row.closes_at, row.promised_at is None)


def _use_up(connection: Connection, key: WaveKey, code: CodeDigest, slip: bytes, *, repeatable: bool) -> None:
    # One statement for every code, whatever is wrong with it.
    holder = (
        select(ACCESS.c.person_id)
        .where(ACCESS.c.pilot_id == key.pilot, ACCESS.c.number == key.number, ACCESS.c.code_digest == code)
        .scalar_subquery()
    )
    usable: ColumnElement[bool] = LEDGER.c.state == "invited"
    if repeatable:
        usable = or_(usable, and_(LEDGER.c.state == "issued", LEDGER.c.blinded_digest == slip))
    issued = connection.execute(
        update(LEDGER)
        .where(LEDGER.c.pilot_id == key.pilot, LEDGER.c.number == key.number, LEDGER.c.person_id == holder, usable)
        .values(state="issued", blinded_digest=slip)
    )
    if issued.rowcount != 1:
        raise CodeUnusableError
