"""A program that casts ballots as docs/wire.md says, without a browser, and can stop between any two steps."""

import http.client
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps as as_json
from typing import TYPE_CHECKING

from surveyapp.crypto import base64url, blind_rsa
from surveyapp.crypto.blind_rsa import Blinding, BlindSignature, Message, Signature, SigningPublicKey
from surveyapp.crypto.sealing import BoxPublicKey, SealedBallot, seal

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@dataclass(frozen=True, slots=True)
class Slip:
    """A message, and what hides it from the server until it is signed."""

    message: Message
    blinding: Blinding


@dataclass(frozen=True, slots=True)
class Ballot:
    """What `cast` takes."""

    message: Message
    signature: Signature
    sealed: SealedBallot

    def body(self) -> dict[str, str]:
        return {
            "message": base64url.write(self.message),
            "signature": base64url.write(self.signature),
            "sealed": base64url.write(self.sealed),
        }


class WireClient:
    """Knows nothing of a wave but its `ballot.json`."""

    def __init__(self, client: "FlaskClient | HttpClient", wave: str) -> None:
        self._client = client
        self.wave = wave
        self.data = json.loads(client.get(f"/s/{wave}/ballot.json").data)
        self._key = blind_rsa.public_key(SigningPublicKey(base64url.read(self.data["signing_key"])))

    def slip(self) -> Slip:
        message = blind_rsa.prepare(secrets.token_bytes(32), secrets.token_bytes)
        return Slip(message, blind_rsa.blind(self._key, message, secrets.token_bytes))

    def seal(self, answers: Mapping[str, object]) -> SealedBallot:
        plaintext = json.dumps({"answers": answers}).encode().ljust(self.data["plaintext_bytes"])
        return seal(plaintext, BoxPublicKey(base64url.read(self.data["box_key"])), self.wave)

    def post(self, route: str, body: object, language: str = "en") -> "TestResponse":
        return self._client.post(f"/s/{self.wave}/{route}?lang={language}", json=body)  # type: ignore[return-value]

    def issue(self, code: str, slip: Slip) -> "TestResponse":
        return self.post("issue", {"code": code, "blinded": base64url.write(slip.blinding.blinded)})

    def signed(self, code: str, slip: Slip) -> Signature:
        response = self.issue(code, slip)
        assert response.status_code == 200, response.text
        blind_signature = BlindSignature(base64url.read(response.json["blind_signature"]))
        return blind_rsa.finalize(self._key, slip.message, blind_signature, slip.blinding.inverse)

    def ballot(self, code: str, answers: Mapping[str, object]) -> Ballot:
        """A ballot whose slip is signed, not yet cast."""
        slip = self.slip()
        return Ballot(slip.message, self.signed(code, slip), self.seal(answers))

    def cast(self, ballot: Ballot) -> "TestResponse":
        return self.post("cast", ballot.body())

    def vote(self, code: str, answers: Mapping[str, object]) -> Ballot:
        """Cast a whole ballot."""
        ballot = self.ballot(code, answers)
        assert self.cast(ballot).status_code == 201
        return ballot


class HttpClient:
    """As much of Flask's test client as `WireClient` needs, over real connections, one for each request."""

    def __init__(self, base: str) -> None:
        self._base = base

    def get(self, path: str) -> "HttpAnswer":
        return self._ask(urllib.request.Request(self._base + path))  # noqa: S310  # our own server

    def post(self, path: str, *, json: object) -> "HttpAnswer":
        return self._ask(
            urllib.request.Request(  # noqa: S310  # our own server
                self._base + path, as_json(json).encode(), {"Content-Type": "application/json"}
            )
        )

    def _ask(self, request: urllib.request.Request) -> "HttpAnswer":
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310  # our own server
                return HttpAnswer(response.status, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return HttpAnswer(error.code, error.read())
        except http.client.IncompleteRead:
            # The server went between the head of its answer and the body.
            raise ConnectionResetError from None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status_code: int
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> dict[str, str]:
        return json.loads(self.data)
