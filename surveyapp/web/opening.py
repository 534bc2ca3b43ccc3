"""Opening a box on the web: the trustee's browser sends the key once, and the page is told each step."""

import json
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask import Blueprint, Response, request
from flask_security import current_user

from surveyapp.clock import Clock
from surveyapp.crypto import base64url, wrapping
from surveyapp.crypto.keyring import KeyDamagedError, KeyMissingError
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError, SurveyError
from surveyapp.office.box import BoxChangedError
from surveyapp.results.requests import Requests
from surveyapp.results.store import RevealedWave
from surveyapp.revealing import Progress, Revealing, TooFewBallotsError, TrusteeNeededError, WrongKeyError
from surveyapp.wave import WaveKey
from surveyapp.web.security import Guard, StaffRole, signed_in

_KEY_LENGTHS: Final = range(32, 512)  # bytes of PKCS#8; what it holds is judged by the parser
# What the page says at the end of a reveal that did not come to its end.
_ENDS: Mapping[type[SurveyError], str] = {
    TooFewBallotsError: "too_few",
    WrongKeyError: "wrong_key",
    TrusteeNeededError: "wrong_key",
    KeyMissingError: "key_missing",
    KeyDamagedError: "key_missing",
    BoxChangedError: "box_changed",
    RefusedError: "not_now",
    SurveyError: "broken",
}
_CONFLICT, _UNPROCESSABLE = 409, 422
Steps = Generator[Progress, None, RevealedWave]
_LOG = structlog.get_logger()


def make_blueprint(revealing: Revealing, requests: Requests, desk: Desk, guard: Guard, clock: Clock) -> Blueprint:
    """Return the route that opens a box; its readout is asked for at once."""
    blueprint = Blueprint("opening", __name__, url_prefix="/staff/trustee")

    @blueprint.post("/<slug>/<int:number>/reveal")
    @signed_in
    def reveal(slug: str, number: int) -> Response | tuple[dict[str, Any], int]:
        guard.require(slug, StaffRole.TRUSTEE)
        key = WaveKey(slug, number)
        try:
            opening = _posted_opening(request.get_json(silent=True))
        except wrapping.BadWrappingError:
            return {"end": "wrong_key"}, _UNPROCESSABLE
        actor = current_user.email

        def audit(revealed: RevealedWave) -> None:
            action = "box destroyed unread" if revealed.destroyed_unread else "wave reveal"
            desk.audit(Audited(clock(), actor, action, slug, str(key)))
            if not revealed.destroyed_unread:
                requests.ask(key)

        steps = revealing.steps(key, box_key=opening.box_key, destroy_too_few=opening.destroy)
        return _lines(_told(_audited(steps, audit)))

    return blueprint


def _audited(steps: Steps, audit: Callable[[RevealedWave], None]) -> Steps:
    revealed = yield from steps
    audit(revealed)
    return revealed


def _told(steps: Steps) -> Generator[dict[str, Any], None, None]:
    """Yield each step as the page reads it, and last how it ended."""
    try:
        while True:
            step = next(steps)
            yield {"step": step.step, "percent": step.percent}
    except StopIteration as end:
        yield _summary(end.value)
    except SurveyError as error:
        _LOG.info("refused", error=error)
        yield {"end": next(end for kind, end in _ENDS.items() if isinstance(error, kind))}
    finally:
        # The reader may have left: what was begun is brought to its end all the same.
        with suppress(SurveyError):
            deque(steps, maxlen=0)


def _summary(revealed: RevealedWave) -> dict[str, Any]:
    if revealed.destroyed_unread:
        return {"end": "destroyed"}
    return {"end": "revealed", "cast": revealed.cast, "revealed": revealed.revealed}


def _lines(told: Generator[dict[str, Any], None, None]) -> Response:
    # The first step is taken before the answer begins, so that a refusal has a status of its own.
    first = next(told)
    lines = (json.dumps(value) + "\n" for value in chain([first], told))
    status = _CONFLICT if first.get("end") in _ENDS.values() else 200
    response = Response(lines, status, content_type="application/x-ndjson", headers={"X-Accel-Buffering": "no"})
    response.call_on_close(told.close)
    return response


@dataclass(frozen=True, slots=True)
class PostedOpening:
    """The wish to open a box: the key, unless it is a file, and whether too few ballots may be destroyed."""

    box_key: EllipticCurvePrivateKey | None
    destroy: bool


def _posted_opening(value: Any) -> PostedOpening:
    if not isinstance(value, dict) or set(value) != {"key", "destroy"} or not isinstance(value["destroy"], bool):
        raise wrapping.BadWrappingError
    if value["key"] is None:
        return PostedOpening(None, value["destroy"])
    try:
        der = base64url.read(value["key"])
    except (base64url.BadEncodingError, TypeError):
        raise wrapping.BadWrappingError from None
    if len(der) not in _KEY_LENGTHS:
        raise wrapping.BadWrappingError
    return PostedOpening(wrapping.private_key(der), value["destroy"])
