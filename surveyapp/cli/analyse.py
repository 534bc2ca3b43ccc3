"""`surveyapp analyse`: the analysis alone, on any CSV, without a database."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from analysis.codebook import Codebook, Option, Text
from analysis.plan import KpiSeries, Plan, WaveCounts
from surveyapp import resources
from surveyapp.asking import setting_of
from surveyapp.charter import loader as charters
from surveyapp.charter.model import WAVE_KINDS, Charter
from surveyapp.charter.plan import plan_of
from surveyapp.cli import analysing, command
from surveyapp.cli.files import write_files
from surveyapp.cli.invited import read_invited
from surveyapp.clock import utc_now
from surveyapp.desk.series import read_series
from surveyapp.documents.tree import content
from surveyapp.errors import InputError
from surveyapp.questionnaire import loader as questionnaires
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.questionnaire.record import digest
from surveyapp.questionnaire.settling import Setting, settle
from surveyapp.templating import LANGUAGE_NAMES

if TYPE_CHECKING:
    from analysis.report import Wave
    from analysis.results import Report

P = ParamSpec("P")
T = TypeVar("T")

EXPORT: Final = "export.zip"
_FIRST = "baseline"  # what a single file of answers is taken for
_WAVE: Final = "KIND:A.csv:Q.yaml[:G.csv]"
_WAVE_PARTS: Final = range(3, 5)

# What a questionnaire calls things where no charter names them.
_TOOL = "AI"
_NOW = Text.of({"en": "this survey", "de": "diese Umfrage"})
_BEFORE = Text.of({"en": "the survey before", "de": "die Umfrage davor"})
_TASK = Text.of({"en": "your main task", "de": "Ihre wichtigste Aufgabe"})


@dataclass(frozen=True, slots=True)
class WaveFiles:
    """The files of one wave."""

    kind: str
    answers: Path
    questionnaire: Path
    invited: Path | None

    @classmethod
    def parse(cls, text: str) -> "WaveFiles":
        """Return the files that *text* names, as typed after --wave."""
        parts = text.split(":")
        if len(parts) not in _WAVE_PARTS or parts[0] not in WAVE_KINDS or not all(parts):
            raise ArgumentTypeError(f"write {_WAVE} with KIND {', '.join(WAVE_KINDS)}")
        return cls(parts[0], Path(parts[1]), Path(parts[2]), Path(parts[3]) if parts[3:] else None)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that the files say."""

    plan: Plan
    waves: tuple["Wave", ...]
    kpi: KpiSeries


