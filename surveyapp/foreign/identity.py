"""What would tell who somebody is: never imported, whatever another program thought of it."""

import re
from collections.abc import Sequence
from typing import Final

_WORDS: Final = frozenset(
    [
        "name",
        "names",
        "fullname",
        "firstname",
        "lastname",
        "surname",
        "forename",
        "familyname",
        "givenname",
        "vorname",
        "nachname",
        "nom",
        "prenom",
        "email",
        "mail",
        "emailaddress",
        "phone",
        "phonenumber",
        "telephone",
        "mobile",
        "mobilenumber",
        "handy",
        "telefon",
        "username",
        "userid",
        "login",
        "signature",
        "birthday",
        "birthdate",
        "dob",
        "geburtsdatum",
        "address",
        "adresse",
        "street",
        "ssn",
        "passport",
        "personnel",
        "personalnummer",
        "employeeid",
        "staffid",
        "deviceid",
        "ip",
        "ipaddress",
        "imei",
        "gps",
    ]
)
_ENDINGS: Final = ("firstname", "lastname", "surname", "fullname", "email", "phone", "username", "phonenumber")
_TEXTS: Final = re.compile(
    r"\b(first|last|full|family|given) name\b|\bsurname\b|\byour (e-?mail|phone|telephone|mobile|address|signature)\b"
    r"|\b(postal|home|street) address\b|\bhow can we (reach|contact) you\b|\bcontact (details|information|number)\b"
    r"|\bvotre (nom|prénom|adresse|courriel)\b|\bunterschrift\b|\bwie hei(ß|ss)en sie\b|\byour birthday\b",
    re.IGNORECASE,
)


def asks_for_a_person(name: str, texts: Sequence[str]) -> bool:
    """True if a question to be answered in own words, called *name*, asks who somebody is."""
    word = re.sub(r"[^a-z]", "", name.lower())
    return word in _WORDS or word.endswith(_ENDINGS) or any(map(_TEXTS.search, texts))
