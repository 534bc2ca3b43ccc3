"""Correcting what is known of somebody, also while a wave is open: a new address gets a new invitation."""

from sqlalchemy import Connection, Engine, delete, select, update

from surveyapp.database import write
from surveyapp.errors import RefusedError
from surveyapp.mailing import Template
from surveyapp.office.leaving import drop_planned_mails
from surveyapp.office.people import Entry
from surveyapp.office.tables import ACCESS, LEDGER, PERSON, ROSTER, WAVE
from surveyapp.office.waves import Waves
from surveyapp.wave import WaveKey, WaveState


class AddressTakenError(RefusedError):
    """Somebody else of the pilot has this address."""

    def __init__(self) -> None:
        super().__init__("somebody else of this pilot has this address")


class UnknownPersonError(RefusedError):
    """Nobody of the pilot has this number any more."""

    def __init__(self) -> None:
        super().__init__("this person is not on the list of the pilot")


class Correcting:
    """Changes single entries of people lists."""

    def __init__(self, engine: Engine, waves: Waves) -> None:
        self._engine = engine
        self._waves = waves

    def correct(self, pilot: str, person: bytes, entry: Entry) -> bool:
        """Let *entry* replace what is known of *person*; true if the address changed and invitations to it are planned.

        Whether a ballot was taken changes nothing of what is returned, planned or mailed. If none was, the codes that
        went to the old address are gone.

        Raises:
            UnknownPersonError: nobody has this number, or a slip of paper, which is anybody's.
            AddressTakenError: somebody else has this address.
        """

        def unit(connection: Connection) -> bool:
            known = connection.execute(
                select(PERSON.c.id, PERSON.c.email)
                .where(PERSON.c.pilot_id == pilot)
                .order_by(PERSON.c.id)
                .with_for_update()
            ).all()
            addresses = {row.id: row.email for row in known}
            # Who gave an address to a slip would take it away from whoever holds the paper, unnoticed.
            if addresses.get(person) is None:
                raise UnknownPersonError
            if entry.email is not None and any(
                email == entry.email for one, email in addresses.items() if one != person
            ):
                raise AddressTakenError
            connection.execute(
                update(PERSON)
                .where(PERSON.c.pilot_id == pilot, PERSON.c.id == person)
                .values(email=entry.email, name=entry.name, group_code=entry.group_code, language=entry.language)
            )
            if addresses[person] == entry.email:
                return False
            return self._invite_again(connection, pilot, person) > 0

        return write(self._engine, unit)

    def _invite_again(self, connection: Connection, pilot: str, person: bytes) -> int:
        """Plan an invitation to every open wave whose roster has *person*; return how many."""
        # As issue and cast do: a code is used before it dies, or not at all.
        numbers = connection.execute(
            select(WAVE.c.number)
            .join(ROSTER, (ROSTER.c.pilot_id == WAVE.c.pilot_id) & (ROSTER.c.number == WAVE.c.number))
            .where(WAVE.c.pilot_id == pilot, WAVE.c.state == WaveState.STARTED, ROSTER.c.person_id == person)
            .order_by(WAVE.c.number)
            .with_for_update(of=WAVE)
        ).scalars()
        planned = 0
        for number in numbers.all():
            drop_planned_mails(connection, pilot, [person], number)
            # Codes of a ballot that was taken stay: its browser may still be asking for its slip.
            silent = (
                select(LEDGER.c.person_id)
                .where(
                    LEDGER.c.pilot_id == pilot,
                    LEDGER.c.number == number,
                    LEDGER.c.person_id == person,
                    LEDGER.c.state == "invited",
                )
                .exists()
            )
            connection.execute(
                delete(ACCESS).where(
                    ACCESS.c.pilot_id == pilot, ACCESS.c.number == number, ACCESS.c.person_id == person, silent
                )
            )
            planned += self._waves.plan_mails(connection, WaveKey(pilot, number), Template.INVITATION, [person])
        return planned
