"""The gates that answers cannot open: what production needs, and who owns the result."""

from collections.abc import Sequence
from datetime import date

from analysis.plan import Owner, ReadinessItem
from analysis.results import Gate, Sentence, Verdict

SIDES = ("business", "technical", "compliance")
READINESS = Sentence("Readiness for production")
OWNERS = Sentence("Three named owners")


def readiness_gate(items: Sequence[ReadinessItem], *, as_of: date) -> Gate:
    """Return the gate from the register: any failed or waived item fails it, any open one leaves no evidence."""
    if not items:
        sentence = Sentence("The charter lists nothing that production needs.")
        return Gate("readiness", READINESS, Verdict.NO_EVIDENCE, sentences=(sentence,))
    said = [_state(item, as_of) for item in items]
    verdicts = {verdict for verdict, _ in said}
    whole = next(v for v in (Verdict.FAIL, Verdict.NO_EVIDENCE, Verdict.PASS) if v in verdicts)
    sentences = tuple(sentence for verdict, sentence in said if verdict is not Verdict.PASS)
    if whole is Verdict.PASS:
        sentences = (Sentence("Everything on the list is done, with evidence that is still valid."),)
    return Gate("readiness", READINESS, whole, sentences=sentences)


def _state(item: ReadinessItem, as_of: date) -> tuple[Verdict, Sentence]:
    """Return what one item says, with the sentence for people."""
    name = (("item", item.text),)
    if item.status == "failed":
        return Verdict.FAIL, Sentence("Failed: %(item)s", name)
    if item.status == "waived":
        return Verdict.FAIL, Sentence("Waived, which counts as failed: %(item)s", name)
    if item.status != "done":
        return Verdict.NO_EVIDENCE, Sentence("Open: %(item)s", name)
    if not item.evidence:
        return Verdict.NO_EVIDENCE, Sentence("Marked as done without evidence: %(item)s", name)
    if item.expires_on is not None and item.expires_on < as_of:
        return Verdict.NO_EVIDENCE, Sentence("The evidence has expired: %(item)s", name)
    return Verdict.PASS, Sentence("Done: %(item)s", name)


def owners_gate(owners: Sequence[Owner]) -> Gate:
    """Return the gate that passes when business, technical and compliance owners are named."""
    named = {owner.side for owner in owners if owner.name.strip()}
    wording = {
        "business": Sentence("Nobody is named as business owner."),
        "technical": Sentence("Nobody is named as technical owner."),
        "compliance": Sentence("Nobody is named as compliance owner."),
    }
    missing = tuple(wording[side] for side in SIDES if side not in named)
    if missing:
        return Gate("owners", OWNERS, Verdict.FAIL, sentences=missing)
    sentence = Sentence("Business, technical and compliance owners are named.")
    return Gate("owners", OWNERS, Verdict.PASS, sentences=(sentence,))
