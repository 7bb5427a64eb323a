"""Translations for reading below the original, marked as a machine's; the button where one can be had."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import Settings

from tests import making
from tests.translators import Translators
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.models import Message, Ticket, Translation, User
from tickets.tasks import translate_due

BUTTON = "Translate (English)"


@pytest.fixture
def message(anna: User) -> Message:
    ticket = making.opened(text="Просимо два генератори.\n> Quoted", quote_start=24, language="uk")
    found: Message = ticket.messages.earliest("pk")
    return found


def page_of(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()


def words_of(page: str) -> list[str]:
    """What stands in the translations of a page."""
    found = re.findall(r'<section class="translation".*?</section>', page, re.S)
    return [re.sub(r"\s+", " ", strip_tags(each)).strip() for each in found]


def act(message: Message, name: str) -> str:
    return f"/desk/tickets/{message.ticket.reference}/messages/{message.pk}/{name}/"


def test_a_message_is_translated_and_what_waits_shows_what_it_became(
    desk: Client, message: Message, translators: Translators, settings: Settings
) -> None:
    translators.use(settings, "libretranslate")
    assert page_of(desk, message.ticket).count(BUTTON) == 1, "not on our own acknowledgement"
    answer = desk.post(act(message, "translate"), follow=True)
    page = answer.content.decode()
    assert "The translation will stand below the message." in page
    assert words_of(page) == ["LibreTranslate translates this message (English). Look again"]
    assert BUTTON not in page
    (address,) = re.findall(r'data-waits="([^"]+)"', page)
    translate_due()
    part = desk.get(address).content.decode()
    assert part.startswith('<section class="translation" data-state="done"')
    assert '<div class="letter-text" lang="en">[uk-en] Просимо два генератори.</div>' in part
    assert "Machine translation (English) · LibreTranslate, 23 November, 10:00" in words_of(part)[0]
    assert "For reading only. What counts is the original." in part
    assert words_of(page_of(desk, message.ticket))[0].endswith("Translate the quoted text too")
    assert "had a message translated by machine (English)" in page_of(desk, message.ticket)


def test_a_translation_that_failed_says_why_and_can_be_tried_again(desk: Client, message: Message) -> None:
    making.translation(message, state="failed", text="", error="refused")
    (words,) = words_of(page_of(desk, message.ticket))
    assert "LibreTranslate made no translation: the engine does not translate this text" in words
    assert words.endswith("Try again")
    desk.post(act(message, "translate"))
    assert Translation.objects.get().state == "waiting"


def test_a_translation_that_takes_longer_says_why(desk: Client, message: Message) -> None:
    making.translation(message, state="waiting", text="", error="busy", due_at=making.NOW)
    assert "It takes longer: the engine is busy." in words_of(page_of(desk, message.ticket))[0]


def test_what_a_machine_gave_back_is_text(desk: Client, message: Message) -> None:
    making.translation(message, text="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in page_of(desk, message.ticket)


def test_on_a_sensitive_ticket_and_without_an_engine_there_is_no_button(
    desk: Client, message: Message, settings: Settings
) -> None:
    ticket = message.ticket
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=User.objects.get(), now=timezone.now())
    assert BUTTON not in page_of(desk, ticket)
    refused = desk.post(act(message, "translate"), follow=True).content.decode()
    assert "its text does not leave the house" in refused
    assert not Translation.objects.exists()
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=False, now=timezone.now())
    settings.TRANSLATION = "off"
    assert BUTTON not in page_of(desk, ticket)


def test_a_message_in_the_language_of_the_page_has_no_button(desk: Client) -> None:
    assert BUTTON not in page_of(desk, making.opened(language="en"))
