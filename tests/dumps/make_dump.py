"""Write the databases of a small pilot as SQL: what this version leaves behind, for every later one to take over.

python -m tests.dumps.make_dump          # once, when a version is finished; writes tests/dumps/<version>/
"""

import shutil
import sqlite3
import tempfile
import tomllib
from pathlib import Path

from surveyapp.charter.model import Person
from surveyapp.charter.register import OwnerNamed, written
from surveyapp.desk.series import read_series
from surveyapp.desk.store import Audited, Change, KpiEntry
from surveyapp.mailing import MailState
from surveyapp.reporting import Reporting
from surveyapp.schema import DATABASES
from surveyapp.web.security import NewAccount, StaffRole
from tests.story import RunningPilot, installed
from tests.wire import WireClient

FOLDER = Path(__file__).parent
PEOPLE, ANSWERED = 20, 6  # invited, and ballots in the box of the open wave
# The whole readout would be 200 kB of fonts and charts.
PAGE = """<html lang="en"><head><title>{{ document.title }}</title></head><body>
<h1>{{ document.title }}</h1><p>{{ document.cover.coverage }}</p></body></html>"""
SERIES = b"entity,period,arm,date,unit,value\ndesk 1,before,pilot,2027-01-20,minutes,42.5\n"


def main() -> None:
    version = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    target = FOLDER / version
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        play(Path(folder))
        var = Path(folder) / "var"
        for name in DATABASES:
            with sqlite3.connect(var / f"{name}.sqlite") as connection:
                (target / f"{name}.sql").write_text("\n".join(connection.iterdump()) + "\n", "utf-8")
            connection.close()
        shutil.copytree(var / "keys", target / "keys")


def play(folder: Path) -> None:
    """Hold the baseline, make a readout, and leave the first pulse open: some answered, some not yet mailed."""
    with installed(folder) as (house, client):
        pilot = RunningPilot(house, client)
        now = house.clock()
        pilot.people(PEOPLE, groups=("sales", "support"))
        house.desk.enter(
            pilot.slug, Change(now, written(OwnerNamed("technical", Person("Nora Lind", "Platform lead"))))
        )
        unit = "minutes"
        house.desk.import_kpi(pilot.slug, KpiEntry(SERIES.decode(), read_series(SERIES, "kpi.csv", unit).sha256, now))
        house.desk.audit(Audited(now, "lead@example.org", "kpi imported", pilot.slug, "1 value"))
        with client.application.app_context():
            lead = {pilot.slug: StaffRole.LEAD}
            house.accounts.add(NewAccount("lead@example.org", "Lena Lead", "a-long-password", roles=lead))
        for number, code in enumerate(pilot.start()):
            pilot.send(code, group=("sales", "support")[number % 2], any_days=number % 8, confidence=1 + number % 5)
        pilot.close_and_reveal()
        (folder / "readout").mkdir()
        (folder / "readout" / "readout.html").write_text(PAGE, "utf-8")
        (folder / "readout" / "readout.css").write_text("", "utf-8")
        Reporting(
            desk=house.desk, results=house.results, comments=house.comments, templates=folder, clock=house.clock
        ).report(pilot.slug, languages=("en",))
        house.starting.start(pilot.key(2))
        for number in range(ANSWERED):
            mail = house.outbox.claim()
            if mail is None:
                raise AssertionError
            house.outbox.settle(mail, MailState.SENT)
            if number % 2:
                pilot.send(mail.code, 2, aware="use", tool_days=1 + number)
            else:
                answers = {"group": "sales", "aware": "use", "tool_days": 1 + number}
                WireClient(client, str(pilot.key(2))).vote(mail.code, answers)


if __name__ == "__main__":
    main()
