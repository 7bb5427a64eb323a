"""Bounces are recognised, and letters about bounces are not."""

import pytest

from intake.reading.mail import read


def mail(sender: str, subject: str, body: str, *fields: str) -> bytes:
    return "\n".join([f"From: {sender}", "To: support@wg.example", f"Subject: {subject}", *fields, "", body]).encode()


DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.org>"


@pytest.mark.parametrize(
    ("subject", "body", "status", "permanent"),
    [
        ("failure notice", "<rada@hromada.example>:\nRemote host said: 550 5.1.1 unknown", "5.1.1", True),
        ("Mail delivery failed", "could not be delivered:\n\n  rada@hromada.example\n    550 No such user", "", True),
        ("Undelivered Mail", "<rada@hromada.example>: host said: 452 4.2.2 Mailbox full", "4.2.2", False),
        (
            "Undeliverable: x",
            "did not reach the following recipient(s):\n\nrada@hromada.example on Monday\n#5.1.10",
            "5.1.10",
            True,
        ),
        (
            "Warning: message delayed",
            "has not yet been delivered\n\n  rada@hromada.example\n\nwill be retried",
            "",
            False,
        ),
        ("Недоставлене повідомлення", "Лист не вдалося доставити:\nrada@hromada.example", "", True),
        ("Unzustellbar: x", "konnte nicht zugestellt werden\nrada@hromada.example", "", True),
    ],
)
def test_bounces_in_prose_are_read(subject: str, body: str, status: str, permanent: bool) -> None:
    bounce = read(mail(DAEMON, subject, body)).bounce
    assert bounce is not None
    assert bounce.recipients == ("rada@hromada.example",)
    assert (bounce.status, bounce.permanent) == (status, permanent)


def report(*blocks: str) -> bytes:
    inner = "\n\n".join(["Reporting-MTA: dns; mx.example.org", *blocks])
    parts = f"--b\n\nwords\n--b\nContent-Type: message/delivery-status\n\n{inner}\n--b--"
    return mail(DAEMON, "Report", parts, "Content-Type: multipart/report; report-type=delivery-status; boundary=b")


def test_only_the_recipients_that_failed_are_named() -> None:
    good = "Final-Recipient: rfc822; good@hromada.example\nAction: delivered\nStatus: 2.0.0"
    bad = "Final-Recipient: rfc822; bad@hromada.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 5.7.1 no"
    bounce = read(report(good, bad)).bounce
    assert bounce is not None
    assert bounce.recipients == ("bad@hromada.example",)
    assert bounce.status == "5.7.1"


def test_a_receipt_of_delivery_is_no_bounce() -> None:
    assert (
        read(report("Final-Recipient: rfc822; good@hromada.example\nAction: delivered\nStatus: 2.0.0")).bounce is None
    )


@pytest.mark.parametrize("status", ["4.4.1", "4.4.7", "4.2.2"])
def test_a_mail_that_a_server_gave_up_is_lost_though_the_cause_may_pass(status: str) -> None:
    bounce = read(report(f"Final-Recipient: rfc822; a@hromada.example\nAction: failed\nStatus: {status}")).bounce
    assert bounce is not None
    assert (bounce.given_up, bounce.permanent) == (True, False)


def test_a_delay_is_not_permanent() -> None:
    bounce = read(report("Final-Recipient: rfc822; a@hromada.example\nAction: delayed\nStatus: 4.4.1")).bounce
    assert bounce is not None
    assert not bounce.permanent
    assert not bounce.given_up


def test_a_report_inside_broken_mime_is_still_read() -> None:
    raw = report("Final-Recipient: rfc822; a@hromada.example\nAction: failed\nStatus: 5.1.1")
    bounce = read(raw.replace(b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", b"")).bounce
    assert bounce is not None
    assert (bounce.recipients, bounce.status) == (("a@hromada.example",), "5.1.1")


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        (
            "Olena <olena@hromada.example>",
            "FW: Undeliverable: x",
            "Delivery failed: 550 5.1.1 x@y.example. Please help",
        ),
        ("Olena <olena@hromada.example>", "Undelivered mail keeps coming back", "It could not be delivered."),
        ("Olena <olena@hromada.example>", "Delivery status of the generator", "Was it delivered?"),
        ("Petro <postmaster@hromada.example>", "Letter", "Your letter could not be delivered yesterday."),
    ],
)
def test_a_letter_about_a_bounce_is_a_letter(sender: str, subject: str, body: str) -> None:
    found = read(mail(sender, subject, body, "Return-Path: <someone@hromada.example>"))
    assert found.bounce is None
    assert found.automatic == ""


def test_a_person_who_attaches_a_bounce_writes_a_letter() -> None:
    inner = report("Final-Recipient: rfc822; a@hromada.example\nAction: failed\nStatus: 5.1.1").decode()
    body = f"--o\n\nWhat is this?\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--"
    assert read(mail("o@hromada.example", "Help", body, "Content-Type: multipart/mixed; boundary=o")).bounce is None
