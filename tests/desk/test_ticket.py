import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import OutgoingMail
from tests import making
from tests.desk import scene
from tickets import links
from tickets.actions import answering, elsewhere, joining, opening, triage
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.tracking import send_link
from tickets.models import Event, Message, Region, Ticket, TicketLink, Topic, User
from tickets.tasks import settle


def page_of(client: Client, ticket: Ticket, query: str = "") -> str:
    """The ticket page as text."""
    answer = client.get(f"/desk/tickets/{ticket.reference}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def letter(page: str, message: Message) -> str:
    """The part of a page that is one message."""
    found = re.search(rf'<li class="letter" id="message-{message.pk}".*?</li>(?=\s*<li class|\s*</ol>)', page, re.S)
    assert found is not None
    return found.group()


def test_notices_to_staff_point_at_the_ticket_page(desk: Client) -> None:
    ticket = making.opened()
    path = "/" + links.ticket_url(ticket).split("/", 3)[3]
    assert desk.get(path).status_code == 200


def test_kinds_of_messages_differ_by_side_icon_and_label(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    page = page_of(desk, ticket)
    looks = re.findall(
        r'<li class="letter" id="message-\d+" data-kind="(\w+)".*?#(\w+)"/>.*?letter-kind">(.*?)<', page, re.S
    )
    assert looks == [
        ("partner", "mail", "wrote"),
        ("automatic", "automatic", "our automatic mail"),
        ("note", "note", "internal note, no partner sees it"),
        ("answer", "reply", "holding reply"),
        ("machine", "automatic", "automatic: it says that a machine sent it"),
        ("answer", "reply", "question to the partner"),
        ("partner", "mail", "wrote"),
    ]
    assert "Anna Agent took the ticket" in page
    assert "Anna Agent moved the ticket from new to open" in page


def test_what_the_partner_said_last_is_open_and_the_rest_folded(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    page = page_of(desk, ticket)
    first, *_, last = ticket.messages.order_by("received_at", "pk")
    assert '<details class="letter-fold">' in letter(page, first)
    assert '<details class="letter-fold" open>' in letter(page, last)


def test_quotes_are_folded_and_not_cut(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    first = ticket.messages.earliest("received_at", "pk")
    shown = letter(page_of(desk, ticket), first)
    body, quote = shown.split('<details class="quote">')
    assert "Просимо допомогти" in body
    assert "What do you need?" not in body
    assert "What do you need?" in quote


def test_mail_that_did_not_arrive_says_so_and_stands_open(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    bounced = ticket.messages.get(delivery="bounced")
    shown = letter(page_of(desk, ticket), bounced)
    assert "came back: the partner does not have it" in shown
    assert '<details class="letter-fold" open>' in shown


def test_text_of_a_partner_is_text_and_its_addresses_are_links(desk: Client) -> None:
    ticket = making.opened(text='<script>alert(1)</script> see https://hromada.example/x and "quotes"')
    shown = letter(page_of(desk, ticket), ticket.messages.earliest("pk"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert '<a href="https://hromada.example/x" rel="nofollow">' in shown


def test_a_very_long_text_is_cut_on_the_page_and_whole_at_its_own_address(desk: Client) -> None:
    ticket = making.opened(text="слово " * 20_000)
    first = ticket.messages.earliest("pk")
    answer = desk.get(f"/desk/tickets/{ticket.reference}/")
    assert len(answer.content) < 120_000
    assert "This text is very long" in answer.content.decode()
    whole = desk.get(f"/desk/tickets/{ticket.reference}/messages/{first.pk}/text/")
    assert whole.content.decode() == "слово " * 20_000
    assert whole.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_mail_that_some_recipients_do_not_have_names_them(desk: Client, anna: User) -> None:
    ticket = making.opened()
    now = timezone.now()
    message = answering.reply(
        actor=Actor.staff(anna),
        ticket_id=ticket.pk,
        text="Two generators leave on Monday.",
        cc=[("Taras", "taras@hromada.example"), ("Ivan", "ivan@hromada.example")],
        now=now,
    )
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(
        state="sent", sent_at=now, error="some-refused", refused=["taras@hromada.example"]
    )
    settle()
    page = page_of(desk, ticket)
    assert "taras@hromada.example does not have it." in page
    assert page.count("ivan@hromada.example") == 1, "among those it was written to"
    assert "not delivered to all" in page
    assert "not to all its recipients" in desk.get(f"/desk/tickets/{ticket.reference}/history/").content.decode()


def test_the_mail_with_a_new_link_is_ours_and_shows_no_link(desk: Client) -> None:
    ticket = making.opened()
    send_link(reference=ticket.reference, address=making.OLENA, language="en", now=timezone.now())
    shown = letter(page_of(desk, ticket), Message.objects.get(automatic="tracking-link"))
    assert "New tracking link" in shown
    assert "our automatic mail" in shown
    assert "/track/…/" in shown
    assert "Show as sent" not in shown


def test_about_tells_who_where_what_and_by_when(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    about = page_of(desk, ticket).partition("<aside")[2]
    for words in (
        "danger to life",
        "Olena Prykladna",
        "olena@hromada.example",
        "writes for the first time",
        "Ivan Prykladnyi",
        "joined from a new address",
        "Sumy city council",
        "UA-59",
        "02-17/112",
        "Diesel generators, 100 kW",
        "City hospital no. 3",
        "may not be shared",
        "10:00 (Brussels), 11:00 (Kyiv)",
        "Reply",
        "18 November 2026",  # danger to life: one working day
        "overdue by 5 days",
        "Official in charge named",
        "Waiting since",
    ):
        assert words in about, words


def test_other_tickets_of_the_person_and_links_are_listed_if_they_may_be_seen(desk: Client, maria: User) -> None:
    ticket = making.opened(subject="this one")
    known, hidden, follows, suggests = (
        making.opened(subject=subject, sender_address=address)
        for subject, address in (
            ("her other one", making.OLENA),
            ("her sensitive one", making.OLENA),
            ("the old one", "x@hromada.example"),
            ("the similar one", "y@hromada.example"),
        )
    )
    now = timezone.now()
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=hidden.pk, sensitive=True, now=now)
    opening.link(actor=SYSTEM, source=ticket, target=follows, kind=TicketLink.Kind.FOLLOWS, now=now)
    joining.suggest(source=suggests, target=ticket, reason="subject-stranger", now=now)
    page = page_of(desk, ticket)
    assert "her other one" in page
    assert known.reference in page
    assert "her sensitive one" not in page
    assert re.search(r"continues</span> <a href=\"/desk/tickets/[^\"]+\">the old one", page)
    assert re.search(r"may belong here:</span> <a href=\"/desk/tickets/[^\"]+\">the similar one", page)


def test_the_page_reads_at_most_twelve_statements_whatever_the_size(desk: Client, anna: User, maria: User) -> None:
    now = timezone.now()
    ticket = scene.busy_ticket(anna, now)
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=ticket.pk, sensitive=True, now=now)
    counts = []
    for _ in range(2):
        Event.objects.filter(verb=Event.Verb.VIEWED).delete()
        with CaptureQueriesContext(connection) as captured:
            page_of(desk, ticket)
        counts.append(len(captured))
        for number in range(30):
            opened = making.opened(subject=f"more {number}")
            opening.link(actor=SYSTEM, source=ticket, target=opened, kind=TicketLink.Kind.RELATED, now=now)
            answering.note(actor=Actor.staff(making.staff()), ticket_id=ticket.pk, text=f"note {number}", now=now)
    assert counts[0] == counts[1] <= 12


def test_the_newest_twenty_messages_come_first_and_older_ones_on_demand(desk: Client, anna: User) -> None:
    now = timezone.now()
    ticket = making.opened(now=now - timedelta(days=2), text="the very first", acknowledge=False)
    for number in range(25):
        at = now - timedelta(minutes=60 - number)
        answering.note(actor=Actor.staff(anna), ticket_id=ticket.pk, text=f"note {number:02}.", now=at)
    newest = desk.get(f"/desk/tickets/{ticket.reference}/")
    page = newest.content.decode()
    assert "note 24." in page
    assert "note 05." in page
    assert "note 04." not in page
    assert 'id="reply"' in page
    older = page_of(desk, ticket, f"?cursor={newest.context['talk'].page.next}")
    assert "note 04." in older
    assert "the very first" in older
    assert "note 05." not in older
    assert 'id="reply"' not in older


def test_reading_a_sensitive_ticket_is_recorded_once_a_sitting(client: Client, maria: User) -> None:
    ticket = making.opened()
    client.force_login(maria)
    page_of(client, ticket)
    assert not Event.objects.filter(verb=Event.Verb.VIEWED).exists()
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    page_of(client, ticket)
    assert "Maria Manager read the sensitive ticket" in page_of(client, ticket)
    assert Event.objects.filter(verb=Event.Verb.VIEWED, actor=maria).count() == 1


def test_the_history_is_in_words_and_in_pages(desk: Client, anna: User) -> None:
    ticket = making.opened()
    now = timezone.now()
    for number in range(60):
        triage.set_priority(actor=Actor.staff(anna), ticket_id=ticket.pk, priority=3 + number % 2, now=now)
    answering.note(actor=Actor.staff(anna), ticket_id=ticket.pk, text="x", now=now + timedelta(seconds=1))
    answer = desk.get(f"/desk/tickets/{ticket.reference}/history/")
    assert "Anna Agent changed the priority from high to urgent" in answer.content.decode()
    assert "Anna Agent wrote a note" in answer.content.decode()
    for number in range(60):
        triage.set_kind(actor=Actor.staff(anna), ticket_id=ticket.pk, kind=("need", "offer")[number % 2], now=now)
    first = desk.get(f"/desk/tickets/{ticket.reference}/history/")
    second = desk.get(f"/desk/tickets/{ticket.reference}/history/?cursor={first.context['page'].next}")
    assert "The partner opened the ticket" in second.content.decode()


def test_the_history_tells_each_change_from_what_to_what(desk: Client, anna: User) -> None:
    ticket, actor, now = making.opened(language="uk"), Actor.staff(anna), timezone.now()
    energy, water = (Topic.objects.get(code=code) for code in ("energy", "water-waste"))
    for topic in (energy, water, None):
        triage.set_topic(actor=actor, ticket_id=ticket.pk, topic=topic, now=now)
    triage.set_kind(actor=actor, ticket_id=ticket.pk, kind="need", now=now)
    triage.set_language(actor=actor, ticket_id=ticket.pk, language="fr", now=now)
    triage.assign(actor=actor, ticket_id=ticket.pk, assignee=anna, now=now)
    triage.assign(actor=actor, ticket_id=ticket.pk, assignee=None, now=now)
    triage.set_region(actor=actor, ticket_id=ticket.pk, region=Region.objects.get(code="UA-59"), now=now)
    triage.set_priority(actor=actor, ticket_id=ticket.pk, priority=3, now=now)
    for told in (desk.get(f"/desk/tickets/{ticket.reference}/{page}") for page in ("history/", "print/?history=1")):
        assert [line.before for line in told.context["lines"]][:9] == [
            "",
            "before: nothing",
            "before: Anna Agent",
            "before: nobody",
            "before: українська",
            "before: Question",
            f"before: {water.name}",
            f"before: {energy.name}",
            "before: nothing",
        ]
        assert "before: Anna Agent" in told.content.decode()


def test_an_erased_ticket_still_has_a_page(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    erase_person(actor=SYSTEM, requester_id=ticket.requester_id or 0, now=timezone.now())
    page = page_of(desk, ticket)
    assert "No subject" in page
    assert "The personal text was erased." in page
    assert "olena@hromada.example" not in page


@pytest.mark.parametrize("status", ["merged", "spam"])
def test_a_ticket_that_takes_no_replies_shows_no_form(desk: Client, status: str) -> None:
    target, ticket = making.opened(subject="goes on", sender_address="x@hromada.example"), making.opened()
    Ticket.objects.filter(pk=ticket.pk).update(status=status, merged_into=target if status == "merged" else None)
    page = page_of(desk, ticket)
    assert "This ticket takes no replies" in page
    assert 'name="last_seen"' not in page
    assert (target.reference in page) is (status == "merged")


def test_an_answer_sent_by_another_program_stands_among_the_others(desk: Client) -> None:
    ticket = making.opened()
    mail = making.incoming(received_at=timezone.now(), sender_name="The Hub", text="Two generators leave on Monday.")
    message = elsewhere.record_sent(
        author=None, ticket_id=ticket.pk, incoming=mail, found_by="answered", now=timezone.now()
    )
    shown = letter(page_of(desk, ticket), message)
    assert 'data-kind="answer"' in shown
    assert "The Hub" in shown
    assert "Two generators leave on Monday." in shown
    assert "undo" not in shown
    assert "It was a question" in shown
    asked = desk.post(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/question/", follow=True).content.decode()
    assert "the partner still waits for our answer" in asked
    assert "It was a question" not in letter(asked, message)
