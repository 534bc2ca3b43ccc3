"""All English sentences that the catalogues must know: from templates, code and tables of messages."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file

from surveyapp import resources
from surveyapp.charter.form import SECTIONS, Rows
from surveyapp.charter.lock import FEW_WAVES, NO_BASELINE, UNCOVERED
from surveyapp.charter.waves import WaveFault
from surveyapp.checklist import StepState
from surveyapp.documents.fields import CODE_RULE, MISSING
from surveyapp.hinting import Hint
from surveyapp.office.people_file import MEANINGS as MEANINGS_OF_COLUMNS
from surveyapp.office.slot import AlreadyCastError, CodeUnusableError, WaveClosedError
from surveyapp.questionnaire.form import MESSAGES
from surveyapp.questionnaire.measures import MEASURES
from surveyapp.wave import WaveKind, WaveState
from surveyapp.web.charter_form import THIS_IS_MISSING
from surveyapp.web.errors import PAGES
from surveyapp.web.mail_words import WORDS as WORDS_OF_MAILS
from surveyapp.web.people_import import NO_LIST
from surveyapp.web.people_person import PROBLEMS
from surveyapp.web.pilot_frame import ROOMS
from surveyapp.web.promise_page import MEANINGS
from surveyapp.web.register import CHANGED, MOVED, SIDE_WORDS
from surveyapp.web.respondent import NO_CODE
from surveyapp.web.security import StaffRole
from surveyapp.web.waves import WORDS

_TEMPLATES = [("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")]
_OPTIONS = {pattern: {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true"} for pattern, _ in _TEMPLATES}
_PROBLEMS = {"wrong": (2,), "add": (2,), "_scalar": (3,), "RefusedError": None, "said": None, "Step": None}
_PEOPLE = {"RowProblem": (3,), "_note": (3,), "SheetError": None, "Note": None}
_SAYING = (
    "checklist",
    "drafting",
    "fieldwork",
    "locking",
    "office/slips",
    "office/waves",
    "registering",
    "starting",
    "web/register",
    "web/waves",
)
_KEYWORDS = {"gettext": None, "say": None, "_translated": None, "tell": None}


def sentences() -> Iterator[str]:
    for found in extract_from_dir(resources.templates(), _TEMPLATES, _OPTIONS):
        if not found[0].startswith("readout"):
            yield str(found[2])
    code = Path(resources.__file__).parent
    for found in extract_from_dir(code, [("**.py", "python")], keywords=_KEYWORDS):
        yield str(found[2])
    for room in (code / "charter", code / "documents"):
        for found in extract_from_dir(room, [("**.py", "python")], keywords=_PROBLEMS):
            yield str(found[2])
    for module in _SAYING:
        for found in extract_from_file("python", code / f"{module}.py", keywords=_PROBLEMS):
            yield str(found[1])
    yield from (MISSING, THIS_IS_MISSING, CODE_RULE, *map(str, WaveFault))
    yield from (lack.phrase for lack in (NO_BASELINE, *UNCOVERED.values()))
    yield FEW_WAVES
    for found in extract_from_dir(code / "office", [("**.py", "python")], keywords=_PEOPLE):
        yield str(found[2])
    yield from (*MEANINGS_OF_COLUMNS.values(), *PROBLEMS.values(), NO_LIST)
    yield "Choose a file first."
    yield from (*map(str, StepState), *WORDS, *SIDE_WORDS.values(), *CHANGED.values(), MOVED)
    yield from _form()
    yield from MESSAGES
    yield from (sentence for page in PAGES.values() for sentence in page)
    yield from (str(word) for words in (WaveKind, WaveState, StaffRole, Hint) for word in words)
    yield from (meaning for meanings in MEANINGS.values() for meaning in meanings.values())
    yield from (measure.meaning for measure in MEASURES.values())
    yield from (room.name for room in ROOMS)
    yield from WORDS_OF_MAILS
    yield NO_CODE
    yield from (str(kind()) for kind in (AlreadyCastError, CodeUnusableError, WaveClosedError))


def _form() -> Iterator[str]:
    """The words of the charter's form."""
    for section in SECTIONS:
        yield from (section.title, section.lead)
        for part in section.parts:
            if isinstance(part, Rows):
                yield from filter(None, (part.label, part.one, part.hint))
            for field in part.fields if isinstance(part, Rows) else (part,):
                yield from filter(None, (field.label, field.hint, *(words for _, words in field.choices)))
