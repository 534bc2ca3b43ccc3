"""The way into the box: a slip for a code, a sealed ballot for a slip, or both at once for a form."""

from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa

from surveyapp.clock import Clock
from surveyapp.crypto import blind_rsa, codes
from surveyapp.crypto.blind_rsa import (
    BadBlindedMessageError,
    BadSignatureError,
    Blinded,
    BlindSignature,
    Message,
    Signature,
    SigningPublicKey,
)
from surveyapp.crypto.codes import Code
from surveyapp.crypto.keyring import KeyMissingError, Keyring
from surveyapp.crypto.sealing import SealBrokenError, SealedBallot, check_envelope, seal
from surveyapp.errors import SurveyError
from surveyapp.office.slot import BallotSlot
from surveyapp.poll import Poll
from surveyapp.questionnaire.answers import Answers, write_ballot

MESSAGE_BYTES = 64  # a random prefix of 32 bytes, then a random nonce of 32


class BadEnvelopeError(SurveyError):
    """What was sent is no slip or no sealed ballot of this wave; the message names the reason, not the content."""


class Casting:
    """Signs slips without reading them, and takes ballots that are sealed or seals them."""

    def __init__(
        self, slot: BallotSlot, keyring: Keyring, *, clock: Clock, random_bytes: Callable[[int], bytes]
    ) -> None:
        self._slot = slot
        self._keyring = keyring
        self._clock = clock
        self._random_bytes = random_bytes

    def issue(self, poll: Poll, code: Code, blinded: Blinded) -> BlindSignature:
        """Use up the ballot of whoever holds *code* and return the signature on the slip *blinded*.

        The same slip again gives the same signature: a lost answer may be asked for again.

        Raises:
            BadEnvelopeError: *blinded* cannot be signed, or the wave signs no slips; nothing was stored.
            WaveClosedError: the wave hands out no slips.
            CodeUnusableError: the code is unknown, or its ballot was taken with another slip.
            KeyMissingError: the key of an open wave is gone; nothing was stored.
        """
        if poll.signing_key is None:
            raise BadEnvelopeError("This survey takes forms only.")
        signer = self._signer(poll)
        # Signed before the code is looked at: the work, and so the time, is the same for every code.
        try:
            signature = blind_rsa.sign_blinded(signer, blinded, self._random_bytes)
        except BadBlindedMessageError:
            raise BadEnvelopeError("The slip is not one that can be signed.") from None
        self._slot.issue(poll.key, codes.digest(code), blinded, self._clock())
        return signature

    def cast(self, poll: Poll, message: Message, signature: Signature, sealed: SealedBallot) -> bool:
        """Put *sealed* into the box of *poll*, once per signed *message*; false if this very ballot lay there already.

        Raises:
            BadEnvelopeError: wrong length, point or signature; nothing was stored.
            WaveClosedError: the wave takes no ballots.
            AlreadyCastError: another ballot was sent with this message.
        """
        if poll.signing_key is None:
            raise BadEnvelopeError("This survey takes forms only.")
        # Signature first: an unsigned flood must never reach the database.
        if len(message) != MESSAGE_BYTES:
            raise BadEnvelopeError("The message has the wrong length.")
        try:
            blind_rsa.verify(_verifier(poll.signing_key), message, signature)
        except BadSignatureError:
            raise BadEnvelopeError("The signature is not one of this survey.") from None
        try:
            check_envelope(sealed, poll.plaintext_bytes)
        except SealBrokenError:
            raise BadEnvelopeError("The sealed ballot has the wrong length, or begins with no point.") from None
        return self._slot.cast(poll.key, message, sealed, self._clock())

    def cast_form(self, poll: Poll, code: Code, answers: Answers) -> None:
        """Seal *answers* and put them into the box of *poll*, using up the ballot of whoever holds *code*.

        When this returns the ballot is stored for good; when it raises, nothing is.

        Raises:
            WaveClosedError: the wave takes no ballots.
            CodeUnusableError: the code is unknown, or its ballot is taken.
        """
        # Sealed before the code is looked at: the work, and so the time, is the same for every code.
        sealed = seal(write_ballot(poll.questionnaire, answers), poll.box_public_key, str(poll.key))
        self._slot.put(poll.key, codes.digest(code), sealed, self._clock())

    def _signer(self, poll: Poll) -> rsa.RSAPrivateKey:
        try:
            return self._keyring.signing_key(str(poll.key))
        except KeyMissingError:
            # Destroyed together with the box: who asks that late is told so, and not to try again.
            self._slot.refuse_if_closed(poll.key, self._clock())
            raise


@lru_cache(maxsize=64)
def _verifier(key: SigningPublicKey) -> rsa.RSAPublicKey:
    return blind_rsa.public_key(key)
