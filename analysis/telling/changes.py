"""What a readout says that the one before did not: survey figures never change, so this is what was added since."""

from collections.abc import Mapping
from typing import Any

from analysis.results import Count, Sentence

Content = Mapping[str, Any]  # a report.json, as read


def changes(before: Content, now: Content) -> tuple[Sentence, ...]:
    """Return what is new in the report.json *now* against the one *before*; nothing changed is said too."""
    found = [
        Sentence("New since the readout before: wave %(wave)s.", (("wave", Count(wave["number"])),))
        for wave in now["waves"]
        if wave["number"] not in {known["number"] for known in before["waves"]}
    ]
    compared = (
        ("charter", before["provenance"].get("charter"), now["provenance"].get("charter")),
        ("kpi", before["provenance"].get("kpi"), now["provenance"].get("kpi")),
        ("readiness", before.get("readiness"), now.get("readiness")),
        ("owners", before.get("owners"), now.get("owners")),
        ("voices", before.get("voices"), now.get("voices")),
    )
    found += [NEW[part] for part, old, new in compared if old != new]
    if before["decision"] != now["decision"]:
        found.append(
            Sentence(
                "The decision was %(before)s, and is %(now)s now.",
                (("before", str(before["decision"])), ("now", str(now["decision"]))),
            )
        )
    return tuple(found) or (Sentence("Nothing but the words changed since the readout before."),)


NEW: Mapping[str, Sentence] = {
    "charter": Sentence("New since the readout before: a new version of the charter."),
    "kpi": Sentence("New since the readout before: measured values of the KPI."),
    "readiness": Sentence("New since the readout before: the readiness register."),
    "owners": Sentence("New since the readout before: the owners."),
    "voices": Sentence("New since the readout before: approved comments."),
}
