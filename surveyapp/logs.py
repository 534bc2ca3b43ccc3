"""What is logged, and how: named events with values of declared kinds, one JSON object a line, on standard error.

Nothing else gets out: neither a text that somebody sent nor the words of an error, whoever logs it.
"""

import logging
import re
import resource
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import PurePath
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import WrappedLogger

KEPT_OUT = "(kept out)"
_MOST_FRAMES = 12
_MOST_CAUSES = 5
_LARGEST_COUNT = 1_000_000_000
_LONGEST_REASON = 300
_LOG = structlog.get_logger()

# What must never stand in a line, even where a declared value could carry it.
_LETTER = "[0-9A-TV-Za-tv-z]"  # of a code, with those that are read as 1 and 0
_GROUPED = "|".join(
    rf"{_LETTER}{{{size}}}(?:[ \u2013\u2014-]{{1,3}}{_LETTER}{{{size}}}){{{16 // size - 1}}}" for size in (1, 2, 4, 8)
)
_SECRET = re.compile(
    rf"(?<![0-9A-Za-z])(?:{_LETTER}{{16}}|{_GROUPED})(?![0-9A-Za-z])"
    r"|[^\s@]+@[^\s@]+"  # an address
    r"|[0-9A-Za-z_+/=-]{41,}"  # a key, signature, nonce or ballot
)


class _UnfitError(ValueError):
    """The value is not of the declared kind."""


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_COUNT:
        raise _UnfitError
    return value


def _wave(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9-]{1,63}\.[1-9][0-9]{0,2}", value):
        raise _UnfitError
    return _harmless(value)


def _harmless(text: str) -> str:
    if _SECRET.search(text):
        raise _UnfitError
    return text


def _reason(value: object) -> str:
    """Return the first line of a sentence that our own code made of names that staff chose."""
    return _harmless(str(value).split("\n", maxsplit=1)[0][:_LONGEST_REASON])


def _phrase(value: object) -> str:
    """Return our own words for a known message of a library."""
    if not isinstance(value, str) or value not in PHRASES:
        raise _UnfitError
    return PHRASES[value]


def _library(value: object) -> str:
    name = str(value)
    if name.split(".", maxsplit=1)[0] not in {*sys.modules, "py", "root"} or not re.fullmatch(
        r"[A-Za-z_][\w.]{0,60}", name
    ):
        raise _UnfitError
    return _harmless(name)


def _place(value: object) -> str:
    if not isinstance(value, tuple):
        raise _UnfitError
    path, line = value
    return f"{'/'.join(PurePath(path).parts[-3:])}:{line:d}"


def _error(value: object) -> Mapping[str, Any]:
    """Return kinds and places of an error and its causes; its texts could repeat what somebody sent."""
    if not isinstance(value, BaseException):
        raise _UnfitError
    frames = list(walk_tb(value.__traceback__))[-_MOST_FRAMES:]
    return {
        "kinds": [type(error).__name__ for error in _causes(value)],
        "trail": [_place((frame.f_code.co_filename, line)) for frame, line in frames],
    }


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if found is None:
            return
        yield found
        found = getattr(found, "orig", None) or found.__cause__ or found.__context__


Keep = Callable[[object], Any]

# Every event with its values; a test holds the code to it.
EVENTS: Mapping[str, Mapping[str, Keep]] = {
    "database away": {"error": _error},
    "delivery reports": {"read": _count, "left": _count},
    "delivery reports away": {"error": _error},
    "library": {"logger": _library, "phrase": _phrase, "place": _place, "error": _error},
    "mails": {"sent": _count, "failed": _count, "doubt": _count, "later": _count},
    "readout made": {"wave": _wave},
    "readout not made": {"wave": _wave, "error": _error},
    "refused": {"error": _error},
    "round of the worker failed": {"error": _error},
    "silence not told": {"error": _error},
    "unexpected": {"error": _error},
    "wave cancelled": {"wave": _wave},
    "wave closed": {"wave": _wave},
    "wave extended": {"wave": _wave},
    "wave not started": {"wave": _wave, "why": _reason},
    "wave started": {"wave": _wave, "invited": _count},
    "worker silent": {"told": _count},
}

