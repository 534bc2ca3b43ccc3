"""Cast one ballot without a browser: docs/wire.md as a program that needs nothing else of this project."""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import ssl
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import InvalidSignature
from fit_answers import UnfitError, fit, read_answers
from seal_ballot import blind, decode, encode, finalize, fingerprint, new_message, public_key, seal

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = """\
example:
  curl "https://survey.example.org/s/offers.1/ballot.json?lang=en"   # ids, kinds and codes of the questions
  echo '{"group": "first_line", "any_days": 3, "tasks": ["drafting"]}' > answers.json
  python cast_ballot.py "https://survey.example.org/s/offers.1?lang=en#ABCD-EFGH-JKMN-PQRS" answers.json

exit codes: 0 the ballot is in the box; 1 refused, the same again changes nothing; 3 no answer, go on with --state
"""
OK, CREATED, SERVER_ERROR = 200, 201, 500
FINAL = {400, 403, 409, 410}  # nothing that is kept here can still become a ballot


class RefusedError(Exception):
    """Something that trying again does not change."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.final = status in FINAL


class NoAnswerError(Exception):
    """Nobody knows whether the last request arrived."""


def say(text: str) -> None:
    """Print without anything that could steer a terminal."""
    print("".join(sign for sign in text if sign.isprintable() or sign == "\n"), flush=True)


# ---- The server: every request takes a new connection and carries nothing but its body.


@dataclass(frozen=True, slots=True)
class Survey:
    """The link as mailed, without its code, and the seconds to go on asking a server that does not answer."""

    secure: bool
    host: str
    path: str
    query: str
    wave: str
    patience: float

    def ask(self, step: str, body: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """Send one request, the same again while there is no answer, and return status and answer."""
        end, pause = time.monotonic() + self.patience, 1
        while True:
            try:
                status, answer = self._once(step, json.dumps(body).encode() if body else None)
                if status < SERVER_ERROR:
                    return status, answer
            except ssl.SSLCertVerificationError:
                raise NoAnswerError("the certificate of the server cannot be verified") from None
            except (OSError, HTTPException, ValueError):
                status = 0
            reason = f"{step}: the server answered {status}" if status else f"{step}: no answer that can be read"
            if time.monotonic() + pause > end:
                raise NoAnswerError(reason)
            say(f"{reason}; once more in {pause} s")
            time.sleep(pause)
            pause = min(2 * pause, 60)

    def _once(self, step: str, data: bytes | None) -> tuple[int, dict[str, Any]]:
        connection = (
            HTTPSConnection(self.host, timeout=30, context=ssl.create_default_context())
            if self.secure
            else HTTPConnection(self.host, timeout=30)
        )
        with closing(connection):
            target = f"{self.path}/{step}?{self.query}".rstrip("?")
            connection.request("POST" if data else "GET", target, data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
            answer = json.loads(content) if response.status in {OK, CREATED} or content[:1] == b"{" else {}
            return response.status, answer if isinstance(answer, dict) else {}


def parse_link(text: str, patience: float) -> tuple[Survey, str]:
    """Take the mailed link apart into survey and code; no message repeats any of it."""
    try:
        parts = urlsplit(text.strip().strip("<>"))
        loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    except ValueError:
        raise RefusedError("this is no link") from None
    if "@" in parts.netloc or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise RefusedError("the link must begin with https:// (http:// is for this very computer)")
    path = re.fullmatch(r".*/s/([a-z0-9-]+\.[0-9]{1,3})", parts.path)
    if not path:
        raise RefusedError("the link must look like https://host/s/<wave>?lang=en#<code>")
    code = re.sub(r"[\s-]", "", unquote(parts.fragment)).upper().translate(str.maketrans("ILO", "110"))
    if not re.fullmatch("[0-9A-HJKMNP-TV-Z]{16}", code):
        raise RefusedError("the part of the link behind # is no code (is the link in quotation marks?)")
    return Survey(parts.scheme == "https", parts.netloc, parts.path, parts.query, path[1], patience), code


# ---- The ballot: what is kept until it is in the box, each value as it travels.


@dataclass(frozen=True, slots=True)
class Ballot:
    """A sealed ballot on its way; whoever has it can cast it, and only the box can read it."""

    owner: str  # digest of link and code, so that no other code is spent on this slip
    signing_key: str
    message: str
    blinded: str
    inverse: str
    sealed: str
    signature: str = ""


class State:
    """The file that keeps the ballot, or nothing where no file is wanted."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def read(self, owner: str) -> Ballot | None:
        """Return the ballot of *owner*, if one is on its way."""
        if not self._path or not self._path.exists():
            return None
        try:
            ballot = Ballot(**json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise RefusedError("the state file cannot be read") from None
        if ballot.owner != owner:
            raise RefusedError("the state file belongs to another link; name another file")
        return ballot

    def write(self, ballot: Ballot) -> None:
        """Keep *ballot*, readable by nobody else, whole or not at all."""
        if self._path:
            new = self._path.with_name(self._path.name + ".new")
            new.unlink(missing_ok=True)
            new.touch(mode=0o600, exist_ok=False)
            with new.open("w", encoding="utf-8") as file:
                file.write(json.dumps(asdict(ballot)))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)

    def forget(self) -> None:
        """Keep nothing."""
        if self._path:
            self._path.unlink(missing_ok=True)


