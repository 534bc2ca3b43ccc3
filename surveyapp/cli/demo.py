"""`surveyapp demo`: three sample pilots from scratch, through the very paths that a company would use."""

import email
import email.policy
import re
import secrets
import shutil
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveyapp import canonical, templating
from surveyapp.charter import loader
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.plan import plan_of
from surveyapp.cli import command, demo_pilots
from surveyapp.cli.demo_pilots import SAMPLES, SamplePilot
from surveyapp.cli.files import write_files
from surveyapp.clock import Clock
from surveyapp.comparing import Comparing
from surveyapp.crypto.codes import Code
from surveyapp.desk.series import read_series
from surveyapp.desk.store import Desk, KpiEntry
from surveyapp.errors import EnvironmentProblemError
from surveyapp.fieldwork import Fieldwork
from surveyapp.office.people import People
from surveyapp.office.people_file import read_people
from surveyapp.office.waves import Waves
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.filling import fields_of
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.reporting import Reporting
from surveyapp.revealing import Revealing
from surveyapp.starting import Starting
from surveyapp.wave import WaveKey

if TYPE_CHECKING:
    from analysis.codebook import Values
    from surveyapp.charter.model import Charter

_LINK = re.compile(r"/s/(?P<wave>[a-z0-9.-]+)\?lang=(?P<language>[a-z]+)#(?P<code>[0-9A-Z-]{19})")
_MARK = "surveyapp-demo"


@dataclass(frozen=True, slots=True)
class Installation:
    """One fresh installation of the demonstration. *submit* posts a ballot form and returns the status."""

    desk: Desk
    people: People
    waves: Waves
    starting: Starting
    fieldwork: Fieldwork
    revealing: Revealing
    reporting: Reporting
    comparing: Comparing
    send_mails: Callable[[], int]
    submit: Callable[[WaveKey, dict[str, list[str]]], int]
    add_account: Callable[[str, str, str, str], None]  # address, name, password, pilot or "" for an administrator
    serve: Callable[[Namespace], int]
    mails: Path
    clock: Clock


@dataclass(frozen=True, slots=True)
class DemoServices:
    """What the command needs: a fresh installation in a folder, reached at an address."""

    install: Callable[[Path, str], Installation]


def add_commands(commands: Any) -> None:
    """Declare the command."""
    parser = command.add(
        commands,
        "demo",
        "make three sample pilots from scratch, with mails, readouts and exports, and serve them",
        example="demo --no-serve",
        run=demo,
        needs=DemoServices,
    )
    parser.add_argument("--no-serve", action="store_true", help="end when the files are written")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for everything (default out)")
    parser.add_argument("--port", type=int, default=8000)
    parser.set_defaults(host="127.0.0.1", workers=2, no_worker=True)


def demo(arguments: Namespace, services: DemoServices) -> int:
    """Play the three pilots, then serve them."""
    out: Path = arguments.out
    _clear(out)
    house = services.install(out, f"http://127.0.0.1:{arguments.port}")
    today = house.clock().date()
    monday = today - timedelta(days=today.weekday())
    inbox = Inbox(house.mails)
    for sample in SAMPLES:
        _play(sample, house, inbox, monday, out)
    write_files(out, house.comparing.files(("en", "de")))
    signed = _accounts(house)
    _tell(out, inbox, signed, arguments)
    return 0 if arguments.no_serve else house.serve(arguments)