# Messages of libraries as they stand in their source, before values are put in.
PHRASES: Mapping[str, str] = {
    "Can't connect to %s": "the address cannot be served",
    "Connection in use: %s": "the port is taken by another program",
    "Error handling request": "a request failed",
    "Error handling request %s": "a request failed",
    "Error handling request %s %s": "a request failed",
    "Error handling request (no URI read)": "a request ended before it was read",
    "Exception in worker process": "a server process could not start",
    "Invalid address: %s": "this machine has no such address",
    "Socket error processing request.": "a connection broke",
    "WORKER TIMEOUT (pid:%s)": "a server process took too long and is ended",
    "Worker (pid:%s) exited with code %s.": "a server process ended with an error",
    "Worker (pid:%s) was sent %s!": "a server process was ended by a signal",
    "Worker (pid:%s) was sent %s! Perhaps out of memory?": "a server process was killed, perhaps for lack of memory",
}


def only_declared(_logger: "WrappedLogger", _method: str, given: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the line that may be written of what was *given* to the logger."""
    event = str(given.get("event"))
    declared = EVENTS.get(event, {})
    line: dict[str, Any] = {"event": event if declared else "an event without name"}
    # The way of this library to hand over an error that is being handled.
    raised = given.pop("exc_info", None)
    if raised and "error" in declared:
        given.setdefault("error", sys.exc_info()[1] if raised is True else raised)
    for key, keep in declared.items():
        if key in given:
            line[key] = _kept(keep, given[key])
    left_out = sorted({str(key) for key in given} - declared.keys() - {"event"})
    if left_out:
        line["left_out"] = [key if key.isidentifier() and not _SECRET.search(key) else KEPT_OUT for key in left_out]
    return line


def _kept(keep: Keep, value: object) -> Any:
    try:
        return keep(value)
    except Exception:  # noqa: BLE001  # whatever a value does when it is looked at, it stays out
        return KEPT_OUT


def configure(*, quiet: bool) -> None:
    """Log everything from here on, or, if *quiet*, what needs attention only."""
    structlog.configure(
        processors=[
            only_declared,
            structlog.processors.add_log_level,
            # Whole minutes serve an operator; seconds would serve whoever looks for one person's ballot.
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%MZ", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # where it is now
    )


class _Through(logging.Handler):
    """Passes what libraries log through the same sieve."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log place and kind of *record*; its text and values stay out unless the text is a known one."""
        words: dict[str, Any] = {"logger": record.name, "place": (record.pathname, record.lineno)}
        if record.msg in PHRASES:
            words["phrase"] = record.msg
        if record.exc_info and record.exc_info[1] is not None:
            words["error"] = record.exc_info[1]
        _LOG.log(record.levelno, "library", **words)


def take_over() -> None:
    """Let nothing of this process get out unsifted: libraries, warnings, errors that nobody caught, its memory."""
    configure(quiet=True)
    # A dump after a crash would hold codes, answers and keys.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    root = logging.getLogger()
    root.handlers[:] = [_Through(logging.WARNING)]
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        sift(name)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # else a log call that itself fails prints its values
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda lost: _log_uncaught(lost.exc_value)
    threading.excepthook = lambda lost: _log_uncaught(lost.exc_value)


def sift(name: str) -> None:
    """Take the library's own ways out from the logger *name*."""
    logger = logging.getLogger(name)
    logger.handlers.clear()
    logger.propagate = True


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    _log_uncaught(error)


def _log_uncaught(error: BaseException | None) -> None:
    _LOG.critical("unexpected", error=error)


# From the first import on: unconfigured, this library would print whatever it is given.
configure(quiet=True)
