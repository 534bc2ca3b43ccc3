"""The way out of reminders: a link in every mail, of which only a digest is stored.

A token is the pilot's name in clear, a dot and 128 random bits, so that its row is found under the pilot.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Final, NewType

from sqlalchemy import Connection, Engine, insert, select, update

from surveyapp.crypto import base64url
from surveyapp.database import write
from surveyapp.office.tables import REMINDER_STOP

StopToken = NewType("StopToken", str)  # in the mail, never stored: <pilot>.<22 letters>

_BYTES: Final = 16
_TOKEN: Final = re.compile(r"([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.[A-Za-z0-9_-]{22}", re.ASCII)


class Stopping:
    """Takes the word of people who want no more reminders."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stop(self, typed: str) -> bool:
        """Send its person no more reminders of the pilot; false if *typed* is nobody's token. Again is harmless."""
        found = _TOKEN.fullmatch(typed.strip())
        if found is None:
            return False
        token = StopToken(found[0])

        def unit(connection: Connection) -> bool:
            person = connection.execute(
                select(REMINDER_STOP.c.person_id).where(
                    REMINDER_STOP.c.pilot_id == found[1], REMINDER_STOP.c.token_digest == _digest(token)
                )
            ).scalar_one_or_none()
            if person is None:
                return False
            connection.execute(
                update(REMINDER_STOP)
                .where(REMINDER_STOP.c.pilot_id == found[1], REMINDER_STOP.c.person_id == person)
                .values(stopped=True)
            )
            return True

        return write(self._engine, unit)


def draw_stop(connection: Connection, pilot: str, person: bytes, random_bytes: Callable[[int], bytes]) -> StopToken:
    """Return a fresh token of *person*, whose digest is stored in the transaction of *connection*."""
    token = StopToken(f"{pilot}.{base64url.write(random_bytes(_BYTES))}")
    connection.execute(
        insert(REMINDER_STOP).values(pilot_id=pilot, token_digest=_digest(token), person_id=person, stopped=False)
    )
    return token


def has_stopped(connection: Connection, pilot: str, person: bytes) -> bool:
    """Return whether *person* wants no more reminders of *pilot*."""
    one = select(REMINDER_STOP.c.stopped).where(
        REMINDER_STOP.c.pilot_id == pilot, REMINDER_STOP.c.person_id == person, REMINDER_STOP.c.stopped
    )
    return connection.execute(one.limit(1)).first() is not None


def _digest(token: StopToken) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()