class Inbox:
    """Reads the mails that were sent, as their recipients do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()
        self.unanswered: dict[str, str] = {}

    def new(self) -> Iterator[tuple[str, WaveKey, str, Code]]:
        """Yield address, wave, language and code of every mail that came since the last look."""
        for path in sorted(self._folder.glob("*.eml")):
            if path.name in self._read:
                continue
            self._read.add(path.name)
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            link = _LINK.search(body.get_content()) if body else None
            if link is None:
                continue
            recipient = message["To"].addresses[0].addr_spec
            self.unanswered[recipient] = link[0]
            yield recipient, WaveKey.parse(link["wave"]), link["language"], Code(link["code"])


def _clear(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / _MARK).exists():
        raise EnvironmentProblemError(
            f"{out} holds files that no demonstration made", "choose another folder: surveyapp demo --out FOLDER"
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / _MARK).write_text("made by surveyapp demo, which may delete this folder\n")


def _play(sample: SamplePilot, house: Installation, inbox: Inbox, monday: date, out: Path) -> None:
    started = time.monotonic()
    charter = _set_up(sample, house, monday)
    open_wave = sample.waves + 1
    for number in range(1, min(open_wave, len(charter.waves)) + 1):
        key = WaveKey(sample.slug, number)
        invited = house.starting.start(key)
        mailed = house.send_mails()
        answered = _answer(sample, charter, house, inbox, key)
        _say(
            f"{charter.title}: wave {number} of {len(charter.waves)}, "
            f"{invited} invited, {mailed} mails, {answered} answered"
        )
        if number < open_wave:
            house.fieldwork.close(key)
            house.revealing.reveal(key)
    if sample.waves:
        made = house.reporting.report(sample.slug)
        write_files(out / sample.slug, {name: house.reporting.document(made.entry, name) for name in made.names})
        _say(f"{charter.title}: {made.decision} ({time.monotonic() - started:.0f} s)")


def _set_up(sample: SamplePilot, house: Installation, monday: date) -> "Charter":
    text = (
        templating.environment("en")
        .get_template(f"demo/{sample.slug}.yaml")
        .render(day=lambda days: (monday + timedelta(days=days)).isoformat())
    )
    charter = loader.load_bytes(text.encode(), f"{sample.slug}.yaml")
    house.desk.create(sample.slug, charter.title, canonical.to_json(charter), locked_hash(charter), demo=True)
    people = read_people(
        demo_pilots.people_csv(sample), "people.csv", groups=charter.groups, languages=charter.languages
    )
    house.people.enter(sample.slug, people.entries)
    house.desk.lock(sample.slug, house.clock())
    if sample.measured:
        data = demo_pilots.kpi_csv(sample, charter.waves[0].opens_at.date(), charter.starts_on, charter.ends_on)
        series = read_series(data, "kpi.csv", charter.gates.kpi.unit)
        house.desk.import_kpi(sample.slug, KpiEntry(data.decode(), series.sha256, house.clock()))
    return charter


def _answer(sample: SamplePilot, charter: "Charter", house: Installation, inbox: Inbox, key: WaveKey) -> int:
    from analysis.synthetic import ballots

    wave = house.waves.find(key)
    questionnaire = canonical.from_json(wave.questionnaire, Questionnaire)
    entries = {entry.email: entry for entry in house.people.list_of(sample.slug)}
    made = ballots(
        codebook(questionnaire),
        plan_of(charter),
        sample.truth,
        people=[wave.groups[entry.group_code] for entry in entries.values()],
        kind=wave.kind,
        number=key.number,
        seed=sample.seed,
    )
    answers: dict[str | None, Values | None] = dict(zip(entries, made, strict=True))
    sent = 0
    for address, mailed, _, code in inbox.new():
        values = answers[address] if mailed == key else None
        if values is None:
            continue
        status = house.submit(key, fields_of(questionnaire, values) | {"code": [code]})
        if status != 303:  # noqa: PLR2004  # see other: the thank-you page
            raise EnvironmentProblemError(f"a sample ballot was refused with status {status}", "report this")
        del inbox.unanswered[address]
        sent += 1
    return sent


def _accounts(house: Installation) -> dict[str, str]:
    """Make one account per role, good for all sample pilots, and return address to password."""
    names = {"lead": "Lena Lead", "hr": "Hedi HR", "trustee": "Ruth Adler", "administrator": "Ari Admin"}
    signed = {}
    for role, name in names.items():
        address, password = f"{role}@example.org", f"{role}-{secrets.token_hex(4)}"
        house.add_account(address, name, password, role)
        signed[address] = password
    return signed


def _tell(out: Path, inbox: Inbox, signed: dict[str, str], arguments: Namespace) -> None:
    base = f"http://127.0.0.1:{arguments.port}"
    last = [sample for sample in SAMPLES if not sample.waves][-1]
    unanswered = next(link for link in inbox.unanswered.values() if link.startswith(f"/s/{last.slug}.1?lang=en"))
    _say("")
    for sample in SAMPLES:
        if sample.waves:
            _say(f"readout   {out / sample.slug / 'readout.pdf'}\nexport    {out / sample.slug / 'export.zip'}")
    _say(f"together  {out / 'comparison.pdf'}, {out / 'comparison.de.pdf'}, {out / 'comparison.csv'}")
    _say(f"mails     {out / 'mail'}/*.eml")
    _say(f"employee  {base}{unanswered}")
    _say(f"staff     {base}/staff/")
    for address, password in signed.items():
        _say(f"          {address}  {password}")
    variables = f"SURVEYAPP_VAR_DIR={out / 'var'}"
    _say(f"to see an answer in a report:\n          {variables} ./run wave close {last.slug} 1")
    _say(f"          {variables} ./run wave reveal {last.slug} 1\n          {variables} ./run report {last.slug}")
    if not arguments.no_serve:
        _say(f"\nserving {base}, Ctrl-C ends it")


def _say(text: str) -> None:
    print(text, flush=True)
