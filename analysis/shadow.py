"""Shadow AI: tools the company has not provided, what goes into them, and what people see around them."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.adoption import active
from analysis.catalogue import CATALOGUE
from analysis.codebook import Item, Kind
from analysis.disclosure import Exact, Published, Sensitive, Shape
from analysis.plan import Plan
from analysis.results import Count, Measure, Sentence, Share, Words
from analysis.tabulation import Chapter, Wave, count_privately, listed

ANY = "any"
DISTRUST = 0.2  # from here on the survey itself is doubted enough to say so
SILENT_SHOWN = 3  # fewer people without an answer are not told apart


def _others(item: Item, plan: Plan) -> tuple[str, ...]:
    """Return the codes of tools that the company does not provide."""
    return tuple(
        option.code
        for option in item.options
        if not option.exclusive and not option.refusal and option.code not in plan.sanctioned_tools
    )


def chapter(waves: Sequence[Wave], plan: Plan) -> Chapter:
    """Return own use, accounts, data, the matrix of both, and leakage, for everyone; never by team."""
    exact: list[Exact] = []
    measures: dict[str, Measure] = {}
    for wave in waves:
        tools, data = wave.item("other_tools"), wave.item("data_entered")
        if tools is not None and tools.kind is Kind.MULTIPLE:
            exact += _own_use(wave, tools, plan)
            options: tuple[tuple[str, Words], ...] = (
                (ANY, Sentence("any tool the company does not provide")),
                *listed(tools),
            )
            measures["other_tools"] = replace(CATALOGUE["other_tools"], options=options)
            for name in ("other_account", "data_entered"):
                exact += _about_use(wave, name, measures)
            if data is not None:
                exact += _matrix(wave, tools, data, plan)
                measures["tool_by_data"] = replace(CATALOGUE["tool_by_data"], options=listed(data))
            exact += _leakage(wave, tools, plan)
            if active(wave, plan) is not None:
                leaking: tuple[tuple[str, Words], ...] = (("leakage", Sentence("another tool instead of this one")),)
                measures["leakage"] = replace(CATALOGUE["leakage"], options=leaking)
    return Chapter(tuple(measures.values()), tuple(exact))


def _own_use(wave: Wave, tools: Item, plan: Plan) -> list[Exact]:
    frame = wave.frame
    masks = [(ANY, frame.chosen(tools, *_others(tools, plan)))]
    masks += [(code, frame.chosen(tools, code)) for code, _ in listed(tools)]
    rests = (ANY, *(option.code for option in tools.options if option.exclusive))
    return [
        count_privately(wave, "other_tools", masks, frame.answered(tools), Sensitive(rests=rests), question=tools.id)
    ]


def _about_use(wave: Wave, name: str, measures: dict[str, Measure]) -> list[Exact]:
    """Return accounts or data classes; both are asked of the users of other tools only."""
    item = wave.item(name)
    if item is None or item.kind is not Kind.MULTIPLE:
        return []
    measures[name] = replace(CATALOGUE[name], options=listed(item))
    rests = tuple(option.code for option in item.options if option.exclusive)
    known = Sensitive(under=(("other_tools", ANY),), rests=rests)
    masks = [(code, wave.frame.chosen(item, code)) for code, _ in listed(item)]
    return [count_privately(wave, name, masks, wave.frame.answered(item), known, question=item.id)]


def _matrix(wave: Wave, tools: Item, data: Item, plan: Plan) -> list[Exact]:
    """Return, for the users of each tool, who entered which kind of information."""
    frame = wave.frame
    answered = frame.answered(tools) & frame.answered(data)
    masks = [(code, frame.chosen(data, code)) for code, _ in listed(data)]
    return [
        count_privately(
            wave,
            "tool_by_data",
            masks,
            answered & frame.chosen(tools, tool),
            Sensitive(under=(("other_tools", tool),), same_option_of="data_entered"),
            question=tool,
        )
        for tool in _others(tools, plan)
    ]


def _leakage(wave: Wave, tools: Item, plan: Plan) -> list[Exact]:
    """Return who uses another tool and is not active; the users and the inactive contain them."""
    use = active(wave, plan)
    if use is None:
        return []
    told = wave.frame.answered(tools) & use[1]
    others = wave.frame.chosen(tools, *_others(tools, plan))
    larger = int((others & told).sum()), int((~use[0] & told).sum())
    known = Sensitive(under=(("other_tools", ANY),), inside=larger)
    return [count_privately(wave, "leakage", [("leakage", others & ~use[0])], told, known, shape=Shape.PARTITION)]


def sentences(waves: Sequence[Wave], published: Published) -> tuple[Sentence, ...]:
    """Return what the published figures of the latest wave that asked say."""
    asked = [wave for wave in waves if wave.item("other_tools") is not None]
    if not asked:
        return ()
    wave = asked[-1]
    figure = published.figure("other_tools", wave.number, ANY)
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
    leaking = published.figure("leakage", wave.number, "leakage")
    if leaking is not None and leaking.share is not None and leaking.count is not None:
        found.append(
            Sentence(
                "%(share)s use another tool and are not active in the pilot's tool (%(count)s people).",
                (("share", Share(leaking.share, leaking.base)), ("count", Count(leaking.count))),
            )
        )
    found += _distrust(waves, published)
    return tuple(found)


def _bounds(wave: Wave, users: int, base: int) -> list[Sentence]:
    """Return what those who gave no answer, or preferred not to say, could change."""
    silent = wave.frame.size - base
    if silent < SILENT_SHOWN:
        return []
    return [
        Sentence(
            "%(silent)s people gave no answer or preferred not to say: the share lies between %(low)s and %(high)s.",
            (
                ("silent", Count(silent)),
                ("low", Share(users / wave.frame.size)),
                ("high", Share((users + silent) / wave.frame.size)),
            ),
        )
    ]


def _distrust(waves: Sequence[Wave], published: Published) -> list[Sentence]:
    """Return the caveat for a survey that people do not trust: then the figures here are too low."""
    for wave in reversed(waves):
        item = wave.item("trust_survey")
        if item is None or item.kind is not Kind.SCALE:
            continue
        codes = [option.code for option in item.options]
        low = [published.figure("trust_survey", wave.number, code) for code in codes[: len(codes) // 2]]
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
