"""One code in, one sealed ballot out: the only writer of the box."""

from surveyapp.crypto import codes
from surveyapp.crypto.codes import Code
from surveyapp.crypto.sealing import seal
from surveyapp.office.box import BallotBox
from surveyapp.poll import Poll
from surveyapp.questionnaire.answers import Answers, write_ballot


class Casting:
    """Seals answers as they arrive and puts them into the box."""

    def __init__(self, box: BallotBox) -> None:
        self._box = box

    def cast_form(self, poll: Poll, code: Code, answers: Answers) -> None:
        """Seal *answers* and put them into the box of *poll*, using up the ballot of whoever holds *code*.

        When this returns the ballot is stored for good; when it raises, nothing is.

        Raises:
            WaveClosedError: the wave takes no ballots.
            CodeUnusableError: the code is unknown, or its ballot is taken.
        """
        # Sealed before the code is looked at: the work, and so the time, is the same for every code.
        sealed = seal(write_ballot(poll.questionnaire, answers), poll.box_public_key, str(poll.key))
        self._box.put(poll.key, codes.digest(code), sealed)
