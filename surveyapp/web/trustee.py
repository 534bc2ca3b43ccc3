"""Pages of the trustee: the keys of the boxes, made and tried in the browser.

The passphrase never gets here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Blueprint, request
from flask_security import current_user

from surveyapp.crypto import wrapping
from surveyapp.custody import Custody, Due, KeptPilot
from surveyapp.desk.store import Desk, UnknownPilotError
from surveyapp.errors import EnvironmentProblemError, RefusedError
from surveyapp.wave import BadWaveKeyError, WaveKey
from surveyapp.web.pages import render
from surveyapp.web.pilot_frame import TRUSTEE, PilotFrame, enter
from surveyapp.web.security import Guard, StaffRole, signed_in

_CREATED, _CONFLICT, _UNPROCESSABLE = 201, 409, 422
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TrusteePage:
    """All planned waves of a pilot, what is to be done about each, and how many comments wait to be read."""

    frame: PilotFrame
    pilot: KeptPilot
    comments_waiting: int
    sheet_kept: bool

    @property
    def to_make(self) -> int:
        """How many waves need a key."""
        return sum(wave.due == Due.MAKE_KEY for wave in self.pilot.waves)

    @property
    def replaceable(self) -> int:
        """How many waves that have not started have a key."""
        return sum(wave.state == "planned" and wave.wrapped is not None for wave in self.pilot.waves)

    @property
    def ready(self) -> bool:
        """Whether every wave has a key and none has started."""
        return self.replaceable == len(self.pilot.waves)

    @property
    def deputy(self) -> bool:
        """Whether a deputy can open a box, too."""
        return any(wave.deputy for wave in self.pilot.waves)

    @property
    def made(self) -> int:
        """How many waves have a key that a passphrase opens."""
        return sum(wave.wrapped is not None for wave in self.pilot.waves)


def make_blueprint(*, desk: Desk, custody: Custody, comments_waiting: Callable[[str], int], guard: Guard) -> Blueprint:
    """Return the routes of the trustee; *comments_waiting* tells how many comments of a pilot wait."""
    blueprint = Blueprint("trustee", __name__, url_prefix="/staff/trustee")

    def kept(slug: str) -> KeptPilot:
        guard.require(slug, StaffRole.TRUSTEE)
        try:
            return custody.pilot(slug)
        except UnknownPilotError:
            guard.refuse()

    @blueprint.get("/<slug>")
    @signed_in
    def page(slug: str) -> str:
        return render(
            "staff/trustee.html",
            TrusteePage(
                enter(slug, TRUSTEE, desk=desk, guard=guard),
                kept(slug),
                comments_waiting(slug),
                custody.sheet_kept(slug),
            ),
        )

    @blueprint.get("/<slug>/keys.json")
    @signed_in
    def keys(slug: str) -> dict[str, Any]:
        return _public_data(kept(slug))

    @blueprint.post("/<slug>/keys")
    @signed_in
    def keep(slug: str) -> tuple[dict[str, Any], int]:
        kept(slug)
        try:
            posted = _posted_keys(request.get_json(silent=True))
        except (wrapping.BadWrappingError, BadWaveKeyError):
            return {"end": "bad_keys"}, _UNPROCESSABLE
        try:
            custody.keep(slug, posted.keys, actor=current_user.email, replace=posted.replace)
        except (RefusedError, EnvironmentProblemError) as error:
            _LOG.info("refused", error=error)
            return {"end": "not_now"}, _CONFLICT
        return {"end": "kept"}, _CREATED

    return blueprint


# ----------------------------------------------------------------- what is sent


def _public_data(pilot: KeptPilot) -> dict[str, Any]:
    """Return what the page's script works with; wrapped keys open with the passphrase only."""
    return {
        "waves": [
            {
                "wave": str(wave.key),
                "state": wave.state,
                "key": wrapping.to_plain(wave.wrapped) if wave.wrapped else None,
            }
            for wave in pilot.waves
        ]
    }


# ----------------------------------------------------------------- what is received


@dataclass(frozen=True, slots=True)
class PostedKeys:
    """Keys from the trustee's browser; whether they may take the place of others."""

    keys: Mapping[WaveKey, wrapping.WrappedKey]
    replace: bool


def _posted_keys(value: Any) -> PostedKeys:
    if not isinstance(value, dict) or set(value) != {"keys", "replace"} or not isinstance(value["replace"], bool):
        raise wrapping.BadWrappingError
    if not isinstance(value["keys"], dict) or not value["keys"]:
        raise wrapping.BadWrappingError
    keys = {WaveKey.parse(wave): wrapping.from_plain(key) for wave, key in value["keys"].items()}
    return PostedKeys(keys, value["replace"])
