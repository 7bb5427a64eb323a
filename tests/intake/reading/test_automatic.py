"""Machines are told from people (RFC 3834 and what vendors do)."""

import pytest

from intake.reading.mail import read


def mail(subject: str, *fields: str) -> bytes:
    return "\n".join(["From: a@x.example", f"Subject: {subject}", *fields, "", "Some words."]).encode()


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("auto-submitted", "Auto-Submitted: auto-replied"),
        ("auto-submitted", "Auto-Submitted: Auto-Generated (cron)"),
        ("auto-submitted", 'Auto-Submitted: auto-replied; owner-email="a@x.example"'),
        ("autoreply-header", "X-Autoreply: yes"),
        ("autoreply-header", "X-Autorespond: Re: help"),
        ("precedence", "Precedence: bulk"),
        ("precedence", "Precedence: auto_reply"),
        ("null-sender", "Return-Path: <>"),
        ("list", "List-Unsubscribe: <https://x.example/leave>"),
    ],
)
def test_the_fields_of_machines_are_known(code: str, field: str) -> None:
    assert read(mail("Help", field)).automatic == code


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: auto-forwarded",
        "X-Autoreply: no",
        "Precedence: first-class",
        "Precedence: list",
        "Return-Path: <a@x.example>",
        "X-Auto-Response-Suppress: OOF",
        "List-Unsubscribe: <https://x.example/leave>\nList-Post: <mailto:list@x.example>",
    ],
)
def test_the_fields_of_people_are_known(field: str) -> None:
    assert read(mail("Help", field)).automatic == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: your letter",
        "Out of Office: your letter",
        "Automatische Antwort: Ihr Schreiben",
        "Réponse automatique : votre lettre",
        "Автоматична відповідь: ваш лист",
        "Автоответ: ваше письмо",
        "Odpowiedź automatyczna: list",
        "Automātiska atbilde: vēstule",
        "Automatinis atsakymas: laiškas",
        "Automaatvastus: kiri",
        "Αυτόματη απάντηση: επιστολή",
        "Automatikus válasz: levél",
    ],
)
def test_the_subjects_of_robots_are_known(subject: str) -> None:
    assert read(mail(subject)).automatic == "subject"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply settings do not work",
        "How do I set an out of office message?",
        "Автоматична відповідь не працює",
    ],
)
def test_a_question_about_robots_is_a_persons(subject: str) -> None:
    assert read(mail(subject)).automatic == ""


def test_a_read_receipt_is_automatic_and_no_bounce() -> None:
    head = b"From: a@x.example\nSubject: Read: x\n"
    kind = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
    part = b"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@x.example\n"
    found = read(head + kind + b"--b\n\nread\n--b\n" + part + b"--b--")
    assert (found.automatic, found.bounce) == ("read-receipt", None)
