"""Bounces as the servers of the world write them: each format once, in a mail of our own."""

from pathlib import Path

import pytest

from intake.reading.mail import Bounce, read

FORMATS = Path(__file__).parents[2] / "mail" / "bounces"
RECIPIENT = "rada@hromada.example"

# The status that each names, "" for none, and whether it has given up for good.
TOLD = {
    "activehunter": ("5.1.1", True),
    "biglobe": ("", False),
    "compuserve": ("", True),
    "courier": ("5.1.1", True),
    "domino": ("", True),
    "dragonfly": ("5.2.2", True),
    "exchange-2003": ("", True),
    "exchange-2007-uk": ("5.2.2", True),
    "exchange-2010-fr": ("5.1.10", True),
    "exim-pipe": ("", True),
    "exim-warning": ("", False),
    "exim-without-field": ("5.2.2", True),
    "german-prose": ("", True),
    "gmail-html": ("5.1.1", True),
    "gmail-old": ("5.1.1", True),
    "gmx": ("5.1.1", True),
    "groupwise": ("", True),
    "imail": ("", True),
    "interscan": ("5.1.1", True),
    "james": ("5.1.1", True),
    "kddi": ("", False),
    "latvian-prose": ("", True),
    "mail-list-refusal": ("", True),
    "mail-ru": ("", True),
    "mailfoundry": ("", True),
    "mailmarshal": ("5.1.1", True),
    "messaging-server": ("5.1.1", True),
    "mfilter": ("5.1.1", True),
    "netscape": ("", False),
    "notes": ("", True),
    "one-and-one": ("", True),
    "opensmtpd": ("5.2.2", True),
    "polish-prose": ("", False),
    "postfix-plain": ("5.1.1", True),
    "qmail": ("5.1.1", True),
    "qq-chinese": ("5.1.1", True),
    "quoted-reply-code": ("4.3.0", False),
    "sendmail-5": ("", True),
    "sendmail-without-report": ("5.1.1", True),
    "ses-json": ("5.1.1", True),
    "simple-list": ("", True),
    "surfcontrol": ("", True),
    "verizon": ("", True),
    "x1-delivery-errors": ("", True),
    "x6-full-details": ("5.1.1", True),
    "yahoo": ("", True),
    "zoho": ("", False),
}
OTHER_RECIPIENTS = {"mail-list-refusal": "news@hromada.example", "verizon": "380441234567@pictures.example"}


def bounce_in(raw: bytes) -> Bounce:
    bounce = read(raw).bounce
    assert bounce is not None
    return bounce


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("name", TOLD)
def test_a_bounce_in_the_words_of_any_server_is_read(name: str, line_end: bytes) -> None:
    bounce = bounce_in((FORMATS / f"{name}.eml").read_bytes().replace(b"\n", line_end))
    assert bounce.recipients == (OTHER_RECIPIENTS.get(name, RECIPIENT),)
    assert (bounce.status, bounce.permanent) == TOLD[name]


def test_every_format_here_is_tested() -> None:
    assert {path.stem for path in FORMATS.glob("*.eml")} == set(TOLD)


@pytest.mark.parametrize(
    "name", [path.stem for path in sorted(FORMATS.glob("*.eml")) if b"ack-1@wg.example" in path.read_bytes()]
)
def test_the_mail_that_came_back_is_named(name: str) -> None:
    assert bounce_in((FORMATS / f"{name}.eml").read_bytes()).original_message_id == "ack-1@wg.example"


HEAD = (
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: support@wg.example\nSubject: Report\nMIME-Version: 1.0\n"
)
FIELDS = (
    "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: {recipient}\nAction: {action}\nStatus: {status}\n{more}"
)
REPORT = (
    "Content-Type: multipart/report; {kind}boundary=b\n\n--b\n\n{words}\n--b\nContent-Type: {type}\n\n{fields}\n"
    "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ack-1@wg.example>\nTo: rada@hromada.example\n--b--\n"
)


def report(
    *,
    recipient: str = f"rfc822; {RECIPIENT}",
    action: str = "failed",
    status: str = "5.1.1",
    more: str = "",
    kind: str = "report-type=delivery-status; ",
    type: str = "message/delivery-status",
    words: str = "It failed.",
) -> str:
    fields = FIELDS.format(recipient=recipient, action=action, status=status, more=more)
    return HEAD + REPORT.format(kind=kind, type=type, fields=fields, words=words)


