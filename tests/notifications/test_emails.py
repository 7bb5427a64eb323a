import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import translation
from pytest_django import Settings

from notifications import emails, notices
from notifications.delivery import deliver
from notifications.emails import Address, Thread
from notifications.models import OutgoingMail
from tests.making import NOW
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db
OLENA = Address("Олена Приклад", "olena@hromada.example")
ANNA = Address("Anna Agent", "anna@secretariat.example")
TRACKING, PRIVACY = "https://help.example/uk/track/abc-DEF_1/", "https://help.example/uk/privacy/"
DESK = "https://help.example/desk/tickets/SU-2026-001042/"
LANGUAGES = [code for code, _ in django_settings.LANGUAGES]


def acknowledgement(**changes: Any) -> OutgoingMail:
    values: dict[str, Any] = {
        "to": OLENA,
        "language": "en",
        "reference": "SU-2026-001042",
        "subject": "Генератори для лікарні",
        "registered_on": date(2026, 11, 23),
        "answer_by": date(2026, 12, 14),
        "tracking_url": TRACKING,
        "privacy_url": PRIVACY,
        "phone": "+32 2282 2545",
        "thread": Thread("asked@hromada.example", ("first@hromada.example", "asked@hromada.example")),
        "reply_to": "SupportUkraine+ptoken@cor.europa.eu",
        "key": "acknowledgement:42",
        "group": "ticket:42",
        "correlation": "c0ffee",
    }
    with transaction.atomic():
        return emails.acknowledgement(**{**values, **changes})


def reply(**changes: Any) -> OutgoingMail:
    values: dict[str, Any] = {
        "to": [OLENA],
        "language": "en",
        "reference": "SU-2026-001042",
        "subject": "Генератори для лікарні",
        "text": "Dear Olena,\n\ntwo generators <100 kW> & cables:\n  - one\n  - two",
        "author_name": "Anna Agent",
        "signature": "Anna Agent\nCIVEX\n+32 2 000 00 00",
        "history": "Нам потрібні\nдва <генератори>.",
        "thread": Thread("asked@hromada.example", ("asked@hromada.example",)),
        "reply_to": "SupportUkraine+ptoken@cor.europa.eu",
        "not_before": NOW,
        "key": "reply:42:1",
        "group": "ticket:42",
        "correlation": "c0ffee",
    }
    with transaction.atomic():
        return emails.reply(**{**values, **changes})


def notice(name: str, **changes: Any) -> OutgoingMail:
    values: dict[str, Any] = {
        "to": ANNA,
        "language": "en",
        "reference": "SU-2026-001042",
        "subject": "Generators",
        "link": DESK,
        "reply_to": "a+s@cor.europa.eu",
        "key": f"{name}:1",
        "group": "ticket:42",
    }
    more = {"by": "Marta Manager"} if name == "assigned" else {}
    with transaction.atomic():
        found: OutgoingMail = getattr(notices, name)(**{**values, **more, **changes})
    return found


def test_the_acknowledgement_tells_all_that_it_must() -> None:
    mail = acknowledgement()
    for body in (mail.text, mail.html):
        for fact in ("SU-2026-001042", "23 November 2026", "14 December 2026", TRACKING, PRIVACY, "+32 2282 2545"):
            assert fact in body
    assert mail.subject == "Re: Генератори для лікарні [SU-2026-001042]"
    assert (mail.name, mail.audience, mail.automatic, mail.envelope_sender) == ("acknowledgement", "partner", True, "")
    assert mail.reply_to == "SupportUkraine+ptoken@cor.europa.eu"
    assert (mail.in_reply_to, mail.references[-1]) == ("asked@hromada.example", "asked@hromada.example")
    assert (mail.secret, mail.group, mail.correlation) == (TRACKING, "ticket:42", "c0ffee")


