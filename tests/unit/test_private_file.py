import errno
import os
import stat
from pathlib import Path

import pytest

from surveyapp.crypto.private_file import write_once


class NoLinks:
    """A file system without hard links, as memory sticks have."""

    def __init__(self, code: int) -> None:
        self._code = code

    def __call__(self, source: Path, target: Path) -> None:
        raise OSError(self._code, os.strerror(self._code), source, None, target)


@pytest.fixture(params=[None, errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def disk(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param:
        monkeypatch.setattr(os, "link", NoLinks(request.param))
    return tmp_path


def test_a_file_is_written_once_for_this_user_alone_on_any_disk(disk: Path) -> None:
    assert write_once(disk / "secret", b"first")
    assert not write_once(disk / "secret", b"second")

    assert (disk / "secret").read_bytes() == b"first"
    assert stat.S_IMODE((disk / "secret").stat().st_mode) == 0o600
    assert [path.name for path in disk.iterdir()] == ["secret"]


def test_who_was_first_meanwhile_stays_first(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = os.fsync

    def and_another_is_first(descriptor: int) -> None:
        flushed(descriptor)
        (disk / "secret").write_bytes(b"other")

    monkeypatch.setattr(os, "fsync", and_another_is_first)

    assert not write_once(disk / "secret", b"mine")

    assert (disk / "secret").read_bytes() == b"other"
    assert [path.name for path in disk.iterdir()] == ["secret"]


def test_a_name_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").symlink_to(tmp_path / "elsewhere")

    assert not write_once(tmp_path / "secret", b"content")

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("failing", ["fsync", "link"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, failing, full)

    with pytest.raises(OSError, match="space"):
        write_once(tmp_path / "secret", b"content")

    assert not list(tmp_path.iterdir())


def test_what_is_there_needs_no_disk_that_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_bytes(b"first")

    def read_only(*_: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "open", read_only)

    assert not write_once(tmp_path / "secret", b"second")
