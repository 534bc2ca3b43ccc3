"""`surveyapp analyse`: the analysis alone, on any CSV, without a database."""

import csv
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.codebook import Text
from analysis.plan import KpiSeries, Plan, WaveCounts
from surveyapp import resources
from surveyapp.asking import setting_of
from surveyapp.charter import loader as charters
from surveyapp.charter.model import Charter
from surveyapp.charter.plan import plan_of
from surveyapp.cli import command
from surveyapp.cli.files import write_files
from surveyapp.clock import utc_now
from surveyapp.desk.series import read_series
from surveyapp.errors import InputError
from surveyapp.questionnaire import loader as questionnaires
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.settling import Setting, settle

if TYPE_CHECKING:
    from analysis.report import Wave

_KINDS = ("baseline", "pulse", "closing")


@dataclass(frozen=True, slots=True)
class WaveFiles:
    """The files of one wave."""

    kind: str
    answers: Path
    questionnaire: Path
    invited: Path | None


def add_commands(commands: Any) -> None:
    """Declare the command."""
    parser = command.add(
        commands,
        "analyse",
        "readout, export and report.json from any CSV of answers",
        example="analyse --answers answers.csv --questionnaire examples/developers.yaml --out out/developers",
        run=analyse,
    )
    parser.add_argument("--answers", type=Path, help="CSV: a row per respondent, a column per question id")
    parser.add_argument("--questionnaire", type=Path)
    parser.add_argument("--charter", type=Path)
    parser.add_argument("--invited", type=Path, help="CSV: group,invited")
    parser.add_argument("--kpi", type=Path, help="CSV: entity,period,arm,date,unit,value")
    parser.add_argument(
        "--wave", action="append", default=[], metavar="KIND:A.csv:Q.yaml[:G.csv]", help="several waves, in order"
    )
    parser.add_argument("--lang", default="", help="languages, the first is the main one")
    parser.add_argument("--out", type=Path, required=True)


def analyse(arguments: Namespace) -> int:
    """Analyse and write the files; nothing is written if anything is wrong."""
    from analysis.render.archive import export_zip
    from analysis.render.json import report_json
    from analysis.render.pdf import readout
    from analysis.report import build
    from analysis.results import AnalysisError

    files = _files(arguments)
    charter = charters.load(arguments.charter) if arguments.charter else None
    try:
        waves = [_wave(number, one, charter) for number, one in enumerate(files, 1)]
        plan = _plan(charter, files[0])
        report = build(plan, waves, as_of=utc_now().date(), kpi=_series(arguments.kpi, charter))
        languages = tuple(arguments.lang.split(",")) if arguments.lang else plan.languages
        documents = {
            "readout.pdf" if place == 0 else f"readout.{language}.pdf": readout(
                report, language=language, templates=resources.templates()
            )
            for place, language in enumerate(languages)
        }
        documents |= {
            "export.zip": export_zip(report, language=languages[0]),
            "report.json": report_json(report, language=languages[0]),
        }
    except AnalysisError as error:
        raise InputError(str(error)) from error
    write_files(arguments.out, documents)
    print(f"{report.decision} from {sum(wave.frame.size for wave in waves)} answers")
    for gate in report.gates:
        print(f"  {gate.id}: {gate.verdict}")
    print(f"files in {arguments.out}: " + ", ".join(sorted(documents)))
    return 0


def _files(arguments: Namespace) -> list[WaveFiles]:
    if arguments.wave and not arguments.answers:
        return [_named(text) for text in arguments.wave]
    if arguments.wave or not (arguments.answers and arguments.questionnaire):
        raise InputError("give either --answers and --questionnaire, or --wave for each wave")
    return [WaveFiles("baseline", arguments.answers, arguments.questionnaire, arguments.invited)]


def _named(text: str) -> WaveFiles:
    parts = text.split(":")
    if len(parts) not in {3, 4} or parts[0] not in _KINDS:
        raise InputError("--wave: write KIND:A.csv:Q.yaml[:groups.csv] with KIND baseline, pulse or closing")
    return WaveFiles(parts[0], Path(parts[1]), Path(parts[2]), Path(parts[3]) if parts[3:] else None)


def _wave(number: int, files: WaveFiles, charter: Charter | None) -> "Wave":
    from analysis.frame import from_csv
    from analysis.report import Wave

    questionnaire = settle(questionnaires.load(files.questionnaire), _setting(number, charter))
    frame = from_csv(codebook(questionnaire), files.answers)
    invited = _invited(files.invited) if files.invited else {}
    counts = WaveCounts(
        number=number,
        kind=files.kind,
        invited=sum(invited.values()) or None,
        invited_by_group=tuple(invited.items()),
    )
    return Wave(counts, frame)


def _setting(number: int, charter: Charter | None) -> Setting:
    if charter is None:
        unnamed = Text.plain("-")
        return Setting(pilot="-", tool="-", wave=unnamed, primary_task=unnamed, pulse=number - 1, previous_wave=unnamed)
    return setting_of(charter, number, [group.code for group in charter.groups])


def _plan(charter: Charter | None, files: WaveFiles) -> Plan:
    if charter is not None:
        return plan_of(charter)
    name = files.answers.stem
    return Plan(pilot=name, title=name, tool="")


def _series(path: Path | None, charter: Charter | None) -> KpiSeries:
    if path is None:
        return KpiSeries()
    if charter is None:
        raise InputError("--kpi needs --charter: the series is judged against its KPI")
    return read_series(_content(path), path.name, charter.gates.kpi.unit)


def _invited(path: Path) -> dict[str, int]:
    rows = list(csv.reader(_content(path).decode("utf-8-sig").splitlines()))
    if not rows or rows[0] != ["group", "invited"]:
        raise InputError(f"{path.name}: line 1 must be group,invited")
    problems = [
        f"{path.name}:{number}: write a group's code and a whole number"
        for number, row in enumerate(rows[1:], 2)
        if len(row) != 2 or not row[1].isdecimal()  # noqa: PLR2004  # the two columns
    ]
    if problems:
        raise InputError(f"{path.name} cannot be used:", problems)
    return {row[0]: int(row[1]) for row in rows[1:]}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