def test_an_acknowledgement_repeats_nothing_of_a_strangers_words_but_the_subject() -> None:
    mail = acknowledgement(to=Address("Buy at http://evil.example", "victim@example.org"), subject="Cheap pills")
    assert "evil" not in mail.text + mail.html
    assert "pills" not in mail.text + mail.html


def test_without_a_date_none_is_guessed_and_without_a_tracking_page_no_link_given() -> None:
    mail = acknowledgement(answer_by=None, tracking_url="")
    assert "December" not in mail.text + mail.html
    assert "None" not in mail.text + mail.html
    assert "/track/" not in mail.text + mail.html
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("uk", "14 грудня 2026"),
        ("en", "14 December 2026"),
        ("lv", "2026. gada 14. decembris"),
        ("fr", "14 décembre 2026"),
    ],
)
def test_dates_are_in_the_words_of_the_language(language: str, day: str) -> None:
    mail = acknowledgement(language=language)
    assert day in mail.text
    assert day in mail.html
    assert ".." not in mail.text
    assert f'<html lang="{language}">' in mail.html
    assert mail.language == language


@pytest.mark.parametrize("language", ["de", "", "xx-YY", "EN-GB"])
def test_a_language_that_is_missing_is_answered_in_english_never_with_an_empty_text(language: str) -> None:
    with translation.override("uk"):
        mail = acknowledgement(language=language)
    assert mail.language == "en"
    assert "Good day," in mail.text
    assert "14 December 2026" in mail.text


def test_the_active_language_is_left_as_it_was() -> None:
    with translation.override("lv"):
        acknowledgement(language="uk")
        assert translation.get_language() == "lv"


def test_a_reply_carries_the_words_as_written_the_signature_and_below_the_marker_the_history() -> None:
    mail = reply()
    words, _, history = mail.text.partition(f"{emails.HISTORY_RULE} ")
    assert words.startswith("Dear Olena,\n\ntwo generators <100 kW> & cables:\n  - one\n  - two\n\n-- \nAnna Agent\n")
    for fact in ("CIVEX", "+32 2 000 00 00", "SU-2026-001042"):
        assert fact in words
    marker, _, quoted = history.partition("\n")
    assert marker == f"Please write your answer above this line {emails.HISTORY_RULE}"
    assert quoted.strip() == "> Нам потрібні\n> два <генератори>."
    assert "two generators &lt;100 kW&gt; &amp; cables:<br>" in mail.html
    assert mail.html.index("Anna Agent") < mail.html.index(emails.HISTORY_RULE) < mail.html.index("&lt;генератори&gt;")
    assert (mail.automatic, mail.from_name) == (False, f"Anna Agent, {django_settings.MAIL_FROM_NAME}")
    assert mail.envelope_sender == django_settings.MAIL_ADDRESS


def test_a_reply_without_history_has_no_marker() -> None:
    mail = reply(history="")
    assert emails.HISTORY_RULE not in mail.text + mail.html


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: RE: Fwd: Generators", "Re: Generators [SU-2026-001042]"),
        ("Re: Generators [SU-2026-001042]", "Re: Generators [SU-2026-001042]"),
        ("Відп: Генератори", "Re: Генератори [SU-2026-001042]"),
        ("Regional forum: programme", "Re: Regional forum: programme [SU-2026-001042]"),
        ("", "Re: Your request [SU-2026-001042]"),
        ("x" * 900, "Re: " + "x" * 199 + "… [SU-2026-001042]"),
        ("a\r\nBcc: b@example.org", "Re: a Bcc: b@example.org [SU-2026-001042]"),
    ],
)
def test_a_subject_keeps_the_partners_words_and_the_tag(subject: str, expected: str) -> None:
    assert reply(subject=subject).subject == expected


