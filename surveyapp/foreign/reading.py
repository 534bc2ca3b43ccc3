"""A file of another program to a questionnaire of ours: told apart by content, with everything that got lost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from surveyapp.errors import InputError
from surveyapp.foreign.building import build
from surveyapp.foreign.found import Found
from surveyapp.foreign.limesurvey import found_in
from surveyapp.foreign.limesurvey_rows import looks_like_tsv, of_lss, of_tsv
from surveyapp.foreign.losses import Loss, Losses
from surveyapp.foreign.surveyjs import read_surveyjs
from surveyapp.foreign.xlsform import SPREADSHEET, read_xlsform
from surveyapp.questionnaire.model import Questionnaire

SIZE_LIMIT: Final = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Imported:
    """The questionnaire, the program whose format the file has, and what is not as it was."""

    questionnaire: Questionnaire
    source: str
    losses: tuple[Loss, ...]


def import_file(path: Path, *, language: str = "en") -> Imported:
    """Return the questionnaire in the file at *path*; *language* is that of texts that name none.

    Raises:
        InputError: it cannot be read, is of no known format, or nothing in it can be asked here.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    return import_bytes(data, str(path), language=language)


def import_bytes(data: bytes, file: str, *, language: str = "en") -> Imported:
    """Return the questionnaire in *data*, called *file* in problems.

    Raises:
        InputError: it is too large, of no known format, or nothing in it can be asked here.
    """
    if len(data) > SIZE_LIMIT:
        raise InputError(f"{file} is larger than {SIZE_LIMIT // 1_000_000} MB: no questionnaire is")
    losses = Losses()
    source, found = _found(data, file, losses)
    questionnaire = build(found, losses, language=language, file=file)
    return Imported(questionnaire, source, losses.found)


def _found(data: bytes, file: str, losses: Losses) -> tuple[str, Found]:
    """Return which program the file is from, and its questions; names of files say nothing."""
    if data.startswith(SPREADSHEET):
        return "XLSForm", read_xlsform(data, file, losses)
    text = _text(data, file)
    start = text.lstrip()[:1]
    if start == "<":
        return "LimeSurvey", found_in(of_lss(data, file), losses)
    if start in ("{", "["):
        return "SurveyJS", read_surveyjs(text, file, losses)
    if looks_like_tsv(text):
        return "LimeSurvey", found_in(of_tsv(text, file), losses)
    return "XLSForm", read_xlsform(text.encode(), file, losses)


def _text(data: bytes, file: str) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{file} is neither a spreadsheet nor text in UTF-8: save it as one of them") from None
