"""`surveyapp wave reveal`: open the ballot box."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.revealing import Progress, Revealing, RevealStep
from surveyapp.wave import WaveKey

_WORDS: Mapping[RevealStep, str] = {
    RevealStep.OPENING: "{percent} % of the ballots are opened",
    RevealStep.WRITING: "the ballots are mixed and kept",
    RevealStep.EMPTYING: "the box is being emptied",
    RevealStep.DESTROYING: "its keys are being destroyed",
    RevealStep.FORGETTING: "the last traces are being removed",
}


@dataclass(frozen=True, slots=True)
class RevealServices:
    """What the command needs."""

    desk: Desk
    revealing: Revealing
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the command."""
    wave = command.group(commands, "wave", "start, remind, close and reveal a wave")
    parser = command.add(
        wave,
        "reveal",
        "open the ballot box, all ballots together, not before the promised date",
        example="wave reveal SLUG 1",
        run=reveal,
        needs=RevealServices,
    )
    parser.add_argument("slug")
    parser.add_argument("number", type=int)
    parser.add_argument("--destroy", action="store_true", help="too few ballots: destroy them unread")


def reveal(arguments: Namespace, services: RevealServices) -> int:
    """Reveal a wave."""
    key = WaveKey(arguments.slug, arguments.number)
    wave = services.revealing.reveal(key, destroy_too_few=arguments.destroy, progress=_tell)
    services.desk.audit(Audited(services.clock(), "command line", "wave reveal", key.pilot, str(key)))
    if wave.destroyed_unread:
        print(f"wave {key} had too few ballots: all were destroyed unread")
        return 0
    print(
        f"wave {key}: {wave.issued} ballots taken, {wave.cast} cast, {wave.revealed} revealed, "
        f"{wave.spoiled} spoiled, {wave.empty} empty\nnext: surveyapp report {key.pilot}"
    )
    return 0


def _tell(progress: Progress) -> None:
    print(_WORDS[progress.step].format(percent=progress.percent), flush=True)
