"""Revealed waves, their answers and comments, and the releases made of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select
from sqlalchemy.exc import IntegrityError

from surveyapp.database import read, write
from surveyapp.errors import RefusedError
from surveyapp.results.review import ApprovedComment, Review, settle
from surveyapp.results.tables import ANSWER, COMMENT, DOCUMENT, FIGURES, RELEASE, WAVE
from surveyapp.wave import WaveKey, WaveKind

NONE_PRINTED: Mapping[WaveKey, Sequence[ApprovedComment]] = MappingProxyType({})


class UnknownReleaseError(RefusedError):
    """No such readout was made."""

    def __init__(self) -> None:
        super().__init__("this readout has not been made yet: `surveyapp report` makes it")


@dataclass(frozen=True, slots=True)
class RevealedWave:
    """What is kept of a wave beside its answers. Groups are merged ones; *groups* maps the charter's to them."""

    key: WaveKey
    kind: WaveKind
    opened_on: date
    closed_on: date
    questionnaire: str
    questionnaire_sha256: str
    charter: str
    charter_sha256: str
    key_mode: str
    fingerprint: str
    invited_by_group: Mapping[str, int]
    joined_by_group: Mapping[str, Mapping[str, int]]
    left_by_group: Mapping[str, Mapping[str, int]]
    groups: Mapping[str, str]
    issued: int
    cast: int
    spoiled: int
    empty: int
    revealed: int
    destroyed_unread: bool


@dataclass(frozen=True, slots=True)
class RevealedBallot:
    """One ballot: its closed answers, and the same packed for the analysis."""

    values: Mapping[str, Any]
    codes: bytes


@dataclass(frozen=True, slots=True)
class RevealedComment:
    """One scrubbed comment."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class FrozenFigures:
    """The survey figures of a wave as released, with the hash that they had then."""

    key: WaveKey
    figures: str
    sha256: str
    released_on: date


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A numbered readout up to one wave."""

    pilot: str
    number: int
    wave: int
    inputs_sha256: str
    published: bytes
    sha256: str
    made_on: date


