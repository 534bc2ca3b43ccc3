"""Whether the databases can be used, and hold what they may and nothing that should be gone."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Row, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.checks.finding import Finding, Installation, fail, ok, warn
from surveyapp.crypto.key_directory import BOX, SIGN, WRAPPED, KeyDirectory
from surveyapp.database import read, says_its_statements
from surveyapp.desk import audit_chain
from surveyapp.desk.tables import AUDIT_ENTRY
from surveyapp.schema import pending
from surveyapp.wave import WaveState

# Named here and not taken from the office: this room looks at every database, and must not become a way between them.
_WAVES = "SELECT pilot_id, number, state, key_mode, sign_public_key IS NOT NULL AS slips FROM wave"
_TRACES = ("access", "ledger", "box", "spent")
_HOLD_BALLOTS = {WaveState.STARTED, WaveState.CLOSED}
_OVER = {WaveState.REVEALED, WaveState.CANCELLED}
_JITTER = timedelta(minutes=5)


def usable(here: Installation) -> Iterator[Finding]:
    """Look whether every database answers and has its tables."""
    for name, engine in here.engines.items():
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            late = pending(engine, name)
        except SQLAlchemyError as error:
            yield fail(f"{name} database: {type(error).__name__}", "surveyapp init, or start the server")
            continue
        if late:
            yield fail(f"{name} database lacks migrations", "surveyapp init")
        else:
            yield ok(f"{name} database ({engine.dialect.name})")


def statements(here: Installation) -> Iterator[Finding]:
    """Look whether this software logs its own statements."""
    if any(says_its_statements(engine) for engine in here.engines.values()):
        yield fail("SQL statements are logged", "set the logger sqlalchemy.engine to WARNING")
    else:
        yield ok("this software logs no SQL statements")


def wave_keys(here: Installation) -> Iterator[Finding]:
    """Look whether the boxes that hold ballots can be opened, and only by whom the promise names."""
    held = set(KeyDirectory(here.settings.keys).names())
    missing = False
    for row in _waves(here):
        if row.state not in _HOLD_BALLOTS:
            continue
        wave = f"{row.pilot_id}.{row.number}"
        passphrase = row.key_mode == "passphrase"
        needed = [WRAPPED if passphrase else BOX, *([SIGN] if row.slips and row.state == WaveState.STARTED else [])]
        for kind in needed:
            if (wave, kind) not in held:
                missing = True
                yield fail(
                    f"wave {wave} has no {wave}.{kind} in the key directory",
                    "restore it from the key backup or the recovery sheet",
                )
        if passphrase and (wave, BOX) in held:
            yield fail(
                f"the box of wave {wave} can be opened without its passphrase",
                f"delete {wave}.{BOX} from the key directory, and find out who put it there",
            )
    if not missing:
        yield ok("every wave that holds ballots has its keys")


def left_over(here: Installation) -> Iterator[Finding]:
    """Look whether something is left of boxes and codes that were promised to be destroyed."""
    keys = {wave for wave, _ in KeyDirectory(here.settings.keys).names()}
    found = False
    for row in _waves(here):
        wave = f"{row.pilot_id}.{row.number}"
        if row.state == WaveState.DESTROYING:
            found = True
            yield warn(f"wave {wave} is revealed, and its last trace not yet gone", f"open it again: {_reveal(row)}")
        if row.state not in _OVER:
            continue
        if wave in keys:
            found = True
            yield fail(f"wave {wave} is over and its keys are still there", f"delete {wave}.* from the key directory")
        for table in _rows_in(here, row):
            found = True
            yield fail(
                f"wave {wave} is over and its {table} is still there: was an old backup restored?",
                f"delete the rows of {wave} from {table} in the office database, then VACUUM FULL (SQLite: VACUUM)",
            )
    if not found:
        yield ok("nothing is left of boxes that were opened")


def clock(here: Installation) -> Iterator[Finding]:
    """Look whether the clock that promised dates depend on can be right."""
    try:
        with here.engines["desk"].connect() as connection:
            latest = connection.execute(select(func.max(AUDIT_ENTRY.c.at, type_=AUDIT_ENTRY.c.at.type))).scalar_one()
    except (KeyError, SQLAlchemyError):
        return
    if latest is not None and latest > here.clock() + _JITTER:
        yield fail("the clock is behind what was recorded before", "set it: dates of waves and boxes depend on it")
    else:
        yield ok("the clock has not been set back")


def audit_log(here: Installation) -> Iterator[Finding]:
    """Look whether an entry of the audit log was taken out, changed or slipped in."""
    try:
        broken = read(here.engines["desk"], audit_chain.first_break)
    except (KeyError, SQLAlchemyError):
        return
    if broken is None:
        yield ok("no entry of the audit log was taken out or changed")
    else:
        yield fail(
            f"the audit log does not hold from entry {broken} on",
            "compare it with what `surveyapp audit export` printed last, and find out who wrote to the desk database",
        )


def _waves(here: Installation) -> list[Row[tuple[str, int, str, str, bool]]]:
    try:
        with here.engines["office"].connect() as connection:
            return list(connection.execute(text(_WAVES)))
    except (KeyError, SQLAlchemyError):
        return []  # said already: it cannot be used, or lacks migrations


def _rows_in(here: Installation, wave: Row[tuple[str, int, str, str, bool]]) -> Iterator[str]:
    with here.engines["office"].connect() as connection:
        for table in _TRACES:
            query = text(f"SELECT 1 FROM {table} WHERE pilot_id = :pilot AND number = :number LIMIT 1")  # noqa: S608  # constants
            if connection.execute(query, {"pilot": wave.pilot_id, "number": wave.number}).first() is not None:
                yield table


def _reveal(wave: Row[tuple[str, int, str, str, bool]]) -> str:
    if wave.key_mode == "passphrase":
        return f"the trustee on /staff/trustee/{wave.pilot_id}"
    return f"surveyapp wave reveal {wave.pilot_id} {wave.number}"