# ---- The three steps.


def refusal(status: int, answer: Mapping[str, Any]) -> RefusedError:
    """Say in the words of the server why it refused."""
    words = answer.get("error")
    return RefusedError(f"{words} ({status})" if isinstance(words, str) else f"the server answered {status}", status)


def trusted(data: Mapping[str, Any], wave: str, expected: str) -> str:
    """Return the fingerprint of the keys, if it is the one that page and mail show for this wave."""
    mark = fingerprint(data["box_key"], data["signing_key"])
    if data["wave"] != wave:
        raise RefusedError("the server showed another survey")
    if mark != data["fingerprint"] or "".join(expected.split()).lower() not in {"", mark.replace(" ", "")}:
        raise RefusedError("the keys do not have this fingerprint; ask the contact that the mail names")
    return mark


def prepare(survey: Survey, owner: str, answers: Mapping[str, object], expected: str) -> Ballot:
    """Fetch the survey, show what it promises, check and seal the answers, draw and blind the slip; send nothing."""
    status, data = survey.ask("ballot.json")
    if status != OK:
        raise refusal(status, data)
    if data.get("signing_key", "") is None:
        raise RefusedError("this survey takes ballots through its page only")
    try:
        mark = trusted(data, survey.wave, expected)
        say("\n  ".join([data["title"], f"fingerprint {mark}", *data["promise"]]) + "\n")
        plaintext = json.dumps({"answers": fit(data["questions"], answers)}, separators=(",", ":")).encode()
        sealed = seal(plaintext, data["plaintext_bytes"], data["box_key"], survey.wave)
        message = new_message()
        blinded, inverse = blind(public_key(data["signing_key"]), message)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise RefusedError("this survey is not as docs/wire.md says; nothing was sent") from None
    return Ballot(owner, data["signing_key"], *map(encode, (message, blinded, inverse, sealed)))


def issue(survey: Survey, ballot: Ballot, code: str) -> Ballot:
    """Have the slip signed, with the code; the same slip may be sent again."""
    status, answer = survey.ask("issue", {"code": code, "blinded": ballot.blinded})
    if status != OK:
        raise refusal(status, answer)
    try:
        blind_signature, key = decode(answer["blind_signature"]), public_key(ballot.signing_key)
        signature = finalize(key, decode(ballot.message), blind_signature, decode(ballot.inverse))
    except (KeyError, TypeError, ValueError, InvalidSignature):
        raise RefusedError("the server did not sign the slip it was given; nothing was cast") from None
    return replace(ballot, signature=encode(signature))


def cast(survey: Survey, ballot: Ballot) -> None:
    """Put the ballot into the box, without the code; the same ballot may be sent again."""
    body = {"message": ballot.message, "signature": ballot.signature, "sealed": ballot.sealed}
    status, answer = survey.ask("cast", body)
    if status not in {OK, CREATED}:
        raise refusal(status, answer)


def run(arguments: argparse.Namespace) -> None:
    """Take one ballot from link and answers to the box."""
    link = sys.stdin.readline() if arguments.link == "-" else arguments.link
    survey, code = parse_link(link, arguments.patience)
    state = State(arguments.state)
    owner = sha256(f"{survey.host}{survey.path} {code}".encode()).hexdigest()
    ballot = state.read(owner)
    if ballot:
        say("going on with the ballot in the state file; the answers are not read again")
    else:
        ballot = prepare(survey, owner, read_answers(arguments.answers), arguments.fingerprint)
        state.write(ballot)
    try:
        if not ballot.signature:
            ballot = issue(survey, ballot, code)
            state.write(ballot)
        time.sleep(1 + secrets.randbelow(4001) / 1000)  # so that the two requests are harder to pair
        cast(survey, ballot)
    except RefusedError as error:
        if error.final:
            state.forget()
        raise
    state.forget()
    say("the ballot is in the box")


def main() -> int:
    """Read the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("link", help="as mailed, in quotation marks; - reads it from the first line of standard input")
    parser.add_argument("answers", help="file with {id of a question: answer} in JSON; - reads (the rest of) the input")
    parser.add_argument("--fingerprint", default="", help="as mailed; other keys are refused")
    parser.add_argument("--state", type=Path, help="keeps the sealed ballot in this file until it is in the box")
    parser.add_argument(
        "--patience", type=float, default=300, metavar="SECONDS", help="how long to ask a silent server"
    )
    arguments = parser.parse_args()
    way_on = "run it again with the same --state" if arguments.state else "with --state a ballot can go on later"
    try:
        run(arguments)
    except (RefusedError, UnfitError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    except (NoAnswerError, KeyboardInterrupt) as error:
        print(f"not known to be in the box ({error or 'interrupted'}): {way_on}", file=sys.stderr)
        return 3
    except OSError:
        print("refused: the state file cannot be written", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
