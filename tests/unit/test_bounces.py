"""Delivery reports as servers write them, and whatever else lands in the same mailbox."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.mail.bounces import LARGEST_REPORT, Report, read_report

ID = bytes(range(16))
OURS = f"<{ID.hex()}@example.org>"

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: survey@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="8F2A1.1700000000/mx.example.org"

This is a MIME-encapsulated message.

--8F2A1.1700000000/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

<gone@example.net>: host mail.example.net said: 550 5.1.1 User unknown

--8F2A1.1700000000/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 8F2A1
Arrival-Date: Wed, 10 Feb 2027 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; gone@example.net
Original-Recipient: rfc822;gone@example.net
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--8F2A1.1700000000/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: Survey <survey@example.org>
To: Somebody <gone@example.net>
Message-ID: {id}
Subject: How is the assistant working for you?

Hello

--8F2A1.1700000000/mx.example.org--
"""

EXCHANGE = """\
From: <postmaster@example.net>
To: <survey@example.org>
Date: Wed, 10 Feb 2027 12:00:05 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_7f0c2d31-9a55-4c6e-8a5c-2b3c5d1e0f9a_"
Content-Language: en-US
Message-ID: <9a1b2c3d-0000-4111-8222-123456789abc@EX01.example.net>
In-Reply-To: {id}
References: {id}
Subject: Undeliverable: How is the assistant working for you?
Auto-Submitted: auto-replied

--_7f0c2d31-9a55-4c6e-8a5c-2b3c5d1e0f9a_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_inner_"

--_inner_
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message couldn't be delivered.

--_inner_
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

<html><body>Your message couldn't be delivered.</body></html>

--_inner_--

--_7f0c2d31-9a55-4c6e-8a5c-2b3c5d1e0f9a_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.net
Received-From-MTA: dns;mx.example.org
Arrival-Date: Wed, 10 Feb 2027 12:00:04 +0000

Final-Recipient: rfc822;gone@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
X-Display-Name: gone@example.net

--_7f0c2d31-9a55-4c6e-8a5c-2b3c5d1e0f9a_
Content-Type: message/rfc822

Received: from mx.example.org (192.0.2.1) by EX01.example.net
From: Survey <survey@example.org>
To: Somebody <gone@example.net>
Message-ID:
\t{id}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="ours"

--ours
Content-Type: text/plain

Hello
--ours--

--_7f0c2d31-9a55-4c6e-8a5c-2b3c5d1e0f9a_--
"""

SENDMAIL = """\
From: Mail Delivery Subsystem <MAILER-DAEMON@example.net>
To: <survey@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="s.1"
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)

--s.1

   ----- The following addresses had permanent fatal errors -----
<gone@example.net>

--s.1
Content-Type: message/delivery-status

Reporting-MTA: dns; example.net

Final-Recipient: RFC822; gone@example.net
Action: {action}
Status: {status}

--s.1
Content-Type: text/rfc822-headers

Return-Path: <survey@example.org>
From: Survey <survey@example.org>
message-id: {id}
To: gone@example.net

--s.1--
"""

EXIM = """\
From: Mail Delivery System <Mailer-Daemon@example.net>
To: survey@example.org
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
X-Failed-Recipients: gone@example.net

This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error.

  gone@example.net
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Message-ID: {id}
Subject: How is the assistant working for you?
"""

AWAY = """\
From: Somebody <p1@example.org>
To: survey@example.org
Subject: Automatic reply: How is the assistant working for you?
Auto-Submitted: auto-replied
In-Reply-To: {id}
Content-Type: text/plain

I am away until Monday.
"""

READ_RECEIPT = """\
From: Somebody <p1@example.org>
To: survey@example.org
Subject: Read: How is the assistant working for you?
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="m"

--m
Content-Type: text/plain

Your message was read.

--m
Content-Type: message/disposition-notification

Final-Recipient: rfc822;p1@example.org
Original-Message-ID: {id}
Disposition: automatic-action/MDN-sent-automatically; displayed

--m--
"""

