"""Shadow AI in words: own use, what refusals could change, leakage, and whether people trust the survey."""

from collections.abc import Sequence

from analysis.catalogue import ANY
from analysis.codebook import Kind
from analysis.released import ReleasedWave
from analysis.results import Count, Sentence, Share

DISTRUST = 0.2  # from here on the survey itself is doubted enough to say so
SILENT_SHOWN = 3  # fewer people without an answer are not told apart


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return what the published figures of the latest wave that asked say."""
    asked = [wave for wave in waves if wave.item("other_tools") is not None]
    if not asked:
        return ()
    wave = asked[-1]
    figure = wave.figure("other_tools", ANY)
    if figure is None or figure.share is None or figure.count is None or figure.base is None:
        return (Sentence("Use of other tools is not shown: too few people, or too few who differ from the others."),)
    found = [
        Sentence(
            "%(share)s of the people who answered use an AI tool the company does not provide (%(count)s of %(base)s).",
            (
                ("share", Share(figure.share, figure.base)),
                ("count", Count(figure.count)),
                ("base", Count(figure.base)),
            ),
        )
    ]
    found += _bounds(wave, figure.count, figure.base)
    leaking = wave.figure("leakage", "leakage")
    if leaking is not None and leaking.share is not None and leaking.count is not None:
        found.append(
            Sentence(
                "%(share)s use another tool and are not active in the pilot's tool (%(count)s people).",
                (("share", Share(leaking.share, leaking.base)), ("count", Count(leaking.count))),
            )
        )
    found += _distrust(waves)
    return tuple(found)


def _bounds(wave: ReleasedWave, users: int, base: int) -> list[Sentence]:
    """Return what those who gave no answer, or preferred not to say, could change."""
    silent = wave.ballots - base
    if silent < SILENT_SHOWN:
        return []
    return [
        Sentence(
            "%(silent)s people gave no answer or preferred not to say: the share lies between %(low)s and %(high)s.",
            (
                ("silent", Count(silent)),
                ("low", Share(users / wave.ballots)),
                ("high", Share((users + silent) / wave.ballots)),
            ),
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
