"""Words of comments: which language they are, which of them say nothing by themselves, which name a stuck point.

The language is a vote of small words between the two that the instruments speak. Of 44 short comments py3langid 0.4
told 41 right, langdetect 1.0.9 told 40, and this vote 38 before its words were completed: too little of a difference
for megabytes of another dependency. What the vote misses are single words, and it leaves them open.
"""

import re
from collections.abc import Mapping

from analysis.codebook import Text

_WORD = re.compile(r"[^\W\d_]+")
_LEAST_SHARE = 0.15  # of all words must vote: a running text of either language has twice as many small words
_ENGLISH = """
a about above after again all almost already also although always am an and any anybody anyone anything are as at be
because been before being below best better between both but by can cannot could did do does doing don done down
each either else enough even ever every everybody everyone everything few first for from further get gets getting
give given go goes going good got great had has have having he her here hers him his how however i if in instead
into is isn it its itself just kind know last least less let like little ll long lot made make makes many may maybe
me mean missing more most much must my need needed needs neither never next nice no nobody none nor not nothing now
of off often on once one only onto or other others our ours out over own per please put quite rather re really same
say see seems she should since so some somebody someone something sometimes still such take than thank thanks that
the their theirs them then there these they thing things think this those though through to too under until up us
use used using ve very want was way we well were what when where whether which while who whole whom why will with
within without would yes yet you your yours
"""
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus außer bei beim
besser bessere besseren besserer bevor bin bis bitte bloß da dabei dadurch dafür dagegen daher damit danach daneben
dann daran darauf daraus darf darin darum darüber das dass davon davor dazu dein dem den denen denn dennoch der
deren des deshalb dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch dürfen ein eine
einem einen einer eines einfach einige einmal er erst es etwas euch euer fehlen fehlt für ganz gar geben gegen gehen
geht genau genug gerade gern gibt gut gute guten habe haben hat hatte hatten hier hin hinter hätte hätten ich ihm
ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jemand jetzt kann kaum kein
keine keinem keinen keiner können könnte könnten lassen lieber machen macht man manche manchmal mehr mein meine
meinem meinen meiner meist meistens mich mir mit muss müssen müsste nach nachdem nein nicht nichts nie niemand noch
nun nur nötig ob oder oft ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar soll
sollen sollte sollten sondern sonst statt toll tolle tolles trotzdem um und uns unser unsere unserem unseren unserer
unter usw viel viele vielen vom von vor wann war waren warum was weder weg wegen weil welche welchem welchen welcher
welches wenig weniger wenn wer werde werden wie wieder will wir wird wirklich wo wollen worden wurde wurden während
würde würden zu zudem zum zur zwar zwischen über
"""
_SMALL: Mapping[str, frozenset[str]] = {"de": frozenset(_GERMAN.split()), "en": frozenset(_ENGLISH.split())}
_VOTERS = {
    language: words - frozenset[str]().union(*(other for name, other in _SMALL.items() if name != language))
    for language, words in _SMALL.items()
}
LANGUAGES = tuple(sorted(_SMALL))

# By stuck point (codes of the question where people got stuck). A word stands for all that begin with it.
_STUCK: Mapping[str, tuple[Text, str, str]] = {
    "no_access": (
        Text.of({"en": "No access or login", "de": "Kein Zugang oder keine Anmeldung möglich"}),
        "no access, not have access, no account, no licen, login, log in, logging in, logged out, password, sign in",
        "kein zugang, zugangsdaten, zugriff fehlt, anmeld, einlog, passwor, kein konto, keine lizenz, kein account",
    ),
    "no_idea": (
        Text.of({"en": "No idea what to use it for", "de": "Unklar, wofür man es nutzen soll"}),
        "what for, no idea, example, use case, training, tutorial, how to use, when to use, explain, instruction",
        "wofür, keine idee, beispiel, anwendungsf, schulung, einführung, anleitung, erklär, einweisung",
    ),
    "no_answer": (
        Text.of({"en": "No useful answer", "de": "Keine brauchbare Antwort"}),
        "useless, not useful, unhelpful, not helpful, vague, generic, too general, no useful, nothing useful",
        "unbrauchbar, nicht brauchbar, keine brauchbar, nichtssagend, zu allgemein, hilft nicht, nicht hilfreich",
    ),
    "wrong_answer": (
        Text.of({"en": "Wrong or made-up answers", "de": "Falsche oder erfundene Antworten"}),
        "wrong, incorrect, mistake, error, hallucinat, made up, makes up, invent, inaccura, false, unreliable",
        "falsch, fehler, erfind, erfund, halluzin, stimmt nicht, stimmen nicht, ungenau, unzuverlässig, nicht richtig",
    ),
    "correcting": (
        Text.of({"en": "Correcting takes too long", "de": "Das Korrigieren dauert zu lange"}),
        "correcting, correction, corrections, double check, checking, rework, rewrite, rewriting, proofread",
        "korrigier, korrektur, nacharbeit, nachbearbeit, nachprüf, überprüf, kontrollier, umschreib",
    ),
    "data_missing": (
        Text.of({"en": "Does not reach our data or files", "de": "Kommt nicht an unsere Daten oder Dateien"}),
        "our data, my data, our files, my files, our documents, my documents, customer data, upload, sharepoint",
        "unsere daten, meine daten, dateien, dokumente, kundendaten, hochlad, laufwerk",
    ),
    "not_allowed": (
        Text.of({"en": "Not allowed, or not sure if allowed", "de": "Nicht erlaubt, oder unklar, ob erlaubt"}),
        "allowed, forbidden, permission, policy, policies, compliance, privacy, data protection, confidential, gdpr",
        "erlaubt, verboten, erlaubnis, richtlinie, datenschutz, vertraulich, dsgvo, freigabe, dürfen wir, darf ich",
    ),
    "not_in_program": (
        Text.of({"en": "Not in the program people work in", "de": "Nicht im eigenen Programm verfügbar"}),
        "integrat, plugin, plug in, add in, copy and paste, copying, switch between, crm, erp, sap, outlook",
        "eingebaut, eingebunden, schnittstelle, kopieren, hin und her, einbind",
    ),
    "slow": (
        Text.of({"en": "Slow or down", "de": "Langsam oder nicht erreichbar"}),
        "slow, takes ages, long to load, crash, timeout, time out, timed out, outage, not available, unavailable",
        "langsam, lädt, ladezeit, abgestürzt, abstürz, stürzt ab, ausfall, nicht erreichbar, nicht verfügbar, hängt",
    ),
    "reaction": (
        Text.of({"en": "Reactions of colleagues or managers", "de": "Reaktionen im Team oder von Vorgesetzten"}),
        "colleague, manager, boss, my team, frowned, replace us, job loss, lazy, cheating",
        "kolleg, vorgesetz, chef, führungskr, im team, ersetzt uns, arbeitsplatz, schummel, faul",
    ),
}
STUCK_LABELS: Mapping[str, Text] = {code: label for code, (label, *_) in _STUCK.items()}


def _speaking_of(entries: str) -> "re.Pattern[str]":
    phrases = (r"\w*\W+".join(map(re.escape, entry.split())) for entry in entries.split(", "))
    return re.compile(r"\b(?:" + "|".join(phrases) + ")")


_PATTERNS = {code: _speaking_of(f"{english}, {german}") for code, (_, english, german) in _STUCK.items()}


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of *text* in small letters, in their order; numbers and marks are none."""
    return tuple(_WORD.findall(text.lower()))


def language_of(text: str) -> str:
    """Return en or de, whichever has more small words in *text*; "" where none has enough (another language)."""
    words = words_of(text)
    votes = {language: sum(word in voters for word in words) for language, voters in _VOTERS.items()}
    first, second = sorted(votes, key=lambda language: (-votes[language], language))[:2]
    if votes[first] == votes[second] or votes[first] < _LEAST_SHARE * len(words):
        return ""
    return first


def telling(text: str, language: str) -> frozenset[str]:
    """Return the words of *text* that can tell a theme: three letters or more, and no small word of *language*."""
    return frozenset(word for word in words_of(text) if len(word) > 2) - _SMALL[language]  # noqa: PLR2004  # see above


def stuck_points_in(text: str) -> frozenset[str]:
    """Return the codes of the stuck points that *text*, English or German, speaks of."""
    folded = text.lower()
    return frozenset(code for code, pattern in _PATTERNS.items() if pattern.search(folded))
