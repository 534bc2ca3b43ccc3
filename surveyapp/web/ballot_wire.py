"""The routes of the sealed ballot: a request that knows who and nothing of what, and one that knows nothing of who."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from surveyapp import templating
from surveyapp.casting import BadEnvelopeError, Casting
from surveyapp.crypto import base64url, codes
from surveyapp.crypto.base64url import BadEncodingError
from surveyapp.crypto.blind_rsa import Blinded, Message, Signature
from surveyapp.crypto.codes import BadCodeError, Code
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.errors import SurveyError
from surveyapp.office.slot import AlreadyCastError, CodeUnusableError, WaveClosedError
from surveyapp.office.waves import UnknownWaveError
from surveyapp.poll import Poll, Polls
from surveyapp.wave import BadWaveKeyError, WaveKey
from surveyapp.web.errors import language_in_address
from surveyapp.web.respondent import Pages, keep_quiet

_STATUS: Mapping[type[SurveyError], int] = {
    BadEnvelopeError: 400,
    CodeUnusableError: 403,
    AlreadyCastError: 409,
    WaveClosedError: 410,
}


NO_SURVEY = "There is no survey here"


class BadRequestBodyError(BadEnvelopeError):
    """The body is not the JSON object that this route takes; *what* says in which respect."""


class NoSurveyError(SurveyError):
    """The address names no wave."""


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """What a browser sends to get its slip signed."""

    code: Code = field(repr=False)
    blinded: Blinded

    @classmethod
    def parse(cls, body: bytes) -> "IssueRequest":
        """Return the request in *body*.

        Raises:
            BadRequestBodyError: it is none.
            CodeUnusableError: no code looks like that.
        """
        fields = _fields(body, ("code", "blinded"))
        blinded = _binary(fields, "blinded")
        try:
            return cls(codes.parse(fields["code"]), Blinded(blinded))
        except BadCodeError:
            raise CodeUnusableError from None


@dataclass(frozen=True, slots=True)
class CastRequest:
    """What a browser sends to put its ballot into the box."""

    message: Message
    signature: Signature
    sealed: SealedBallot

    @classmethod
    def parse(cls, body: bytes) -> "CastRequest":
        """Return the request in *body*.

        Raises:
            BadRequestBodyError: it is none.
        """
        fields = _fields(body, ("message", "signature", "sealed"))
        return cls(
            Message(_binary(fields, "message")),
            Signature(_binary(fields, "signature")),
            SealedBallot(_binary(fields, "sealed")),
        )


def make_blueprint(pages: Pages, polls: Polls, casting: Casting) -> Blueprint:
    """Return the routes of the sealed ballot."""
    blueprint = Blueprint("ballots", __name__, url_prefix="/s")

    @blueprint.get("/<wave>/ballot.json")
    def ballot(wave: str) -> Response:
        try:
            content = pages.data(wave, request.args.get("lang"))
        except (BadWaveKeyError, UnknownWaveError):
            raise NoSurveyError from None
        return Response(content, 200, content_type="application/json")

    @blueprint.post("/<wave>/issue")
    def issue(wave: str) -> Response:
        poll = _poll(polls, wave)
        asked = IssueRequest.parse(request.get_data())
        signature = casting.issue(poll, asked.code, asked.blinded)
        return _json({"blind_signature": base64url.write(signature)}, 200)

    @blueprint.post("/<wave>/cast")
    def cast(wave: str) -> Response:
        poll = _poll(polls, wave)
        sent = CastRequest.parse(request.get_data())
        new = casting.cast(poll, sent.message, sent.signature, sent.sealed)
        return _json({}, 201 if new else 200)

    def refused(error: SurveyError) -> Response:
        status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
        return _json({"error": _said(str(error))}, status)

    for kind in _STATUS:
        blueprint.register_error_handler(kind, refused)

    @blueprint.errorhandler(NoSurveyError)
    def no_survey(_error: NoSurveyError) -> Response:
        return _json({"error": _said(NO_SURVEY)}, 404)

    blueprint.after_request(keep_quiet)
    return blueprint


def _said(message: str) -> str:
    return templating.catalogue(language_in_address()).gettext(message)


def _poll(polls: Polls, wave: str) -> Poll:
    try:
        return polls.known(WaveKey.parse(wave))
    except (BadWaveKeyError, UnknownWaveError):
        raise NoSurveyError from None


def _fields(body: bytes, names: tuple[str, ...]) -> Mapping[str, str]:
    """Return the text behind each of *names*, which must be all there is."""
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_entries)
    except (ValueError, RecursionError):
        # The parser's message may quote the body.
        raise BadRequestBodyError("The request is not JSON in UTF-8.") from None
    if not isinstance(found, dict) or found.keys() != set(names):
        raise BadRequestBodyError("The request does not have exactly the keys " + ", ".join(names) + ".")
    if not all(isinstance(value, str) for value in found.values()):
        raise BadRequestBodyError("A value in the request is not text.")
    return found


def _entries(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise BadRequestBodyError("A key stands in the request twice.")
    return entries


def _binary(fields: Mapping[str, str], name: str) -> bytes:
    try:
        return base64url.read(fields[name])
    except BadEncodingError:
        raise BadRequestBodyError(f"{name} is not base64url without padding.") from None


def _json(content: Mapping[str, str], status: int) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
