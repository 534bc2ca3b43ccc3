"""Fixtures that many rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import databases as real
from tests.databases import Databases
from tests.story import RunningPilot, installed

# How quick a machine is belongs to the benchmarks: a busy one must not fail a test of behaviour.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def sqlite_databases(tmp_path: Path) -> Iterator[Databases]:
    with real.sqlite(tmp_path) as made:
        yield made


@pytest.fixture
def postgresql_databases() -> Iterator[Databases]:
    with real.postgresql() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    with real.sqlite(tmp_path) if request.param == "sqlite" else real.postgresql() as made:
        yield made


@pytest.fixture
def pilot(tmp_path: Path) -> Iterator[RunningPilot]:
    with installed(tmp_path) as (house, client):
        yield RunningPilot(house, client)
