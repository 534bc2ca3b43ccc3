"""A trustee without a browser: makes, wraps and opens keys as the page does."""

import re
import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.test import TestResponse

from surveyapp.crypto import base64url, wrapping
from surveyapp.crypto.sealing import public_bytes
from surveyapp.web.security import NewAccount, StaffRole
from tests.story import RunningPilot

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PASSPHRASE = "bafo kidu lomi"
DEPUTY_PASSPHRASE = "somebody else's words"
PASSWORD = "correct horse battery"


def a_key(wave: str = "offers.1", number: int = 0) -> ec.EllipticCurvePrivateKey:
    return _pair(wave, number)


def a_wrapped_key(wave: str = "offers.1", number: int = 0, *, deputy: bool = False) -> wrapping.WrappedKey:
    return _wrapped(wave, number, deputy)


@cache
def _pair(wave: str, number: int) -> ec.EllipticCurvePrivateKey:
    del wave, number
    return ec.generate_private_key(ec.SECP256R1())


@cache  # a million rounds each
def _wrapped(wave: str, number: int, deputy: bool) -> wrapping.WrappedKey:  # noqa: FBT001  # part of the cache's key
    key = _pair(wave, number)
    passphrases = {wrapping.TRUSTEE: PASSPHRASE} | ({wrapping.DEPUTY: DEPUTY_PASSPHRASE} if deputy else {})
    copies = tuple(
        (holder, wrapping.wrap(key, words, wave, holder, secrets.token_bytes)) for holder, words in passphrases.items()
    )
    return wrapping.WrappedKey(public_bytes(key), copies)


def sent(key: ec.EllipticCurvePrivateKey) -> str:
    return base64url.write(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


class Keeper:
    """Somebody of the staff, signed in, who posts what the page's script posts."""

    def __init__(self, pilot: RunningPilot, who: str = "trustee") -> None:
        self.client: FlaskClient = pilot.client.application.test_client()
        self._address = f"/staff/trustee/{pilot.slug}"
        page = self.client.get("/staff/sign-in").text
        form = {"email": f"{who}@example.org", "password": PASSWORD, "csrf_token": token_of(page)}
        assert self.client.post("/staff/sign-in", data=form).status_code == 302
        self.token = token_of(self.client.get("/staff/").text)

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(self._address + path)

    def post(self, path: str, content: Any) -> TestResponse:
        return self.client.post(self._address + path, json=content, headers={"X-CSRFToken": self.token})

    def keep(self, keys: dict[str, wrapping.WrappedKey], *, replace: bool = False) -> TestResponse:
        plain = {wave: wrapping.to_plain(key) for wave, key in keys.items()}
        return self.post("/keys", {"keys": plain, "replace": replace})

    def open(self, key: ec.EllipticCurvePrivateKey | None, number: int = 1, *, destroy: bool = False) -> TestResponse:
        return self.post(f"/{number}/reveal", {"key": sent(key) if key else None, "destroy": destroy})


def staff(pilot: RunningPilot) -> None:
    """Make an account for every role."""
    with pilot.client.application.app_context():
        for role in (StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE):
            pilot.house.accounts.add(
                NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={pilot.slug: role})
            )
        pilot.house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]
