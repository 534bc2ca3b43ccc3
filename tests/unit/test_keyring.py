import errno
import fcntl
import multiprocessing
import os
import stat
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from surveyapp.crypto.blind_rsa import public_info, public_key
from surveyapp.crypto.keyring import KeyDamagedError, KeyMissingError, Keyring, KeyThereError, public_of
from surveyapp.crypto.sealing import BoxPublicKey, public_bytes, seal, unseal
from surveyapp.crypto.wrapping import Locked, WrappedKey
from surveyapp.errors import EnvironmentProblemError

WAVE = "pilot.1"


def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    keys = keyring(tmp_path)

    first = keys.make_box_key(WAVE)

    assert keys.make_box_key(WAVE) == first == public_bytes(keys.box_key(WAVE))
    assert keys.make_box_key("pilot.2") != first


def test_what_is_sealed_for_the_public_half_the_private_half_opens(tmp_path: Path) -> None:
    keys = keyring(tmp_path)

    sealed = seal(b"ballot", keys.make_box_key(WAVE), WAVE)

    assert unseal(sealed, keys.box_key(WAVE), WAVE) == b"ballot"


def test_nobody_else_may_read_the_keys(tmp_path: Path) -> None:
    keyring(tmp_path).make_box_key(WAVE)

    folder = tmp_path / "keys"
    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == {"pilot.1.box.pem": 0o600, "CACHEDIR.TAG": 0o600}


@pytest.mark.parametrize("opened", [0o750, 0o701, 0o777])
def test_no_key_is_made_in_a_folder_that_others_can_read(tmp_path: Path, opened: int) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    folder.chmod(opened)

    with pytest.raises(EnvironmentProblemError, match="chmod 700"):
        Keyring(folder).make_box_key(WAVE)

    assert not list(folder.iterdir())


def test_a_key_that_is_not_there_is_named_with_what_follows(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match=r"the key of wave pilot\.1 is not in the key directory"):
        keyring(tmp_path).box_key(WAVE)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nsecret-part\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_named_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    (tmp_path / "keys" / "pilot.1.box.pem").write_bytes(content)

    with pytest.raises(KeyDamagedError) as caught:
        keys.box_key(WAVE)

    assert "secret-part" not in str(caught.value)
    assert caught.value.__cause__ is None


def pem(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def of_an_unknown_curve() -> bytes:
    der = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    strange = der.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f"))
    return b"-----BEGIN PRIVATE KEY-----\n" + b64encode(strange) + b"\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "other",
    [pem(ed25519.Ed25519PrivateKey.generate()), pem(ec.generate_private_key(ec.SECP384R1())), of_an_unknown_curve()],
    ids=["Ed25519", "P-384", "unknown curve"],
)
def test_a_key_of_another_kind_is_refused(tmp_path: Path, other: bytes) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    (tmp_path / "keys" / "pilot.1.box.pem").write_bytes(other)

    for refused in (lambda: keys.box_key(WAVE), lambda: public_of(WAVE, "box.pem", other)):
        with pytest.raises(KeyDamagedError) as caught:
            refused()
        assert caught.value.__cause__ is None


