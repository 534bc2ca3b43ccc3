"""One wave's answers become its release: counted, controlled, audited; the only step from answers to figures."""

from analysis.counting import adoption, answers, attending, drivers, impact, shadow, stuck
from analysis.counting.tabulation import Wave, attendance, rules_of
from analysis.disclosure import Breakdown, Exact, control
from analysis.plan import Plan
from analysis.released import Release, ReleasedWave
from analysis.telling.deriving import derived


def release(wave: Wave, plan: Plan) -> ReleasedWave:
    """Return everything that is published of *wave*.

    Raises:
        DisclosureError: it does not pass the audit; nothing of it is released.
    """
    chapters = (
        adoption.chapter(wave, plan),
        stuck.chapter(wave, plan),
        drivers.chapter(wave, plan),
        shadow.chapter(wave, plan),
        impact.chapter(wave, plan),
        answers.chapter(wave),
    )
    counted: list[Exact] = [one for chapter in chapters for one in chapter.exact]
    asked = {one.step for one in counted if isinstance(one, Breakdown)}
    exact = [adoption.course(wave, plan, asked), *counted]
    published = control(exact, attendance(wave), rules_of(plan))
    shown = {row.measure for row in published.rows}
    measures = {"response": attending.response_measure()}
    for chapter in chapters:
        for measure in chapter.measures:
            measures.setdefault(measure.id, measure)
    told = tuple(measure for name, measure in measures.items() if name in shown)
    further = derived(told, published.rows, wave.frame.size)
    done = Release(
        attending.facts(wave, plan),
        told + further.measures,
        published.rows + further.rows,
        published.dropped,
    )
    return ReleasedWave(wave.counts, wave.frame.codebook, done)
