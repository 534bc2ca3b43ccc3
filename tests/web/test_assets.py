"""Scripts that import each other, under names that change with all that is behind them."""

import gzip
import re

from flask import Flask
from flask.testing import FlaskClient

from surveyapp.web import assets
from tests.story import RunningPilot

_BUDGET = 40_000  # bytes: page, style and scripts, compressed


def client() -> FlaskClient:
    app = Flask("only the assets")
    app.register_blueprint(assets.make_blueprint())
    return app.test_client()


def imports(script: bytes) -> set[str]:
    return {f"/assets/{name}" for name in re.findall(r'from "\./([^"]+)"', script.decode())}


def test_every_import_leads_to_the_file_as_it_is_served() -> None:
    scripts = [asset for name, asset in assets.assets().items() if name.endswith(".js")]

    found = {address for script in scripts for address in imports(script.content)}

    assert found
    for address in found:
        assert client().get(address).status_code == 200


def test_the_page_names_beforehand_exactly_what_its_script_imports(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    page = pilot.client.get("/s/offers.1").text
    waiting, needed = {assets.address("respondent.js")}, set[str]()
    while waiting:
        needed |= waiting
        waiting = {one for address in waiting for one in imports(pilot.client.get(address).data)} - needed

    preloaded = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)

    assert sorted([*preloaded, assets.address("respondent.js")]) == sorted(needed)


def test_the_page_with_all_it_needs_is_light(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    page = pilot.client.get("/s/offers.1?lang=de")
    addresses = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text))

    weight = sum(len(gzip.compress(one)) for one in (page.data, *(pilot.client.get(a).data for a in addresses)))

    assert weight < _BUDGET
