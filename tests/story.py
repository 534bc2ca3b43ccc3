"""A pilot in a fresh installation, played through the same doors as a real one."""

import itertools
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from surveyapp import canonical, templating
from surveyapp.app import House, web_application
from surveyapp.charter import loader
from surveyapp.charter.lock import locked_hash
from surveyapp.crypto.codes import Code
from surveyapp.crypto.keyring import Keyring, new_signing_key
from surveyapp.mailing import MailState
from surveyapp.office.people import Entry
from surveyapp.poll import Poll
from surveyapp.questionnaire.filling import fields_of
from surveyapp.results.store import RevealedWave
from surveyapp.schema import DATABASES
from surveyapp.settings import Settings
from surveyapp.wave import WaveKey
from surveyapp.web.passwords import hashed
from surveyapp.web.security import Accounts
from tests.databases import sqlite_originals

Fields = dict[str, list[str]]


class RunningPilot:
    """The demonstration's charter with own people; waves are started, answered and revealed by the tests."""

    def __init__(
        self, house: House, client: FlaskClient, slug: str = "offers", *, key: str = "file", demo: bool = True
    ) -> None:
        self.house = house
        self.client = client
        self.slug = slug
        text = templating.environment("en").get_template("demo/offers.yaml").render(day=_day)
        charter = loader.load_bytes(text.encode(), "offers.yaml")
        charter = replace(charter, privacy=replace(charter.privacy, key=key))
        house.desk.create(slug, charter.title, canonical.to_json(charter), locked_hash(charter), demo=demo)
        house.desk.lock(slug, house.clock())

    def people(self, count: int, *, groups: tuple[str, ...] = ("sales",), language: str = "en") -> None:
        entries = [
            Entry(f"p{number}@example.org", f"Person {number}", groups[number % len(groups)], language)
            for number in range(count)
        ]
        self.house.people.enter(self.slug, entries)

    def start(self, number: int = 1) -> list[Code]:
        """Start a wave and return one code per invited person, as their mails would carry them."""
        self.house.starting.start(self.key(number))
        codes = []
        while (mail := self.house.outbox.claim()) is not None:
            self.house.outbox.settle(mail, MailState.SENT)
            codes.append(mail.code)
        return codes

    def key(self, number: int = 1) -> WaveKey:
        return WaveKey(self.slug, number)

    def poll(self, number: int = 1) -> Poll:
        return self.house.polls.known(self.key(number))

    def fields(self, code: str, number: int = 1, **values: object) -> Fields:
        """A filled-in form; without *values* with one answer, as an empty one is not taken."""
        questionnaire = self.poll(number).questionnaire
        asked = {question.id for question in questionnaire.questions}
        answers = {"group": "sales"} | (values or ({"any_days": 1} if "any_days" in asked else {"aware": "use"}))
        return fields_of(questionnaire, answers) | {"code": [code]}

    def send(self, code: str, number: int = 1, **values: object) -> TestResponse:
        return self.post(self.fields(code, number, **values), number)

    def post(self, fields: Fields, number: int = 1, language: str = "en") -> TestResponse:
        return self.client.post(f"/s/{self.key(number)}?lang={language}", data=MultiDict(fields))

    def close_without_ballots(self, number: int = 1) -> None:
        """Hold a wave that nobody answers."""
        self.house.fieldwork.close(self.key(number))

    def close_and_reveal(self, number: int = 1) -> RevealedWave:
        self.house.fieldwork.close(self.key(number))
        return self.house.revealing.reveal(self.key(number))


def settings_in(folder: Path, **settings: object) -> Settings:
    """Fresh databases below *folder*, and the settings of an installation on them."""
    var = folder / "var"
    var.mkdir(mode=0o700)
    for name in DATABASES:
        shutil.copy(sqlite_originals() / f"{name}.sqlite", var / f"{name}.sqlite")
    return Settings(var_dir=var, secret_key=secrets.token_hex(32), **settings)  # type: ignore[arg-type]


@cache
def _signing_key(number: int) -> rsa.RSAPrivateKey:
    del number
    return new_signing_key()


_TURN = itertools.cycle(range(3))


_hashed = cache(hashed)


class QuickHouse(House):
    """A real house whose waves share three keys for slips, and whose accounts with one password share its hash.

    Drawing primes and hashing passwords take longer than most tests.
    """

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.engines["desk"], _hashed)

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.settings.keys, self.settings.backups, new_signing_key=lambda: _signing_key(next(_TURN)))


@contextmanager
def installed(folder: Path, **settings: object) -> Iterator[tuple[House, FlaskClient]]:
    """A fresh installation below *folder*, and a client on its pages."""
    house = QuickHouse(settings_in(folder, **settings))
    try:
        yield house, web_application(house).test_client()
    finally:
        house.close()


def _day(days: int) -> str:
    return (date(2027, 5, 3) + timedelta(days=days)).isoformat()