@pytest.mark.parametrize(
    "name", ["assigned", "partner_answered", "delivery_failed", "delivery_partly", "reported_unwanted"]
)
def test_a_notice_to_staff_carries_reference_and_link(name: str) -> None:
    mail = notice(name)
    for body in (mail.text, mail.html):
        assert "SU-2026-001042" in body
        assert DESK in body
    assert mail.subject.startswith("[SU-2026-001042] ")
    assert mail.subject.endswith(": Generators")
    assert mail.reply_to == "a+s@cor.europa.eu"
    for body in (mail.text, mail.html):
        assert "your words become an internal note" in body
    assert "become an internal note" not in notice(name, reply_to="", key="without").text
    assert (mail.name, mail.audience, mail.automatic, mail.envelope_sender) == (name, "staff", True, "")


@pytest.mark.parametrize(
    "name", ["assigned", "partner_answered", "delivery_failed", "delivery_partly", "reported_unwanted"]
)
def test_a_notice_about_a_sensitive_ticket_has_no_subject_of_it(name: str) -> None:
    mail = notice(name, subject=None)
    assert "Generators" not in mail.subject + mail.text + mail.html
    assert "None" not in mail.subject + mail.text + mail.html


def test_a_new_tracking_link_is_a_secret_of_the_recipients() -> None:
    with transaction.atomic():
        mail = emails.tracking_link(
            to=OLENA,
            language="en",
            reference="SU-2026-001042",
            tracking_url=TRACKING,
            phone="+32 2282 2545",
            reply_to="SupportUkraine+ptoken@cor.europa.eu",
            key="tracking-link:1",
            group="ticket:42",
            correlation="",
        )
    assert TRACKING in mail.text
    assert TRACKING in mail.html
    assert mail.secret == TRACKING
    assert mail.reply_to == "SupportUkraine+ptoken@cor.europa.eu"
    assert "[SU-2026-001042]" in mail.subject


class _Balance(HTMLParser):
    """Opened elements that were not closed, and every address named."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "br"):
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "acknowledgement",
        "reply",
        "assigned",
        "partner_answered",
        "delivery_failed",
        "delivery_partly",
        "reported_unwanted",
    ],
)
def test_the_html_is_whole_and_fetches_nothing(name: str, language: str) -> None:
    makers = {"acknowledgement": acknowledgement, "reply": reply}
    mail = makers[name](language=language) if name in makers else notice(name, language=language)
    parser = _Balance()
    parser.feed(mail.html)
    assert parser.opened == []
    assert set(parser.addresses) <= {TRACKING, PRIVACY, DESK}
    assert "<img" not in mail.html
    assert "color-scheme" in mail.html
    assert mail.text.strip()
    assert not re.search(r"&(?:amp|lt|gt|#x27|quot);", mail.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_tickets_given_to_a_colleague_are_named_in_one_mail(language: str) -> None:
    tickets = [(f"SU-2026-{number:06}", f"{DESK}?{number}") for number in range(3)]
    with transaction.atomic():
        mail = notices.assigned_many(to=ANNA, language=language, by="Marta <Manager>", tickets=tickets, key="many")
    parser = _Balance()
    parser.feed(mail.html)
    assert parser.opened == []
    assert parser.addresses == [link for _, link in tickets]
    assert all(f"{reference}: {link}" in mail.text for reference, link in tickets)
    assert "Marta <Manager>" in mail.text
    assert "3" in mail.subject


def test_the_partners_mail_program_sees_one_thread(sink: Sink, settings: Settings) -> None:
    """The acknowledgement and the reply both name the partner's first mail; the reply ends with what it answers."""
    first = acknowledgement()
    later = Thread("asked@hromada.example", ("asked@hromada.example", first.message_id))
    answer = reply(thread=later)
    deliver(first.pk, now=first.not_before)
    deliver(answer.pk, now=NOW)
    one, two = (taken.message for taken in sink.taken)
    assert one["In-Reply-To"] == two["In-Reply-To"] == "<asked@hromada.example>"
    assert two["References"].split()[-1] == "<asked@hromada.example>"
    assert f"<{first.message_id}>" in two["References"]
    assert one["Subject"] == two["Subject"]
    assert one["Auto-Submitted"] == "auto-replied"
    assert two["Auto-Submitted"] is None
