import json
import secrets

import pytest

from surveyapp.crypto.key_backup import BadBackupError, read_backup, write_backup
from surveyapp.crypto.wrapping import WrongPassphraseError, lock, locked_to_plain

PASSPHRASE = "six random words are enough"
KEYS = {"offers.1": {"box.pem": b"key", "sign.pem": b"\xff"}, "offers.2": {"box.json": b"{}"}}


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_backup(KEYS, PASSPHRASE, secrets.token_bytes)


def test_the_keys_come_back_and_are_not_to_be_seen(content: bytes) -> None:
    assert read_backup(content, PASSPHRASE) == KEYS
    assert b"offers" not in content


def test_another_passphrase_does_not_open_it(content: bytes) -> None:
    with pytest.raises(WrongPassphraseError):
        read_backup(content, PASSPHRASE + "!")


@pytest.mark.parametrize(
    "other",
    [b"", b"\xff", b"[]", b"null", b"7", b'"file"', b"{}", b'{"file": "surveyapp keys"}', b"[" * 100_000],
)
def test_what_is_no_export_is_refused_whatever_it_is(other: bytes) -> None:
    with pytest.raises(BadBackupError):
        read_backup(other, PASSPHRASE)


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"file": "other"}, {"rounds": 1}, {"rounds": 10**9}, {"salt": ""}, {"more": 1}],
    ids=str,
)
def test_a_file_of_another_kind_or_strength_is_refused(content: bytes, change: dict[str, object]) -> None:
    with pytest.raises(BadBackupError):
        read_backup(json.dumps(json.loads(content) | change).encode(), PASSPHRASE)


@pytest.mark.parametrize(
    "inner",
    [
        b"no JSON",
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b'{"offers.1": 7}',
        b'{"offers.1": {"box.pem": 7}}',
        b'{"a": {"b": "="}}',
    ],
    ids=lambda inner: repr(inner[:20]),
)
def test_what_opens_and_holds_no_keys_is_refused_as_no_export(inner: bytes) -> None:
    locked = lock(inner, PASSPHRASE, b"surveyapp keys v1", secrets.token_bytes)
    content = json.dumps({"file": "surveyapp keys", "version": 1, **locked_to_plain(locked)}).encode()

    with pytest.raises(BadBackupError):
        read_backup(content, PASSPHRASE)