SHAPES = {"Postfix": POSTFIX, "Exchange": EXCHANGE, "Sendmail": SENDMAIL}


def report(shape: str, *, mail: str = OURS, action: str = "failed", status: str = "5.1.1", ends: str = "\n") -> bytes:
    return shape.format(id=mail, action=action, status=status).replace("\n", ends).encode()


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_report_of_a_failure_names_our_mail(name: str, ends: str) -> None:
    assert read_report(report(SHAPES[name], ends=ends)) == Report(ID)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "invented"])
def test_a_report_that_the_mail_may_still_arrive_says_nothing_of_it(name: str, action: str) -> None:
    assert read_report(report(SHAPES[name], action=action, status="4.4.1")) == Report(None)


def test_a_server_that_gave_up_after_temporary_faults_has_failed() -> None:
    assert read_report(report(POSTFIX, action="failed", status="4.4.1")) == Report(ID)


def test_an_action_may_carry_a_remark_and_capitals() -> None:
    assert read_report(report(POSTFIX, action="Failed (bad destination mailbox)")) == Report(ID)


@pytest.mark.parametrize("shape", [EXIM, AWAY, READ_RECEIPT], ids=["Exim", "automatic reply", "read receipt"])
def test_what_is_no_delivery_report_is_not_taken_for_one(shape: str) -> None:
    assert OURS.encode() in report(shape)
    assert read_report(report(shape)) is None


@pytest.mark.parametrize(
    "mail",
    [
        "<170000000000.12.3456789@example.org>",  # as mails to staff have
        f"<{ID.hex()[:-1]}@example.org>",
        f"<{ID.hex()}00@example.org>",
        f"{ID.hex()}",
        f"<{ID.hex()}@example.org> <{ID.hex()}@example.org>",
        "",
    ],
)
def test_a_report_about_another_mail_says_nothing_of_ours(mail: str) -> None:
    assert read_report(report(POSTFIX, mail=mail)) == Report(None)


def test_a_report_about_two_mails_says_nothing_of_either() -> None:
    other = f"<{bytes(16).hex()}@example.org>"

    assert read_report(report(POSTFIX, mail=f"{OURS}\nMessage-ID: {other}")) == Report(None)


def test_a_mail_that_reached_one_of_two_recipients_did_arrive() -> None:
    second = "failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; other@example.net\nAction: delivered"

    assert read_report(report(POSTFIX, action=second)) == Report(None)
    assert read_report(report(POSTFIX, action=second.replace("delivered", "failed"))) == Report(ID)


def test_what_is_too_long_is_no_report() -> None:
    content = report(POSTFIX)
    fill = LARGEST_REPORT - len(content)

    assert read_report(content + b"\n" * fill) == Report(ID)
    assert read_report(content + b"\n" * (fill + 1)) is None


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert read_report(content) is None


_KINDS = st.sampled_from(
    [
        b"multipart/report",
        b"message/delivery-status",
        b"message/rfc822",
        b"text/rfc822-headers",
        b"multipart/mixed",
        b"x",
    ]
)
_PIECE = st.one_of(
    _KINDS.map(lambda kind: b"Content-Type: " + kind + b'; boundary="b"\n'),
    st.sampled_from([b"\n", b"\n--b\n", b"\n--b--\n", b"\nAction: failed\n", b"Content-Transfer-Encoding: base64\n"]),
    st.just(b"Message-ID: " + OURS.encode() + b"\n"),
    st.binary(max_size=40),
)


@settings(max_examples=300)
@given(st.lists(_PIECE, max_size=30).map(b"".join))
def test_no_mail_of_the_right_words_in_the_wrong_places_breaks_it(content: bytes) -> None:
    found = read_report(content)

    assert found is None or found.mail in {None, ID}


@settings(max_examples=300)
@given(st.sampled_from(list(SHAPES.values())), st.data())
def test_a_damaged_report_names_our_mail_or_none(shape: str, data: st.DataObject) -> None:
    content = bytearray(report(shape))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))

    found = read_report(bytes(content))

    assert found is None or found.mail is None or len(found.mail) == len(ID)
