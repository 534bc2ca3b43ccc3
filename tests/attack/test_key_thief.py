"""A thief of databases, backups and key directory, without the passphrase, opens no ballot; with it, all."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

from surveyapp.crypto import wrapping
from surveyapp.crypto.key_backup import write_backup
from surveyapp.crypto.sealing import SealBrokenError, SealedBallot, unseal
from surveyapp.web.recovery_sheet import recovery_sheet
from tests.keeping import PASSPHRASE, Keeper, a_key, a_wrapped_key, staff
from tests.story import RunningPilot, installed

WAVE = "offers.1"
SECRETS = ["trustee", "deputy", WAVE, "offers", "Ruth Adler", "correct horse battery", "", PASSPHRASE[:-1]]


@pytest.fixture
def closed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningPilot]:
    """A closed wave with ten ballots in its box, and everything that a server keeps."""
    with installed(tmp_path) as (house, client):
        pilot = RunningPilot(house, client, key=request.param)
        staff(pilot)
        if request.param == "passphrase":
            waves = [str(wave.key) for wave in house.custody.pilot("offers").waves]
            keys = dict.fromkeys(waves, a_wrapped_key("any")) | {WAVE: a_wrapped_key()}
            assert Keeper(pilot).keep(keys).status_code == 201
        pilot.people(10)
        for number, code in enumerate(pilot.start()):
            assert pilot.send(code, any_days=number % 8).status_code == 303
        house.fieldwork.close(pilot.key())
        yield pilot


def loot(pilot: RunningPilot, folder: Path) -> tuple[list[SealedBallot], list[bytes]]:
    """Return the sealed ballots and every file that lay on the server, with what the pilot's owner printed."""
    shutil.copytree(folder / "var", folder / "stolen")
    files = [path.read_bytes() for path in (folder / "stolen").rglob("*") if path.is_file()]
    files.append(write_backup(pilot.house.custody.export(), "the passphrase of the export", bytes))
    kept = pilot.house.custody.pilot("offers")
    if kept.passphrase:
        files.append(recovery_sheet(kept, "http://127.0.0.1", pilot.house.clock().date(), "en"))
    return list(pilot.house.box.ballots(pilot.key())), files


def private_keys(files: list[bytes], passphrases: list[str]) -> Iterator[ec.EllipticCurvePrivateKey]:
    """Yield every private key of a box that lies open in *files*, or opens with one of *passphrases*."""
    for content in files:
        yield from _in_clear(content)
        try:
            wrapped = wrapping.from_json(content)
        except wrapping.BadWrappingError:
            continue
        for passphrase in passphrases:
            for holder in wrapping.HOLDERS:
                try:
                    yield wrapping.unwrap(wrapped, passphrase, WAVE, holder)
                except wrapping.WrongPassphraseError:
                    continue


def _in_clear(content: bytes) -> Iterator[ec.EllipticCurvePrivateKey]:
    head = content.find(b"-----BEGIN PRIVATE KEY-----")
    if head >= 0:
        key = load_pem_private_key(content[head:], None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            yield key
    # PKCS#8 of a P-256 key begins like this, wherever it lies.
    mark = bytes.fromhex("308187020100301306072a8648ce3d020106082a8648ce3d030107")
    place = content.find(mark)
    while place >= 0:
        key = load_der_private_key(content[place : place + wrapping.PRIVATE_BYTES], None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        yield key
        place = content.find(mark, place + 1)


def opened(ballots: list[SealedBallot], keys: Iterator[ec.EllipticCurvePrivateKey]) -> int:
    for key in keys:
        try:
            return len([unseal(sealed, key, WAVE) for sealed in ballots])
        except SealBrokenError:
            continue
    return 0


@pytest.mark.parametrize("closed", ["passphrase"], indirect=True)
def test_everything_on_the_server_opens_no_ballot(closed: RunningPilot, tmp_path: Path) -> None:
    ballots, files = loot(closed, tmp_path)

    assert len(ballots) == 10
    assert opened(ballots, private_keys(files, SECRETS)) == 0


@pytest.mark.parametrize("closed", ["passphrase"], indirect=True)
def test_the_same_thief_with_the_passphrase_opens_all(closed: RunningPilot, tmp_path: Path) -> None:
    ballots, files = loot(closed, tmp_path)

    assert opened(ballots, private_keys(files, [PASSPHRASE])) == 10


@pytest.mark.parametrize("closed", ["file"], indirect=True)
def test_the_same_thief_opens_all_where_the_key_is_a_file(closed: RunningPilot, tmp_path: Path) -> None:
    ballots, files = loot(closed, tmp_path)

    assert opened(ballots, private_keys(files, SECRETS)) == 10


@pytest.mark.parametrize("closed", ["passphrase"], indirect=True)
def test_after_the_reveal_the_server_keeps_no_key_that_it_was_sent(closed: RunningPilot, tmp_path: Path) -> None:
    ballots, _ = loot(closed, tmp_path)

    response = Keeper(closed).open(a_key())
    assert b'"end": "revealed"' in response.data
    shutil.rmtree(tmp_path / "stolen")
    _, files = loot(closed, tmp_path)

    assert opened(ballots, private_keys(files, [PASSPHRASE])) == 0
    secret = a_key().private_numbers().private_value.to_bytes(32, "big")
    assert not [content for content in files if secret in content]