def add_commands(commands: Any) -> None:
    """Declare the command."""
    parser = command.add(
        commands,
        "analyse",
        "readout, export and report.json from any CSV of answers",
        example="analyse --answers answers.csv --questionnaire Q.yaml --charter C.yaml --out out/analysis",
        run=analyse,
    )
    parser.add_argument("--answers", type=Path, help="CSV: a row per respondent, a column per question id")
    parser.add_argument("--questionnaire", type=Path, help="YAML: what was asked")
    parser.add_argument("--charter", type=Path, help="YAML: gates, groups and names; without it no gate has evidence")
    parser.add_argument("--invited", type=Path, help="CSV: group,invited")
    parser.add_argument("--kpi", type=Path, help="CSV: entity,period,arm,date,unit,value")
    parser.add_argument(
        "--wave", action="append", default=[], type=WaveFiles.parse, metavar=_WAVE, help="several waves, in order"
    )
    parser.add_argument("--lang", default="", help="languages, the first is the main one (default: the charter's)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.set_defaults(refuse=parser.error)


def analyse(arguments: Namespace) -> int:
    """Analyse and write the files; nothing is written if anything is wrong."""
    from analysis.report import build

    inputs = _inputs(arguments, _files(arguments))
    languages = [language.strip() for language in arguments.lang.split(",") if language.strip()]
    with analysing.told():
        report = build(inputs.plan, inputs.waves, as_of=utc_now().date(), kpi=inputs.kpi)
        documents = _documents(report, languages or inputs.plan.languages)
    write_files(arguments.out, documents)
    print(f"{report.decision} from {sum(wave.frame.size for wave in inputs.waves)} answers")
    for gate in report.gates:
        print(f"  {gate.id}: {gate.verdict}")
    print(f"files in {arguments.out}: " + ", ".join(sorted(documents)))
    if EXPORT not in documents:
        print("no export: no wave has enough answers for a figure to be shown")
    return 0


def _documents(report: "Report", languages: Sequence[str]) -> dict[str, bytes]:
    from analysis.exports import exports
    from analysis.render.composing import composed
    from analysis.render.json import report_json
    from analysis.render.pdf import readout
    from analysis.wording import wording

    names = {
        language: "readout.pdf" if place == 0 else f"readout.{language}.pdf"
        for place, language in enumerate(dict.fromkeys(languages))
    }
    templates = resources.templates()
    readouts = {name: readout(composed(report, wording(spoken)), templates=templates) for spoken, name in names.items()}
    # An empty export would look like a result.
    tables = exports(report, languages=languages) if report.rows else {}
    return readouts | tables | {"report.json": report_json(report, language=languages[0])}


# --------------------------------------------------------------------------- which files


def _files(arguments: Namespace) -> tuple[WaveFiles, ...]:
    """Return the files of every wave; what contradicts itself ends the command with its usage."""
    single = arguments.answers, arguments.questionnaire, arguments.invited
    if arguments.kpi and not arguments.charter:
        arguments.refuse("--kpi needs --charter: the series is judged against the charter's KPI")
    if arguments.wave:
        if any(single):
            arguments.refuse(f"--wave names all files of a wave ({_WAVE}); leave the other file options out")
        return tuple(arguments.wave)
    if not (arguments.answers and arguments.questionnaire):
        arguments.refuse("give --answers and --questionnaire, or --wave for each wave")
    return (WaveFiles(_FIRST, *single),)


class _Mistakes:
    """Collects what is wrong with the files, so that everything is said at once."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def during(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """Return what *work* returns, or nothing where its file cannot be used."""
        from analysis.results import AnalysisError

        try:
            return work(*arguments, **named)
        except (InputError, AnalysisError) as error:
            self.add(str(error).splitlines())
            return None

    def add(self, found: Iterable[str]) -> None:
        """Note mistakes; the same one counts once."""
        self._found |= dict.fromkeys(found)

    def settle(self) -> None:
        """Refuse to go on if there is any.

        Raises:
            InputError: it names them all.
        """
        if self._found:
            raise InputError("nothing was written, because:", tuple(self._found))


# --------------------------------------------------------------------------- what they say


def _inputs(arguments: Namespace, files: Sequence[WaveFiles]) -> Inputs:
    """Return what all files say.

    Raises:
        InputError: first everything wrong with charter and questionnaires, else everything wrong with the data.
    """
    mistakes = _Mistakes()
    charter = mistakes.during(charters.load, arguments.charter) if arguments.charter else None
    written = [mistakes.during(questionnaires.load, one.questionnaire) for one in files]
    mistakes.add(_misfits(files, charter))
    mistakes.settle()
    settings = [_setting(number, files, charter) for number in range(1, len(files) + 1)]
    asked = [mistakes.during(settle, one, its) for one, its in zip(written, settings, strict=True) if one is not None]
    mistakes.settle()
    questionnaires_asked = [one for one in asked if one is not None]
    waves = [
        _wave(number, one, questionnaire, charter, mistakes)
        for number, (one, questionnaire) in enumerate(zip(files, questionnaires_asked, strict=True), 1)
    ]
    series = mistakes.during(_series, arguments.kpi, charter) if arguments.kpi and charter else KpiSeries()
    mistakes.settle()
    plan = plan_of(charter) if charter else _plan(questionnaires_asked[0])
    return Inputs(plan, tuple(wave for wave in waves if wave is not None), series or KpiSeries())


def _misfits(files: Sequence[WaveFiles], charter: Charter | None) -> Iterator[str]:
    """Yield where the waves are not the first ones that the charter plans."""
    if charter is None:
        return
    planned = [wave.kind for wave in charter.waves]
    if len(files) > len(planned):
        yield f"the charter plans {len(planned)} waves, {len(files)} are given"
    for number, (one, kind) in enumerate(zip(files, planned, strict=False), 1):
        if one.kind != kind:
            yield f"wave {number} is given as {one.kind}, the charter plans a {kind}"


def _setting(number: int, files: Sequence[WaveFiles], charter: Charter | None) -> Setting:
    if charter is not None:
        return setting_of(charter, number, [group.code for group in charter.groups])
    pulse = sum(one.kind != _FIRST for one in files[:number])
    return Setting(_TOOL, _TOOL, wave=_NOW, primary_task=_TASK, pulse=pulse, previous_wave=_BEFORE)


def _plan(questionnaire: Questionnaire) -> Plan:
    """Return the plan of a survey that nothing was agreed on for."""
    spoken = tuple(language for language in questionnaire.languages if language in LANGUAGE_NAMES) or ("en",)
    return Plan(questionnaire.name, questionnaire.title.into(spoken[0]), tool="", languages=spoken)


def _wave(
    number: int, files: WaveFiles, questionnaire: Questionnaire, charter: Charter | None, mistakes: _Mistakes
) -> "Wave | None":
    from analysis.frame import from_csv
    from analysis.report import Wave

    book = codebook(questionnaire)
    named = _groups(book, charter)
    invited = mistakes.during(read_invited, files.invited, named) if files.invited else {}
    groups = named or [Option(code, Text.plain(code)) for code in invited or ()]
    frame = mistakes.during(from_csv, book, files.answers, groups=groups)
    if frame is None or invited is None:
        return None
    planned = charter.waves[number - 1] if charter else None
    counts = WaveCounts(
        number=number,
        kind=files.kind,
        opened_on=planned.opens_at.date() if planned else None,
        closed_on=planned.closes_at.date() if planned else None,
        invited=sum(invited.values()) or None,
        invited_by_group=tuple(invited.items()),
        questionnaire_hash=digest(questionnaire),
    )
    return Wave(counts, frame)


def _groups(book: Codebook, charter: Charter | None) -> Sequence[Option]:
    """Return the groups that people could name; none where any may stand in the answers."""
    item = book.measuring("group") or book.item("group")
    if item is not None:
        return [option for option in item.options if not option.refusal]
    return charter.groups if charter else ()


def _series(path: Path, charter: Charter) -> KpiSeries:
    return read_series(content(path), path.name, charter.gates.kpi.unit)
