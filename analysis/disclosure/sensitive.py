"""Which options of a sensitive total stay hidden."""

from collections.abc import Collection

from analysis.disclosure.exact import Rules, Sensitive, Shape, Total
from analysis.disclosure.suppression import LEAST_LINES, SMALL


def hidden_options(total: Total, gaps: Collection[tuple[str, str]], rules: Rules) -> tuple[frozenset[str], int]:
    """Return the options to hide and how many of them are small themselves; *gaps* are cells hidden before.

    A single gap is never left alone, and an option that means none or any of the others takes the whole table with it.
    """
    known = total.sensitive or Sensitive()
    base, counts = total.table.base, dict(total.table.counts)
    every = frozenset(counts)
    if base < rules.group_minimum or any(cell in gaps for cell in known.under):
        return every, len(every)
    primary = {option for option, count in counts.items() if _small(count, base, known)}
    if not primary.isdisjoint(known.rests):
        return every, len(primary)
    hidden = primary | {option for option in counts if (known.same_option_of, option) in gaps}
    if not hidden:
        return frozenset(), 0
    # The smallest of the others go with them; empty options protect nothing.
    others = [option for option in counts if counts[option] and option not in {*hidden, *known.rests}]
    others.sort(key=counts.__getitem__)
    least = rules.group_minimum if total.shape is Shape.PARTITION else 0
    while len(hidden) < LEAST_LINES or sum(counts[option] for option in hidden) < least:
        if not others:
            return every, len(primary)
        hidden.add(others.pop(0))
    return frozenset(hidden), len(primary)


def _small(count: int, base: int, known: Sensitive) -> bool:
    return not SMALL.isdisjoint({count, base - count, *(larger - count for larger in known.inside)})
