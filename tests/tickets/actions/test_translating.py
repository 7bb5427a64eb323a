"""A message goes to the engine as a row that is kept first, and comes back once; what is sensitive never leaves."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from tests import making
from tests.making import NOW, opened, staff
from tests.planning import disable
from tests.translators import Translators
from tickets.actions import answering, triage
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.translating import WAITS, ask
from tickets.errors import IllegalMove
from tickets.models import Message, Ticket, Translation
from tickets.tasks import translate, translate_due
from tickets.translation import sending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
WORDS = "Просимо два генератори."
QUOTED = "\n> What do you need?"


@pytest.fixture
def libre(translators: Translators, settings: Settings) -> Translators:
    translators.use(settings, "libretranslate")
    return translators


@pytest.fixture
def commission(translators: Translators, settings: Settings) -> Translators:
    translators.use(settings, "etranslation")
    return translators


def letter(**changes: object) -> Message:
    values = {"text": WORDS + QUOTED, "quote_start": len(WORDS), "language": "uk", **changes}
    found: Message = opened(**values).messages.earliest("pk")
    return found


def asked(message: Message, **changes: object) -> Translation:
    values = {"language": "en", "now": NOW, **changes}
    return ask(actor=Actor.staff(staff()), message_id=message.pk, **values)


def work(at: timedelta = timedelta()) -> Translation:
    """Do what is due at this time, and see what became of the one translation."""
    with time_machine.travel(NOW + at, tick=False):
        translate_due()
    return Translation.objects.get()


def test_new_words_alone_leave_and_the_translation_stays_with_engine_and_time(libre: Translators) -> None:
    message = letter()
    order = asked(message)
    assert (order.state, libre.asked) == ("waiting", []), "it is kept before it leaves"
    done = work()
    assert (done.state, done.text, done.engine) == ("done", f"[uk-en] {WORDS}", "libretranslate")
    assert (done.finished_at, done.due_at) == (NOW, None)
    assert libre.asked == [{"q": WORDS, "source": "uk", "target": "en", "format": "text", "api_key": "v9Qm2xLr"}], (
        "and nothing else"
    )
    event = message.ticket.events.get(verb="translation_asked")
    assert event.data == {"language": "en", "engine": "libretranslate", "whole": False}


def test_the_whole_text_leaves_where_it_is_asked_for(libre: Translators) -> None:
    message = letter()
    asked(message)
    work()
    asked(message, whole=True)
    assert work().text == f"[uk-en] {WORDS}{QUOTED}"


def test_what_is_translated_or_on_its_way_is_not_asked_for_again(libre: Translators) -> None:
    message = letter()
    first = asked(message)
    assert asked(message) == first
    work()
    assert asked(message).state == "done"
    assert message.ticket.events.filter(verb="translation_asked").count() == 1
    translate(first.pk)
    assert len(libre.asked) == 1


def test_an_engine_that_delivers_later_is_told_an_address_that_nobody_can_guess(
    commission: Translators, client: Client
) -> None:
    asked(letter())
    assert work().state == "sent"
    order = commission.asked[0]
    assert order["textToTranslate"] == WORDS
    assert (order["sourceLanguage"], order["targetLanguages"]) == ("UK", ["EN"])
    assert commission.signed_in[0].startswith("Basic ")
    forged = commission.callback.replace("~", "~x")
    assert client.post(forged, {"translatedText": "x"}, content_type="application/json").status_code == 404
    assert commission.deliver(client) == 200
    assert commission.deliver(client, translatedText="another text") == 200, "twice is once"
    done = Translation.objects.get()
    assert (done.state, done.text) == ("done", f"[en] {WORDS}")


def test_a_long_text_goes_and_comes_as_a_document(commission: Translators, client: Client) -> None:
    asked(letter(text="слово " * 1_000, quote_start=None))
    work()
    assert "textToTranslate" not in commission.asked[0]
    assert commission.document() == ("слово " * 1_000).strip()
    assert commission.deliver(client, translatedText=None, result="d29yZA==") == 200
    assert Translation.objects.get().text == "word"


@pytest.mark.parametrize(
    "told", [{"translatedText": None, "errorCode": -20021}, {"translatedText": None, "result": "no base64!"}]
)
def test_an_error_that_is_delivered_ends_the_wait_and_a_person_may_ask_again(
    commission: Translators, client: Client, told: dict[str, object]
) -> None:
    message = letter()
    asked(message)
    work()
    before = commission.callback
    assert commission.deliver(client, **told) == 200
    assert Translation.objects.get().state == "failed"
    asked(message, now=NOW + timedelta(minutes=1))
    assert work(timedelta(minutes=1)).state == "sent"
    assert client.post(before, {"translatedText": "late"}, content_type="application/json").status_code == 404
    assert commission.deliver(client) == 200
    assert Translation.objects.get().state == "done"


def test_a_delivery_that_is_nonsense_or_too_large_is_refused(commission: Translators, client: Client) -> None:
    asked(letter())
    work()
    large = client.post(commission.callback, b"x" * 2_200_000, content_type="application/json")
    assert (large.status_code, Translation.objects.get().state) == (413, "sent")
    assert client.get(commission.callback).status_code == 405
    assert client.post(commission.callback, b"[]", content_type="application/json").status_code == 200
    assert Translation.objects.get().error == "nonsense"


def test_what_is_never_delivered_fails_in_the_end(commission: Translators) -> None:
    asked(letter())
    work()
    assert work(timedelta(hours=1, minutes=59)).state == "sent"
    failed = work(timedelta(hours=2, minutes=1))
    assert (failed.state, failed.error) == ("failed", "no-answer")


@pytest.mark.parametrize("answer", [(503, ""), (429, "")])
def test_an_engine_that_is_away_is_asked_again_ever_more_rarely_and_given_up(
    libre: Translators, answer: tuple[int, str]
) -> None:
    libre.answer = answer
    message = letter()
    asked(message)
    at, attempts = timedelta(), 0
    for wait in (*WAITS, timedelta()):
        found, attempts = work(at), attempts + 1
        assert (found.attempts, len(libre.asked), found.error) == (attempts, attempts, "busy")
        at += wait
    assert Translation.objects.get().state == "failed"
    libre.answer = None
    asked(message, now=NOW + at)
    assert work(at).state == "done"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, '{"error": "no such language"}'), "refused"),
        ((403, '{"error": "key"}'), "key"),
        ((302, ""), "refused"),
        ((200, "<html>"), "nonsense"),
        ((200, '{"translatedText": 7}'), "nonsense"),
        ((200, '"' + "x" * 2_200_000 + '"'), "nonsense"),
    ],
)
def test_an_engine_that_refuses_is_not_asked_again(libre: Translators, answer: tuple[int, str], error: str) -> None:
    libre.answer = answer
    asked(letter())
    found = work()
    assert (found.state, found.error, len(libre.asked)) == ("failed", error, 1)


@pytest.mark.parametrize(("number", "state"), [(-11200, "waiting"), (-20000, "failed")])
def test_the_commission_s_quota_passes_and_its_errors_do_not(commission: Translators, number: int, state: str) -> None:
    commission.answer = (200, f'{{"requestId": {number}}}')
    asked(letter())
    assert work().state == state


def test_a_worker_that_died_leaves_an_order_that_is_taken_up_again(libre: Translators) -> None:
    order = asked(letter())
    Translation.objects.filter(pk=order.pk).update(attempts=1, due_at=NOW + timedelta(minutes=5))
    assert work().state == "waiting"
    assert work(timedelta(minutes=5)).state == "done"


@pytest.mark.parametrize(
    ("changes", "values", "code"),
    [
        ({}, {"language": "uk"}, "language-same"),
        ({}, {"language": "english"}, "language"),
        ({"language": ""}, {}, "language-unknown"),
        ({"text": QUOTED, "quote_start": 0}, {}, "text-missing"),
    ],
)
def test_what_cannot_be_translated_is_refused_with_its_reason(
    commission: Translators, changes: dict[str, object], values: dict[str, object], code: str
) -> None:
    with pytest.raises(IllegalMove) as refused:
        asked(letter(**changes), **values)
    assert refused.value.code == code


def test_an_internal_note_does_not_leave_the_house(libre: Translators) -> None:
    note = answering.note(actor=Actor.staff(staff()), ticket_id=opened().pk, text="Нотатка", now=NOW)
    with pytest.raises(IllegalMove, match="note"):
        asked(note)


def test_without_an_engine_nothing_is_asked(settings: Settings) -> None:
    settings.TRANSLATION = "off"
    with pytest.raises(IllegalMove, match="translation-off"):
        asked(letter())


def marked(ticket: Ticket) -> None:
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=NOW)


def test_nothing_of_a_sensitive_ticket_leaves_and_what_was_translated_is_erased(
    commission: Translators, client: Client
) -> None:
    first, second = letter(), letter(sender_address="petro@hromada.example")
    asked(first)
    translate_due_at_once()
    asked(second)
    making.translation(second, language="lv")
    for message in (first, second):
        marked(message.ticket)
    assert not Translation.objects.exists()
    translate_due_at_once()
    assert len(commission.asked) == 1
    assert commission.deliver(client) == 404, "what comes back late finds nothing"
    with pytest.raises(IllegalMove, match="sensitive"):
        asked(first)


def test_an_order_whose_ticket_turned_sensitive_without_the_act_is_neither_sent_nor_taken(
    commission: Translators, client: Client
) -> None:
    message = letter()
    asked(message)
    Ticket.objects.update(sensitive=True)
    translate_due_at_once()
    assert commission.asked == []
    Ticket.objects.update(sensitive=False)
    translate_due_at_once()
    Ticket.objects.update(sensitive=True)
    commission.deliver(client)
    assert Translation.objects.get().text == ""


def translate_due_at_once() -> None:
    with time_machine.travel(NOW, tick=False):
        translate_due()


def test_erasing_the_person_erases_what_was_translated(libre: Translators) -> None:
    message = letter()
    making.translation(message)
    erase_person(actor=SYSTEM, requester_id=message.ticket.requester_id, now=NOW)
    assert not Translation.objects.exists()


def test_due_orders_are_found_by_their_index() -> None:
    disable("seqscan", "sort")
    assert "translation_due" in sending.due(NOW).explain()
