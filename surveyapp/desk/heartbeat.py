"""Whether the worker lives: it leaves a sign in a file, and other processes see how old that is."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from surveyapp.clock import Clock

SILENCE: Final = timedelta(minutes=30)
_OFTEN: Final = timedelta(seconds=30)


class Heartbeat:
    """The sign of life of the worker, in *folder*, which it shares with the processes that serve pages."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._sign = folder / "worker.alive"
        self._told = folder / "worker.silence-told"
        self._clock = clock
        self._left: datetime | None = None

    def beat(self) -> None:
        """Leave a sign; cheap enough to be called for every mail."""
        now = self._clock()
        # A clock that was set back must not keep it quiet.
        if self._left is not None and abs(now - self._left) < _OFTEN:
            return
        self._left = now
        self._leave_sign()
        self._told.unlink(missing_ok=True)

    def expect(self) -> None:
        """Count from now on where no worker has been heard of yet."""
        if not self._sign.exists():
            self._leave_sign()

    def heard_at(self) -> datetime | None:
        """Return when the last sign was left."""
        try:
            return datetime.fromtimestamp(self._sign.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    @property
    def silent(self) -> bool:
        """Whether the worker was heard of once, and not for half an hour."""
        heard = self.heard_at()
        return heard is not None and self._clock() - heard >= SILENCE

    def claim_silence(self) -> bool:
        """Return whether it is for this process alone to tell of a silence: true once in each."""
        if not self.silent:
            return False
        try:
            self._told.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return False
        return True

    def give_back_silence(self) -> None:
        """Let another try to tell of it."""
        self._told.unlink(missing_ok=True)

    def _leave_sign(self) -> None:
        self._sign.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sign.touch(mode=0o600)
        now = self._clock().timestamp()
        os.utime(self._sign, (now, now))