class Results:
    """Everything that was revealed or published."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def wave(self, key: WaveKey) -> RevealedWave | None:
        """Return a revealed wave, if it is revealed."""
        query = select(WAVE).where(WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number)
        row = read(self._engine, lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _revealed(row)

    def waves(self, pilot: str) -> tuple[RevealedWave, ...]:
        """Return the revealed waves of *pilot* in order."""
        query = select(WAVE).where(WAVE.c.pilot_id == pilot).order_by(WAVE.c.number)
        return tuple(_revealed(row) for row in read(self._engine, lambda connection: connection.execute(query).all()))

    def reveal(
        self, wave: RevealedWave, ballots: Sequence[RevealedBallot], comments: Sequence[RevealedComment]
    ) -> None:
        """Write a wave with all its answers in one transaction, in the order of fresh random ids.

        Raises:
            RefusedError: it is written already, by a reveal that runs at the same time.
        """
        base = {"pilot_id": wave.key.pilot, "number": wave.key.number}
        answers = sorted(
            (
                base | {"id": self._random_bytes(16), "values": dict(ballot.values), "codes": ballot.codes}
                for ballot in ballots
            ),
            key=_by_id,
        )
        remarks = sorted(
            (
                base
                | {
                    "id": self._random_bytes(16),
                    "question": comment.question,
                    "text": comment.text,
                    "review": Review.WAITING.value,
                    "settled": False,
                }
                for comment in comments
            ),
            key=_by_id,
        )

        def unit(connection: Connection) -> None:
            try:
                connection.execute(insert(WAVE).values(**_columns(wave)))
            except IntegrityError:
                raise RefusedError(f"wave {wave.key} is being revealed by somebody else: try again") from None
            if answers:
                connection.execute(insert(ANSWER), answers)
            if remarks:
                connection.execute(insert(COMMENT), remarks)

        write(self._engine, unit)

    def packed(self, key: WaveKey) -> list[bytes]:
        """Return the packed answers of a wave, one per ballot."""
        query = (
            select(ANSWER.c.codes)
            .where(ANSWER.c.pilot_id == key.pilot, ANSWER.c.number == key.number)
            .order_by(ANSWER.c.id)
        )
        return list(read(self._engine, lambda connection: connection.execute(query).scalars().all()))

    def records(self, key: WaveKey) -> list[Mapping[str, Any]]:
        """Return the closed answers of a wave, one record per ballot: what retention keeps beside the packed form."""
        query = (
            select(ANSWER.c["values"])
            .where(ANSWER.c.pilot_id == key.pilot, ANSWER.c.number == key.number)
            .order_by(ANSWER.c.id)
        )
        return list(read(self._engine, lambda connection: connection.execute(query).scalars().all()))

    def releases(self, pilot: str) -> tuple[ReleaseEntry, ...]:
        """Return all readouts of *pilot*, newest first."""
        query = select(RELEASE).where(RELEASE.c.pilot_id == pilot).order_by(RELEASE.c.release.desc())
        return tuple(_release(row) for row in read(self._engine, lambda connection: connection.execute(query).all()))

    def publish(
        self,
        entry: ReleaseEntry,
        documents: Mapping[str, bytes],
        printed: Mapping[WaveKey, Sequence[ApprovedComment]] = NONE_PRINTED,
        frozen: Sequence[FrozenFigures] = (),
    ) -> None:
        """Keep a readout and its files for ever, with the figures *frozen* by it.

        With it goes every decision about comments of the waves in *printed*.

        Raises:
            RefusedError: the same readout, or figures of the same wave, were kept by somebody else just now.
            ReviewChangedError: what is *printed* of a wave is not what is approved of it now; nothing was kept.
        """

        def unit(connection: Connection) -> None:
            values = asdict(entry)
            try:
                connection.execute(
                    insert(RELEASE).values(pilot_id=values.pop("pilot"), release=values.pop("number"), **values)
                )
                for figures in frozen:
                    connection.execute(insert(FIGURES).values(**_frozen_columns(figures)))
            except IntegrityError:
                raise RefusedError(f"{entry.pilot}: a readout was made by somebody else just now: try again") from None
            connection.execute(
                insert(DOCUMENT),
                [
                    {"pilot_id": entry.pilot, "release": entry.number, "name": name, "content": content}
                    for name, content in sorted(documents.items())
                ],
            )
            for key, comments in sorted(printed.items()):
                settle(connection, key, comments)

        write(self._engine, unit)

    def frozen(self, pilot: str) -> tuple[FrozenFigures, ...]:
        """Return the released figures of all waves of *pilot* in order."""
        query = select(FIGURES).where(FIGURES.c.pilot_id == pilot).order_by(FIGURES.c.number)
        rows = read(self._engine, lambda connection: connection.execute(query).all())
        return tuple(
            FrozenFigures(WaveKey(row.pilot_id, row.number), row.figures, row.sha256, row.released_on) for row in rows
        )

    def document_names(self, pilot: str, release: int) -> tuple[str, ...]:
        """Return the names of the files of a readout."""
        query = (
            select(DOCUMENT.c.name)
            .where(DOCUMENT.c.pilot_id == pilot, DOCUMENT.c.release == release)
            .order_by(DOCUMENT.c.name)
        )
        return tuple(read(self._engine, lambda connection: connection.execute(query).scalars().all()))

    def document(self, pilot: str, release: int, name: str) -> bytes:
        """Return a file of a readout as it was made.

        Raises:
            UnknownReleaseError: there is no such readout or file.
        """
        query = select(DOCUMENT.c.content).where(
            DOCUMENT.c.pilot_id == pilot, DOCUMENT.c.release == release, DOCUMENT.c.name == name
        )
        content: bytes | None = read(self._engine, lambda connection: connection.execute(query).scalar_one_or_none())
        if content is None:
            raise UnknownReleaseError
        return content


def _by_id(row: Mapping[str, Any]) -> bytes:
    identity: bytes = row["id"]
    return identity


def _columns(wave: RevealedWave) -> dict[str, Any]:
    values = asdict(wave)
    values.pop("key")
    return values | {"pilot_id": wave.key.pilot, "number": wave.key.number}


def _frozen_columns(figures: FrozenFigures) -> dict[str, Any]:
    values = asdict(figures)
    values.pop("key")
    return values | {"pilot_id": figures.key.pilot, "number": figures.key.number}


def _revealed(row: Row[Any, Any]) -> RevealedWave:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name of a row's columns
    key = WaveKey(values.pop("pilot_id"), values.pop("number"))
    return RevealedWave(key=key, **values | {"kind": WaveKind(values["kind"])})


def _release(row: Row[Any, Any]) -> ReleaseEntry:
    return ReleaseEntry(row.pilot_id, row.release, row.wave, row.inputs_sha256, row.published, row.sha256, row.made_on)
