"""Shadow AI in words: own use and its change, what others see, leakage, exposure and gap, and trust in the survey."""

from collections.abc import Sequence

from analysis.catalogue import ANY
from analysis.codebook import Kind
from analysis.exposure import bounds
from analysis.intervals import newcombe
from analysis.released import ReleasedWave
from analysis.results import Change, Count, Figure, Sentence, Share
from analysis.telling import gap

DISTRUST = 0.2  # from here on the survey itself is doubted enough to say so
SILENT_SHOWN = 3  # fewer people without an answer are not told apart
SEEN = ("few", "half", "most")  # answers that have seen such use in at least one colleague
NOT_SEEN = ("none", "unknown")


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return what the published figures of the latest wave that asked say."""
    wave = gap.latest(waves, "other_tools")
    if wave is None:
        return ()
    own = _own_use(wave) or [
        Sentence("Use of other tools is not shown: too few people, or too few who differ from the others.")
    ]
    return (*own, *_change(waves), *_seen(waves), *_leakage(wave), *gap.sentences(waves), *_distrust(waves))


def _users(wave: ReleasedWave) -> tuple[int, int] | None:
    """Return the users of any tool that is not provided and all who told, none where that is not published."""
    figure = wave.figure("other_tools", ANY)
    if figure is None or figure.count is None or not figure.base:
        return None
    return figure.count, figure.base


def _own_use(wave: ReleasedWave) -> list[Sentence]:
    known = _users(wave)
    if known is None:
        return []
    users, base = known
    return [
        Sentence(
            "%(share)s of the people who answered use an AI tool the company does not provide (%(count)s of %(base)s).",
            (("share", Share(users / base, base)), ("count", Count(users)), ("base", Count(base))),
        ),
        *_bounds(wave, users, base),
    ]


def _bounds(wave: ReleasedWave, users: int, base: int) -> list[Sentence]:
    """Return what those who gave no answer, or preferred not to say, could change."""
    silent = wave.ballots - base
    if silent < SILENT_SHOWN:
        return []
    possible = bounds(users, base, silent)
    return [
        Sentence(
            "%(silent)s people gave no answer or preferred not to say: the share lies between %(low)s and %(high)s.",
            (("silent", Count(silent)), ("low", Share(possible.low)), ("high", Share(possible.high))),
        )
    ]


def _change(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return how own use changed from the first wave that tells to the latest, if both asked the same."""
    asked = [(wave, item) for wave in waves if (item := wave.item("other_tools")) is not None]
    told = [
        (wave.number, *known)
        for wave, item in asked
        if item.wording == asked[-1][1].wording and (known := _users(wave)) is not None
    ]
    if len(told) < 2 or told[-1][0] != asked[-1][0].number:  # noqa: PLR2004 (nothing to compare)
        return []
    (first, before, of_before), (last, after, of_after) = told[0], told[-1]
    change = newcombe(before, of_before, after, of_after)
    return [
        Sentence(
            "From wave %(first)s to wave %(last)s this share went from %(before)s to %(after)s, a change of %(low)s to "
            "%(high)s percentage points (95 %% interval, conservative because many people answered both).",
            (
                ("first", Count(first)),
                ("last", Count(last)),
                ("before", Share(before / of_before, of_before)),
                ("after", Share(after / of_after, of_after)),
                ("low", Change(change.low)),
                ("high", Change(change.high)),
            ),
        )
    ]


# --------------------------------------------------------------------------- what others see


def _seen(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return how many see such use around them, beside how many say it of themselves in the same wave."""
    wave = gap.latest(waves, "colleagues_other")
    known = _users(wave) if wave is not None else None
    around = _seen_around(wave) if wave is not None else None
    if known is None or around is None:
        return []
    (users, base), (seen, asked) = known, around
    return [
        Sentence(
            "%(seen)s see such tools used by colleagues near them (%(people)s of %(asked)s); %(own)s say so of "
            "themselves. For use of AI against the rules, KPMG and the University of Melbourne (2025) found 63 %% and "
            "47 %%.",
            (
                ("seen", Share(seen / asked, asked)),
                ("people", Count(seen)),
                ("asked", Count(asked)),
                ("own", Share(users / base, base)),
            ),
        )
    ]


def _seen_around(wave: ReleasedWave) -> tuple[int, int] | None:
    """Return who sees such use and who answered, if either all these answers or all others are published."""
    seen, others = (_sum([wave.figure("colleagues_other", code) for code in codes]) for codes in (SEEN, NOT_SEEN))
    if seen is not None:
        return seen
    return None if others is None else (others[1] - others[0], others[1])


def _sum(figures: Sequence[Figure | None]) -> tuple[int, int] | None:
    shown = [
        (figure.count, figure.base)
        for figure in figures
        if figure is not None and figure.count is not None and figure.base
    ]
    if not shown or len(shown) < len(figures):
        return None
    return sum(count for count, _ in shown), shown[0][1]


# --------------------------------------------------------------------------- leakage


def _leakage(wave: ReleasedWave) -> list[Sentence]:
    """Return who uses another tool instead of the pilot's, or the limits of their number that everybody can work out.

    Limits (Frechet 1951): users and inactive people are among the ballots, so at least users + inactive - ballots and
    at most the smaller of both are in both groups. Limits that would tell of one or two people are not told.
    """
    leaking = wave.figure("leakage", "leakage")
    if leaking is not None and leaking.share is not None and leaking.count is not None:
        return [
            Sentence(
                "%(share)s use another tool and are not active in the pilot's tool (%(count)s people).",
                (("share", Share(leaking.share, leaking.base)), ("count", Count(leaking.count))),
            )
        ]
    use, known = wave.figure("active", "active"), _users(wave)
    if not wave.rows("leakage") or known is None or use is None or use.count is None or use.base is None:
        return []
    inactive = use.base - use.count
    low, high = max(0, known[0] + inactive - wave.ballots), min(known[0], inactive)
    if 0 < low < SILENT_SHOWN or high < SILENT_SHOWN:
        return []
    return [
        Sentence(
            "How many use another tool and are not active in the pilot's tool is not shown; it follows from the other "
            "figures that there are between %(low)s and %(high)s people.",
            (("low", Count(low)), ("high", Count(high))),
        )
    ]


def _distrust(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return the caveat for a survey that people do not trust: then the figures here are too low."""
    for wave in reversed(waves):
        item = wave.item("trust_survey")
        if item is None or item.kind is not Kind.SCALE:
            continue
        codes = [option.code for option in item.options]
        low = [wave.figure("trust_survey", code) for code in codes[: len(codes) // 2]]
        shares = [figure.share for figure in low if figure is not None and figure.share is not None]
        if len(shares) == len(low) and sum(shares) >= DISTRUST:
            return [
                Sentence(
                    "%(share)s do not trust that answers cannot be traced back: expect more use than people admit.",
                    (("share", Share(min(1.0, sum(shares)))),),
                )
            ]
        return []
    return []
