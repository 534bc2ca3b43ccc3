import json
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy.exc import OperationalError

from surveyapp import canonical
from surveyapp.crypto.codes import digest
from surveyapp.crypto.keyring import KeyMissingError
from surveyapp.crypto.sealing import SealedBallot, seal
from surveyapp.errors import RefusedError, SurveyError
from surveyapp.office.box import BoxChangedError
from surveyapp.questionnaire.answers import plaintext_bytes
from surveyapp.revealing import TooFewBallotsError, TrusteeNeededError, WrongKeyError
from surveyapp.wave import WaveState
from tests.keeping import a_key, a_wrapped_key
from tests.story import RunningPilot, installed

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = 10


class PowerCutError(Exception):
    """The machine went away at this very point."""


def answered(pilot: RunningPilot, count: int = PEOPLE) -> None:
    pilot.people(count)
    for number, code in enumerate(pilot.start()):
        assert pilot.send(code, any_days=number % 8).status_code == 303
    pilot.house.fieldwork.close(pilot.key())


def cut_after(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
    """Let *name* of *owner* do its work, and then the power goes."""
    work: Callable[..., object] = getattr(owner, name)

    def and_die(*arguments: object, **named: object) -> object:
        work(*arguments, **named)
        raise PowerCutError

    monkeypatch.setattr(owner, name, and_die)


STEPS = (
    ("box", "fix"),
    ("results", "reveal"),
    ("box", "empty"),
    ("keyring", "destroy"),
    ("box", "forget"),
    ("box", "mark_revealed"),
)


@pytest.mark.parametrize(("room", "step"), STEPS)
def test_a_reveal_cut_off_anywhere_goes_on_and_counts_everything_once(
    pilot: RunningPilot, room: str, step: str
) -> None:
    answered(pilot)
    with pytest.MonkeyPatch.context() as patch:
        cut_after(patch, getattr(pilot.house, room), step)
        with pytest.raises(PowerCutError):
            pilot.house.revealing.reveal(pilot.key())

    wave = pilot.house.revealing.reveal(pilot.key())

    assert (wave.cast, wave.revealed) == (PEOPLE, PEOPLE)
    assert len(pilot.house.results.packed(pilot.key())) == PEOPLE
    assert pilot.house.waves.find(pilot.key()).state == WaveState.REVEALED


def test_nothing_is_left_of_the_box(pilot: RunningPilot, tmp_path: Path) -> None:
    answered(pilot)
    sealed = list(pilot.house.box.ballots(pilot.key()))
    office = tmp_path / "var" / "office.sqlite"
    assert any(sealed[0][100:200] in path.read_bytes() for path in office.parent.glob("office.sqlite*"))

    pilot.house.revealing.reveal(pilot.key())

    stored = b"".join(path.read_bytes() for path in office.parent.glob("office.sqlite*"))
    assert not [ballot for ballot in sealed if ballot[100:200] in stored]
    assert [path.name for path in (tmp_path / "var" / "keys").iterdir()] == ["CACHEDIR.TAG"]
    with sqlite3.connect(office) as connection:
        for table in ("box", "ledger", "access", "spent", "outbox"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


def put(pilot: RunningPilot, code: str, plaintext: bytes, wave: str = "offers.1") -> None:
    sealed = seal(plaintext, pilot.poll().box_public_key, wave)
    pilot.house.slot.put(pilot.key(), digest(code), sealed, pilot.house.clock())  # type: ignore[arg-type]


def padded(pilot: RunningPilot, text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").ljust(plaintext_bytes(pilot.poll().questionnaire))


BAD_BALLOTS = {
    "no json": "hello",
    "deep": '{"answers":{"a":' + "[" * 200 + "]" * 200 + "}}",
    "two keys": '{"answers":{"any_days":1,"any_days":2}}',
    "not finite": '{"answers":{"any_days":NaN}}',
    "long number": '{"answers":{"any_days":' + "9" * 300 + "}}",
    "lone surrogate": '{"answers":{"group":"\\ud800"}}',
    "raw surrogate": '{"answers":{"group":"\ud800"}}',
    "nul": '{"answers":{"group":"a\\u0000"}}',
    "unknown question": '{"answers":{"email":"x"}}',
    "unknown code": '{"answers":{"group":"nobody"}}',
    "out of range": '{"answers":{"any_days":8}}',
}


def test_a_bad_ballot_spoils_only_itself(pilot: RunningPilot) -> None:
    pilot.people(len(BAD_BALLOTS) + 12)
    codes = pilot.start()
    for text in BAD_BALLOTS.values():
        put(pilot, codes.pop(), padded(pilot, text))
    put(pilot, codes.pop(), b"too short")
    put(pilot, codes.pop(), padded(pilot, '{"answers":{"any_days":1}}'), wave="offers.2")
    pilot.house.slot.put(pilot.key(), digest(codes.pop()), SealedBallot(b"\0" * 400), pilot.house.clock())
    for code in codes:
        pilot.send(code, any_days=3)

    wave = pilot.close_and_reveal()

    assert (wave.revealed, wave.spoiled) == (len(codes), len(BAD_BALLOTS) + 3)
    assert wave.issued == wave.cast == wave.revealed + wave.spoiled + wave.empty


def test_a_ballot_with_nothing_but_the_group_counts_as_empty(pilot: RunningPilot) -> None:
    pilot.people(PEOPLE)
    codes = pilot.start()
    put(pilot, codes.pop(), padded(pilot, '{"answers":{"group":"sales"}}'))
    for code in codes:
        pilot.send(code, any_days=1)

    wave = pilot.close_and_reveal()

    assert (wave.empty, wave.revealed) == (1, PEOPLE - 1)


def test_too_few_ballots_are_destroyed_unread_and_only_after_confirmation(pilot: RunningPilot) -> None:
    pilot.people(PEOPLE)
    for code in pilot.start()[:7]:
        pilot.send(code, any_days=1)
    pilot.house.fieldwork.close(pilot.key())

    with pytest.raises(TooFewBallotsError):
        pilot.house.revealing.reveal(pilot.key())
    assert pilot.house.results.wave(pilot.key()) is None
    wave = pilot.house.revealing.reveal(pilot.key(), destroy_too_few=True)

    assert wave.destroyed_unread
    assert wave.revealed == 0
    assert pilot.house.results.packed(pilot.key()) == []
    assert pilot.house.box.turnout(pilot.key()).cast == 0


def test_an_open_wave_is_not_revealed(pilot: RunningPilot) -> None:
    pilot.people(PEOPLE)
    pilot.start()

    with pytest.raises(RefusedError, match="only a closed wave"):
        pilot.house.revealing.reveal(pilot.key())


def test_without_its_key_a_box_stays_as_it_is(pilot: RunningPilot) -> None:
    answered(pilot)
    pilot.house.keyring.destroy("offers.1")

    with pytest.raises(KeyMissingError):
        pilot.house.revealing.reveal(pilot.key())

    assert pilot.house.box.turnout(pilot.key()).cast == PEOPLE
    assert pilot.house.results.wave(pilot.key()) is None


def test_a_box_that_does_not_hold_what_was_written_is_not_emptied(pilot: RunningPilot) -> None:
    answered(pilot)
    with pytest.MonkeyPatch.context() as patch:
        cut_after(patch, pilot.house.results, "reveal")
        with pytest.raises(PowerCutError):
            pilot.house.revealing.reveal(pilot.key())
    with pilot.house.engines["office"].begin() as connection:
        connection.exec_driver_sql("DELETE FROM box WHERE id = (SELECT min(id) FROM box)")

    with pytest.raises(BoxChangedError):
        pilot.house.revealing.reveal(pilot.key())

    assert pilot.house.box.turnout(pilot.key()).cast == PEOPLE - 1


def test_comments_are_scrubbed_and_lead_to_no_ballot(pilot: RunningPilot) -> None:
    pilot.people(PEOPLE)
    pilot.start()
    pilot.close_without_ballots()
    for number in (2, 3):
        for code in pilot.start(number):
            pilot.send(code, number, tool_days=1, aware="use")
        pilot.close_and_reveal(number)
    for code in pilot.start(4):
        pilot.send(code, 4, aware="use", tool_days=2, change="Ask Person 3 or write to p3@example.org")

    pilot.close_and_reveal(4)

    with pilot.house.engines["results"].connect() as connection:
        texts = connection.exec_driver_sql("SELECT text FROM comment").scalars().all()
        columns = connection.exec_driver_sql("SELECT * FROM comment").keys()
        answers = connection.exec_driver_sql('SELECT "values" FROM answer').scalars().all()
    assert len(texts) == PEOPLE
    assert not [text for text in texts if "example.org" in text or "Person" in text]
    assert "Ask" in texts[0]
    of_the_trustee = {"review", "paraphrase", "decided_on", "settled"}
    assert set(columns) == {"pilot_id", "number", "id", "question", "text"} | of_the_trustee
    assert not [one for one in answers if "change" in json.loads(one)]


def test_the_stored_questionnaire_is_the_one_that_was_asked(pilot: RunningPilot) -> None:
    answered(pilot)

    wave = pilot.house.revealing.reveal(pilot.key())

    assert wave.questionnaire_sha256 == canonical.sha256(wave.questionnaire)
    assert re.fullmatch(r"([0-9a-f]{4} ){4}[0-9a-f]{4}", wave.fingerprint)
    assert wave.invited_by_group == {"sales": PEOPLE}


def test_the_last_trace_waits_until_nobody_reads_the_office(pilot: RunningPilot, tmp_path: Path) -> None:
    answered(pilot)
    reader = sqlite3.connect(tmp_path / "var" / "office.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    with pilot.house.engines["office"].connect() as connection:
        # A reader in the way is waited for; this one never ends.
        connection.exec_driver_sql("PRAGMA busy_timeout=100")
    sealed = list(pilot.house.box.ballots(pilot.key()))

    with pytest.raises(RefusedError, match="being read"):
        pilot.house.revealing.reveal(pilot.key())
    state = pilot.house.waves.find(pilot.key()).state
    reader.close()
    wave = pilot.house.revealing.reveal(pilot.key())

    assert state == WaveState.DESTROYING
    assert (wave.cast, wave.revealed) == (PEOPLE, PEOPLE)
    assert pilot.house.waves.find(pilot.key()).state == WaveState.REVEALED
    stored = b"".join(path.read_bytes() for path in (tmp_path / "var").glob("office.sqlite*"))
    assert not [ballot for ballot in sealed if ballot[100:200] in stored]


def test_a_revealed_wave_without_its_answers_is_not_made_up_again(pilot: RunningPilot) -> None:
    answered(pilot)
    pilot.house.revealing.reveal(pilot.key())
    with pilot.house.engines["results"].begin() as connection:
        connection.exec_driver_sql("DELETE FROM wave")

    with pytest.raises(RefusedError, match="answers are not in this database"):
        pilot.house.revealing.reveal(pilot.key())

    assert pilot.house.results.wave(pilot.key()) is None


def test_revealing_again_tells_the_same_and_changes_nothing(pilot: RunningPilot) -> None:
    answered(pilot)
    first = pilot.house.revealing.reveal(pilot.key())
    records = pilot.house.results.records(pilot.key())

    assert pilot.house.revealing.reveal(pilot.key()) == first
    assert pilot.house.results.records(pilot.key()) == records


def test_two_reveals_at_once_count_everything_once(pilot: RunningPilot) -> None:
    answered(pilot)

    def attempt(_: int) -> bool:
        try:
            pilot.house.revealing.reveal(pilot.key())
        except (SurveyError, OperationalError):
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert any(threads.map(attempt, range(4)))

    assert len(pilot.house.results.packed(pilot.key())) == PEOPLE
    assert pilot.house.revealing.reveal(pilot.key()).revealed == PEOPLE
    assert pilot.house.waves.find(pilot.key()).state == WaveState.REVEALED


# ----------------------------------------------------------------- whose key


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[RunningPilot]:
    """A pilot whose boxes the trustee alone can open, with ballots in the first."""
    with installed(tmp_path) as (house, client):
        pilot = RunningPilot(house, client, key="passphrase")
        # The rounds cost time, and here nobody unwraps: one pair does for all waves.
        keys = {wave.key: a_wrapped_key() for wave in house.custody.pilot(pilot.slug).waves}
        house.custody.keep(pilot.slug, keys, actor="trustee@example.org")
        answered(pilot)
        yield pilot


def untouched(pilot: RunningPilot) -> bool:
    closed = pilot.house.waves.find(pilot.key()).state == WaveState.CLOSED
    return closed and pilot.house.box.turnout(pilot.key()).cast == PEOPLE and pilot.house.keyring.waves() != ()


def test_the_trustees_key_opens_the_box(trusted: RunningPilot) -> None:
    assert trusted.house.revealing.reveal(trusted.key(), box_key=a_key()).revealed == PEOPLE


def test_without_the_trustee_the_box_stays_shut_and_says_whom_to_ask(trusted: RunningPilot) -> None:
    with pytest.raises(TrusteeNeededError, match="/staff/trustee/offers"):
        trusted.house.revealing.reveal(trusted.key())

    assert untouched(trusted)


def test_another_key_opens_and_destroys_nothing(trusted: RunningPilot) -> None:
    other = ec.generate_private_key(ec.SECP256R1())

    for destroy in (False, True):
        with pytest.raises(WrongKeyError, match="nothing was opened"):
            trusted.house.revealing.reveal(trusted.key(), box_key=other, destroy_too_few=destroy)

    assert untouched(trusted)


def test_a_file_with_the_key_of_another_box_opens_and_destroys_nothing(pilot: RunningPilot, tmp_path: Path) -> None:
    answered(pilot)
    file = tmp_path / "var" / "keys" / "offers.1.box.pem"
    assert file.exists()
    key = ec.generate_private_key(ec.SECP256R1())
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    with pytest.raises(WrongKeyError):
        pilot.house.revealing.reveal(pilot.key())

    assert untouched(pilot)