def test_a_destroyed_key_is_overwritten_before_it_is_deleted(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    # A second name of the same file shows what became of its content.
    witness = tmp_path / "witness"
    witness.hardlink_to(tmp_path / "keys" / "pilot.1.box.pem")

    keys.destroy(WAVE)

    assert b"PRIVATE KEY" not in witness.read_bytes()
    assert not list((tmp_path / "keys").glob("*.pem"))
    with pytest.raises(KeyMissingError):
        keys.box_key(WAVE)


def test_destroying_twice_is_harmless(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)

    keys.destroy(WAVE)
    keys.destroy(WAVE)
    Keyring(tmp_path / "never made").destroy(WAVE)


def make(folder: Path) -> BoxPublicKey:
    return Keyring(folder).make_box_key(WAVE)


def test_makers_who_race_get_the_same_key(tmp_path: Path) -> None:
    # Each key that was handed out seals ballots: were it not the one in the file, they could never be opened.
    with multiprocessing.get_context("fork").Pool(8) as makers:
        for attempt in range(10):
            folder = tmp_path / f"keys-{attempt}"
            handed_out = set(makers.map(make, [folder] * 8, chunksize=1))

            assert handed_out == {public_bytes(Keyring(folder).box_key(WAVE))}
            assert {path.name for path in folder.iterdir()} == {"pilot.1.box.pem", "CACHEDIR.TAG"}


def test_the_key_of_slips_is_an_rsa_key_of_3072_bits_and_made_once(tmp_path: Path) -> None:
    keys = keyring(tmp_path)

    first = public_key(keys.make_signing_key(WAVE))

    assert (first.key_size, first.public_numbers().e) == (3072, 65537)
    assert public_info(first) == keys.make_signing_key(WAVE)
    assert keyring(tmp_path).signing_key(WAVE).public_key() == first


def test_both_keys_of_a_wave_are_destroyed(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_signing_key(WAVE)
    keys.make_box_key(WAVE)

    keys.destroy(WAVE)

    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["CACHEDIR.TAG"]
    for read in (keys.signing_key, keys.box_key):
        with pytest.raises(KeyMissingError):
            read(WAVE)


def test_a_box_key_is_no_key_of_slips(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    (tmp_path / "keys" / "pilot.1.box.pem").rename(tmp_path / "keys" / "pilot.1.sign.pem")

    with pytest.raises(KeyDamagedError):
        keys.signing_key(WAVE)


@pytest.mark.parametrize("backup", ["", "keys", "other/../keys"])
def test_no_key_is_made_or_read_where_a_backup_would_take_it_along(tmp_path: Path, backup: str) -> None:
    (tmp_path / "other").mkdir()
    keyring(tmp_path).make_box_key(WAVE)
    keys = Keyring(tmp_path / "keys", [tmp_path / backup])

    with pytest.raises(EnvironmentProblemError, match="SURVEYAPP_KEY_DIR"):
        keys.make_box_key("pilot.2")
    with pytest.raises(EnvironmentProblemError, match="SURVEYAPP_KEY_DIR"):
        keys.box_key(WAVE)


def test_a_backup_path_elsewhere_does_not_matter(tmp_path: Path) -> None:
    Keyring(tmp_path / "keys", [tmp_path / "keys-old", tmp_path / "keys" / "below"]).make_box_key(WAVE)


def test_a_key_is_not_read_once_others_may_read_the_folder(tmp_path: Path) -> None:
    keyring(tmp_path).make_box_key(WAVE)
    (tmp_path / "keys").chmod(0o750)

    for refused in (lambda: keyring(tmp_path).box_key(WAVE), keyring(tmp_path).refuse_if_open):
        with pytest.raises(EnvironmentProblemError, match="chmod 700"):
            refused()


def wrapped_key(salt: bytes = bytes(16)) -> WrappedKey:
    public = public_bytes(ec.generate_private_key(ec.SECP256R1()))
    return WrappedKey(public, (("trustee", Locked(1_000_000, salt, bytes(12), bytes(154))),))


def test_a_wave_without_a_wrapped_key_has_none(tmp_path: Path) -> None:
    assert keyring(tmp_path).wrapped_public_key(WAVE) is None
    with pytest.raises(KeyMissingError):
        keyring(tmp_path).wrapped(WAVE)


def test_wrapped_keys_are_kept_for_this_user_alone(tmp_path: Path) -> None:
    keys, first, second = keyring(tmp_path), wrapped_key(), wrapped_key()

    keys.keep_wrapped({WAVE: first, "pilot.2": second})

    assert keys.wrapped_public_key(WAVE) == first.public
    assert keys.wrapped("pilot.2") == second
    assert keys.waves() == (WAVE, "pilot.2")
    assert mode(tmp_path / "keys" / "pilot.1.box.json") == 0o600


def test_all_wrapped_keys_are_kept_or_none(tmp_path: Path) -> None:
    keys, first = keyring(tmp_path), wrapped_key()
    keys.keep_wrapped({"pilot.2": first})

    with pytest.raises(KeyThereError, match=r"pilot\.2"):
        keys.keep_wrapped({WAVE: wrapped_key(), "pilot.2": wrapped_key()})

    assert keys.wrapped_public_key(WAVE) is None
    assert keys.wrapped("pilot.2") == first


def test_a_full_disk_leaves_no_half_of_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = keyring(tmp_path)
    flush = os.fsync
    flushed = []

    def full_at_the_second(descriptor: int) -> None:
        flushed.append(descriptor)
        if len(flushed) == 4:  # the tag and its folder, the first key, the second
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    with pytest.raises(OSError, match="space"):
        keys.keep_wrapped({WAVE: wrapped_key(), "pilot.2": wrapped_key()})

    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["CACHEDIR.TAG"]


def test_the_same_key_again_changes_nothing(tmp_path: Path) -> None:
    keys, key = keyring(tmp_path), wrapped_key()

    keys.keep_wrapped({WAVE: key})
    keys.keep_wrapped({WAVE: key})

    assert keys.wrapped(WAVE) == key


def test_a_replaced_key_still_opens_what_was_sealed_for_it(tmp_path: Path) -> None:
    keys, old, new = keyring(tmp_path), wrapped_key(), wrapped_key()
    keys.keep_wrapped({WAVE: old})

    keys.keep_wrapped({WAVE: new}, replace=True)

    assert keys.wrapped(WAVE) == new
    assert keys.wrapped(WAVE, old.public) == old
    with pytest.raises(KeyMissingError):
        keys.wrapped(WAVE, wrapped_key().public)
    keys.destroy(WAVE)
    assert keys.waves() == ()


def test_a_wave_with_a_key_file_gets_no_wrapped_key(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)

    with pytest.raises(KeyThereError):
        keys.keep_wrapped({WAVE: wrapped_key()}, replace=True)


def test_a_damaged_wrapped_key_is_named(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.keep_wrapped({WAVE: wrapped_key()})
    (tmp_path / "keys" / "pilot.1.box.json").write_bytes(b"{}")

    with pytest.raises(KeyDamagedError):
        keys.wrapped_public_key(WAVE)


def test_destroying_one_wave_leaves_the_others(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.keep_wrapped({WAVE: wrapped_key(), "pilot.11": wrapped_key()})

    keys.destroy(WAVE)

    assert keys.waves() == ("pilot.11",)


def test_keys_come_back_from_their_files(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_signing_key(WAVE)
    keys.keep_wrapped({WAVE: wrapped_key()})
    files = keys.files(WAVE)
    keys.destroy(WAVE)

    assert keys.restore(WAVE, files)
    assert not keys.restore(WAVE, files)

    assert keys.files(WAVE) == files


def test_restoring_never_writes_over_another_key(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    keys.make_signing_key(WAVE)
    files = dict(keys.files(WAVE))
    keys.destroy(WAVE)
    keys.make_box_key(WAVE)
    before = keys.files(WAVE)

    with pytest.raises(KeyThereError):
        keys.restore(WAVE, files)

    assert keys.files(WAVE) == before


@pytest.mark.parametrize("kind", ["box.pem", "sign.pem", "box.json", "../escape", "other.pem"])
def test_what_is_no_key_is_not_restored(tmp_path: Path, kind: str) -> None:
    with pytest.raises(KeyDamagedError):
        keyring(tmp_path).restore(WAVE, {kind: b"nonsense"})

    assert keyring(tmp_path).waves() == ()


@pytest.mark.parametrize("wave", ["../pilot.1", "", "pilot", "pi/lot.1", "pilot.1\n", ".pilot.1"])
def test_no_name_of_a_wave_leads_out_of_the_folder(tmp_path: Path, wave: str) -> None:
    with pytest.raises(KeyDamagedError):
        keyring(tmp_path).restore(wave, {"box.pem": pem(ec.generate_private_key(ec.SECP256R1()))})

    assert [path.name for path in tmp_path.rglob("*")] == ["keys", "CACHEDIR.TAG"]


class PowerCutError(BaseException):
    """Nothing after it is done any more."""


def cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> Path:
    """Restore keys on a machine that goes away before a file has its name; return what is left."""

    def cut(*_: object, **__: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as machine:
        machine.setattr(Path, "replace", cut)
        machine.setattr(Path, "unlink", cut)
        with pytest.raises(PowerCutError):
            Keyring(folder).restore(WAVE, files)
    (left,) = folder.glob(".*")
    return left


def test_a_draft_that_a_power_cut_left_is_destroyed_with_the_wave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    files = keys.files(WAVE)
    keys.destroy(WAVE)
    draft = cut_off(tmp_path / "keys", monkeypatch, dict(files))
    assert draft.read_bytes() == files["box.pem"]  # the key is there, under a name that nobody looks for
    witness = tmp_path / "witness"
    witness.hardlink_to(draft)
    keys.restore(WAVE, files)

    keys.destroy("pilot.11")
    assert draft.exists()
    keys.destroy(WAVE)

    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["CACHEDIR.TAG"]
    assert b"PRIVATE KEY" not in witness.read_bytes()


def test_destroyers_who_race_leave_nothing_and_fail_at_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = keyring(tmp_path)
    keys.make_box_key(WAVE)
    keys.make_signing_key(WAVE)
    names = list((tmp_path / "keys").iterdir())
    keyring(tmp_path).destroy(WAVE)
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(names))  # as listed before the other was there

    keys.destroy(WAVE)

    assert not any(path.exists() for path in names if path.name.startswith(WAVE))


def test_keys_that_are_there_are_read_from_a_disk_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = keyring(tmp_path).make_box_key(WAVE)
    really = os.open

    def read_only(path: str | Path, flags: int, *rest: object, **named: object) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return really(path, flags, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", read_only)

    assert keyring(tmp_path).make_box_key(WAVE) == public


def test_the_lock_is_taken_on_a_file_that_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = fcntl.flock

    def as_on_nfs(descriptor: int, operation: int) -> None:
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        really(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", as_on_nfs)

    keyring(tmp_path).keep_wrapped({WAVE: wrapped_key()})

    assert keyring(tmp_path).waves() == (WAVE,)
