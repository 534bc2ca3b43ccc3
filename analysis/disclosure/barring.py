"""Which teams no table of a wave may show: the small ones, and enough others for them to hide among."""

from collections.abc import Mapping, Sequence

from analysis.disclosure.exact import Attendance, Rules, Team

LEAST_LINES = 2
NEARLY_ALL = 0.9
LEAST_OF_NEARLY_ALL = 8


def too_small(team: Team, rules: Rules) -> bool:
    """True if the team may not be shown; where nearly everybody answered, the answers point at people sooner."""
    least = rules.group_minimum
    if team.population is not None and team.answers > NEARLY_ALL * team.population:
        least = max(least, LEAST_OF_NEARLY_ALL)
    return team.answers < least or team.unsteady


def barred(wave: Attendance, rules: Rules) -> frozenset[str]:
    """Return the teams that no table of the wave may show: the small ones, and enough others to hide among.

    Ballots without team count as one more; where hidden, they stand as "".
    """
    sizes = {team.code: team.answers for team in wave.teams}
    sizes[""] = wave.answers - sum(sizes.values())
    hidden = {team.code for team in wave.teams if too_small(team, rules)}
    if 0 < sizes[""] < rules.group_minimum:
        hidden.add("")
    together = set(with_company(hidden, sizes, rules))
    lists = {team.code: team.population for team in wave.teams}
    others = sorted((code for code in lists if code not in together), key=sizes.__getitem__)
    # Where more ballots are hidden than the hidden teams have people, somebody surely named no team.
    while "" in together and others and not _all_may_be_of_teams(together, sizes, lists):
        together.add(others.pop(0))
    return frozenset(together)


def _all_may_be_of_teams(hidden: set[str], sizes: Mapping[str, int], lists: Mapping[str, int | None]) -> bool:
    people = [lists[code] for code in hidden if code]
    return None in people or sum(sizes[code] for code in hidden) <= sum(number or 0 for number in people)


def with_company(hidden: set[str], sizes: Mapping[str, int], rules: Rules) -> frozenset[str]:
    """Return the *hidden* lines and as many of the smallest others as they need to stand not alone."""
    together = set(hidden)
    others = sorted((code for code in sizes if code not in together), key=sizes.__getitem__)
    while together and others and not _enough([sizes[code] for code in together], rules):
        together.add(others.pop(0))
    return frozenset(together)


def _enough(bases: Sequence[int], rules: Rules) -> bool:
    """True if so many people are hidden together that none of them stands alone."""
    return sum(base > 0 for base in bases) >= LEAST_LINES and sum(bases) >= rules.group_minimum