@pytest.mark.parametrize(
    "raw",
    [
        report(),
        report(kind=""),
        report(type="message/global-delivery-status"),
        report(type="message/x-delivery-status"),
        report(type="text/plain"),
        report(recipient=f"RFC822;<{RECIPIENT}>"),
        report(recipient=f'rfc822; "{RECIPIENT}"'),
        report(recipient=f"utf-8; {RECIPIENT}"),
        report(recipient=RECIPIENT),
        report(action="Failed (user unknown)", status="5.1.1 (no such user)"),
        report(status="5.0.0", more=f"Diagnostic-Code: smtp; 550 5.1.1 <{RECIPIENT}> unknown"),
        report(status="5.0.0", words=f"host mx said:\n<<< 550 5.1.1 <{RECIPIENT}>... User unknown"),
        report(status="", more="Diagnostic-Code: smtp; 550-5.1.1 unknown\n 550 5.1.1 really"),
        report(kind="report-type=delivery-status;").replace("boundary=b", ""),
        report().replace("boundary=b", "boundary=other"),
        report().replace("Content-Type: multipart/report", "Content-Type: multipart/mixed"),
        report().replace("\n", "\r"),
        report().replace("\n", "\r\n"),
    ],
)
def test_a_report_is_read_however_it_is_framed(raw: str) -> None:
    bounce = bounce_in(raw.encode())
    assert (bounce.recipients, bounce.status, bounce.permanent) == ((RECIPIENT,), "5.1.1", True)
    assert bounce.original_message_id == "ack-1@wg.example"


COMPLAINT = report(kind="report-type=feedback-report; ", type="message/feedback-report").replace(
    "Action: failed",
    "Feedback-Type: abuse\nUser-Agent: example/1\nVersion: 1\nOriginal-Rcpt-To: <rada@hromada.example>",
)


@pytest.mark.parametrize("raw", [COMPLAINT, COMPLAINT.replace("report-type=feedback-report; ", "")])
def test_a_complaint_is_automatic_and_no_bounce(raw: str) -> None:
    mail = read(raw.encode())
    assert mail.bounce is None
    assert mail.automatic


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("MAILER-DAEMON", "Status", f"<{RECIPIENT}>: unknown user"),
        ("postmaster", "Your letter", f"550 5.1.1 <{RECIPIENT}>"),
        ("Administrator <administrator@hromada.example>", "Undeliverable: x", f"{RECIPIENT}\n550 no such user"),
        ("Exchange <exchange@hromada.example>", "Delivery failure", f"{RECIPIENT}: 550 5.1.1 user not found"),
    ],
)
def test_a_server_without_a_usual_name_needs_more_words(sender: str, subject: str, body: str) -> None:
    bounce = bounce_in(f"From: {sender}\nTo: support@wg.example\nSubject: {subject}\n\n{body}".encode())
    assert bounce.recipients == (RECIPIENT,)


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("System Administrator <admin@hromada.example>", "Delivery problem with the generator", "It came on Monday."),
        ("Ivan <administrator@hromada.example>", "Delivery problem", "The lorry could not be delivered."),
        ("Olena <o@hromada.example>", "Message delayed", "Sorry that my answer took so long."),
        ("Olena via Microsoft Outlook <o@hromada.example>", "Delivery report", "The lorry is here, see 550 photos."),
        ("Petro <p@hromada.example>", "Re: Undeliverable: x", "I got: 550 5.1.1 <a@b.example> User unknown"),
        ("Petro <p@hromada.example>", "JSON", '{"bouncedRecipients": "what does this word mean?"}'),
    ],
)
def test_what_a_person_writes_stays_a_letter(sender: str, subject: str, body: str) -> None:
    raw = f"From: {sender}\nTo: support@wg.example\nSubject: {subject}\n\n{body}"
    assert read(raw.encode()).bounce is None


def test_a_person_who_passes_a_report_on_writes_a_letter() -> None:
    raw = report().replace(HEAD, "From: Olena <o@hromada.example>\nSubject: What is this?\n")
    assert read(raw.replace("multipart/report; report-type=delivery-status", "multipart/mixed").encode()).bounce is None
