"""Exposure and gap in words: what goes into tools nobody provides, what people lack, and the index of both."""

from collections.abc import Sequence

from analysis.catalogue import ANY, PRIVATE, SENSITIVE
from analysis.released import ReleasedWave
from analysis.results import Amount, Count, Figure, Sentence, Share
from analysis.telling.exposing import index

LACKING = ("ours_cannot", "no_access", "unknown_rules")  # reasons that the company can remove


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return exposure, gap and index, each of the latest wave that asked for it and only where it is published."""
    return (*_exposure(waves), *_gap(waves), *_indexed(waves))


def latest(waves: Sequence[ReleasedWave], measure: str) -> ReleasedWave | None:
    """Return the latest wave that asked for *measure*."""
    return next((wave for wave in reversed(waves) if wave.item(measure) is not None), None)


def _figure(waves: Sequence[ReleasedWave], measure: str, option: str) -> tuple[int, int] | None:
    """Return people and base of one option in the latest wave that asked, none where they are not published."""
    wave = latest(waves, measure)
    return _counted(wave.figure(measure, option)) if wave is not None else None


def _counted(figure: Figure | None) -> tuple[int, int] | None:
    if figure is None or figure.count is None or not figure.base:
        return None
    return figure.count, figure.base


def _exposure(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return who uses private accounts, and who enters what hurts somebody if it leaks."""
    found = []
    if (private := _figure(waves, "other_account", PRIVATE)) is not None:
        found.append(
            Sentence(
                "Exposure: %(people)s of %(base)s users of such tools who told their account have a private one "
                "(%(share)s).",
                _part(*private),
            )
        )
    if (sensitive := _figure(waves, "data_entered", SENSITIVE)) is not None:
        found.append(
            Sentence(
                "Exposure: %(people)s of %(base)s users of such tools who told what they entered have entered more "
                "than public or internal information (%(share)s).",
                _part(*sensitive),
            )
        )
    return found


def _part(people: int, base: int) -> tuple[tuple[str, Count | Share], ...]:
    return ("people", Count(people)), ("base", Count(base)), ("share", Share(people / base, base))


def _gap(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return how many lack something the company can give: by their reason, else by not using the pilot's tool."""
    fixed = Sentence("A gap is fixed by giving people what they lack; a ban only hides it.")
    if (found := lacking(waves)) is not None:
        people, base = found
        told = Sentence(
            "Gap: %(people)s of %(base)s name a reason that the company can remove (%(share)s): its own tool cannot do "
            "it, no access to it, or rules they do not know.",
            _part(people, base),
        )
        return [told, fixed]
    wave = latest(waves, "other_tools")
    leaking = _counted(wave.figure("leakage", "leakage")) if wave is not None else None
    users = _counted(wave.figure("other_tools", ANY)) if wave is not None else None
    if leaking is None or users is None:
        return []
    told = Sentence(
        "Gap: %(people)s of the %(users)s people who use such tools are not active in the pilot's tool; it does not "
        "take their place yet.",
        (("people", Count(leaking[0])), ("users", Count(users[0]))),
    )
    return [told, fixed]


def lacking(waves: Sequence[ReleasedWave]) -> tuple[int, int] | None:
    """Return who names one of the reasons that the company can remove, and who gave a reason."""
    wave = latest(waves, "other_reason")
    item = wave.item("other_reason") if wave is not None else None
    if wave is None or item is None:
        return None
    asked = [option.code for option in item.options if option.code in LACKING]
    found = [known for code in asked if (known := _counted(wave.figure("other_reason", code))) is not None]
    if not found or len(found) < len(asked):
        return None
    return sum(people for people, _ in found), found[0][1]


def _indexed(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return the index of the latest wave that has all its counts, with what its weights and the silent change."""
    for wave in reversed(waves):
        found = index(wave.release.rows, wave.ballots)
        if found is None:
            continue
        weights, silent = found.by_weight, found.limits
        return [
            Sentence(
                "Shadow-AI index of wave %(wave)s: %(index)s of 100. It is 0 if nobody uses such tools, and 100 if "
                "everybody does, with a private account and sensitive information.",
                (("wave", Count(wave.number)), ("index", Amount(found.index))),
            ),
            Sentence(
                "With other weights the index lies between %(light)s and %(heavy)s; whatever the people without an "
                "answer do, between %(low)s and %(high)s. It compares waves, has no threshold and moves no gate.",
                (
                    ("light", Amount(weights.low)),
                    ("heavy", Amount(weights.high)),
                    ("low", Amount(silent.low)),
                    ("high", Amount(silent.high)),
                ),
            ),
        ]
    return []
