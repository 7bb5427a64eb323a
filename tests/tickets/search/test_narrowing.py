"""What a search means for the tables: the words of all that is said on a ticket, and each operator."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.making import NOW, incoming, opened, staff
from tickets import files
from tickets.actions import answering, erasing, joining, snoozing, tagging, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.incoming import Details
from tickets.models import Message, Queue, SearchDocument, Ticket, Topic, User
from tickets.permissions import visible
from tickets.search import index, narrowing
from tickets.search.narrowing import Narrowed, narrow
from tickets.search.query import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def anna(reference_data: None) -> User:
    return staff("Anna Agent")


def search(text: str, user: User) -> Narrowed:
    return narrow(parse(text), visible(user), user=user, now=NOW + timedelta(hours=3))


def found(text: str, user: User) -> set[str]:
    """The subjects of the tickets that a search without mistakes finds."""
    narrowed = search(text, user)
    assert not narrowed.problems
    return set(narrowed.tickets.values_list("subject", flat=True))


@pytest.fixture
def hospital(anna: User) -> Ticket:
    """A ticket with words in each of its parts."""
    ticket = opened(
        subject="Прохання про допомогу",
        text="Нашій лікарні потрібні дизельні генератори. Об’єкт працює цілодобово.",
        sender_name="Olena Prykladna",
        sender_address="olena@hromada.example",
        language="uk",
        files=(files.keep(b"%PDF-1.4 letter", name="Кошторис_2026.pdf"),),
        details=Details(
            organisation="Sumy city council",
            organisation_kind="hromada",
            region="UA-59",
            topic="energy",
            letter_number="02-17/112",
            kind="need",
            need_item="Transformer",
        ),
    )
    answering.note(actor=Actor.staff(anna), ticket_id=ticket.pk, text="Riga has two in stock.", now=LATER)
    opened(subject="School buses", text="We offer buses.", sender_name="Ivan", sender_address="ivan@city.example")
    return ticket


@pytest.mark.parametrize(
    "text",
    [
        "генератор",
        "ГЕНЕРАТОР лікарн",
        "об'єкт",
        "обʼєкт",
        '"дизельні генератори"',
        "допомог",
        "prykladna",
        "olena@hromada.example",
        "hromada.example",
        "council",
        '"Sumy city council"',
        "кошторис_2026.pdf",
        "кошторис",
        "02-17/112",
        "riga stock",
        "генератор riga",
        "transform",
        "генератор -bus",
        "xyz OR генератор",
        "from:olena",
        "from:prykladna",
        "from:olena@hromada.example",
        'org:"sumy city"',
        "org:sumy",
        "subject:допомог",
        "subject:кошторис",
        "from:olena генератор org:sumy",
        "xyz OR topic:energy",
        "-buses -xyz",
        "-from:ivan",
        "-org:none",
        "topic:energy",
        "topic:енергетика",
        "region:UA-59",
        "region:sumy",
        "region:Сумська",
        "kind:need",
        "lang:uk",
        "has:attachment",
        "has:letter",
        "has:organisation",
        "topic:energy,eu-funding",
    ],
)
def test_a_search_finds_the_one_ticket_that_it_means(text: str, hospital: Ticket, anna: User) -> None:
    assert found(text, anna) == {hospital.subject}


def test_a_reference_is_words_too(hospital: Ticket, anna: User) -> None:
    assert found(hospital.reference.lower(), anna) == {hospital.subject}


@pytest.mark.parametrize(
    "text",
    [
        "enerator",  # the end of a word
        '"генератор"',  # quoted, a word is no beginning
        '"генератори дизельні"',
        "02-17/113",
        "цілодобово bus",
        "from:riga",
        "from:sumy",
        "org:olena",
        "subject:генератор",
        "генератор -лікарні",
        "stock Кошторис -has:attachment",
    ],
)
def test_what_is_not_meant_is_not_found(text: str, hospital: Ticket, anna: User) -> None:
    assert found(text, anna) == set()


def test_the_end_of_one_message_and_the_beginning_of_the_next_are_no_phrase(hospital: Ticket, anna: User) -> None:
    joining.receive(
        ticket_id=hospital.pk, incoming=incoming(subject="", sender_name="", text="alpha"), channel="email",
        found_by="token", acknowledge=False, now=LATER,
    )  # fmt: skip
    answering.note(actor=SYSTEM, ticket_id=hospital.pk, text="omega", now=LATER)
    assert found("alpha omega", anna) == {hospital.subject}
    assert found('"alpha omega"', anna) == set()


@pytest.fixture
def some(anna: User) -> dict[str, Ticket]:
    """Tickets in different states, by subject."""
    actor, made = Actor.staff(anna), {}
    for days, subject in enumerate(("new", "mine", "old", "spam", "secret", "pending")):
        made[subject] = opened(subject=subject, now=NOW - timedelta(days=days * 9), acknowledge=False)
    triage.assign(actor=actor, ticket_id=made["mine"].pk, assignee=anna, now=NOW)
    triage.set_status(actor=actor, ticket_id=made["mine"].pk, status="open", now=NOW)
    triage.set_priority(actor=actor, ticket_id=made["mine"].pk, priority=4, now=NOW)
    triage.mark_spam(actor=actor, ticket_id=made["spam"].pk, now=NOW)
    triage.set_status(
        actor=actor, ticket_id=made["pending"].pk, status="pending", waiting_for="requester", now=NOW
    )  # fmt: skip
    answering.reply(actor=actor, ticket_id=made["pending"].pk, text="Which?", nature="clarification", now=LATER)
    triage.set_status(
        actor=actor, ticket_id=made["pending"].pk, status="pending", waiting_for="requester", now=LATER
    )  # fmt: skip
    triage.set_sensitive(actor=SYSTEM, ticket_id=made["secret"].pk, sensitive=True, now=NOW)
    return made


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("status:new", {"new", "old"}),
        ("status:new,spam", {"new", "old", "spam"}),
        ("-status:new,open,pending", {"spam"}),
        ("assignee:me", {"mine", "pending"}),
        ("assignee:anna", {"mine", "pending"}),
        ("assignee:agent", {"mine", "pending"}),
        ("is:unassigned", {"new", "old", "spam"}),
        ("assignee:none", {"new", "old", "spam"}),
        ("queue:general", {"new", "mine", "old", "spam", "pending"}),
        ("channel:email priority:urgent", {"mine"}),
        ("is:urgent", {"mine"}),
        ("is:unread", {"new", "old", "mine"}),
        ("is:overdue", {"pending"}),
        ("is:todo", {"new", "mine", "old", "pending"}),
        ("is:done", {"spam"}),
        ("is:unanswered -is:done", {"new", "mine", "old", "pending"}),
        ("waiting:us", {"new", "mine", "old", "pending"}),
        ("waiting:partner", {"pending"}),
        ("waiting:third", set()),
        ("is:danger", set()),
        ("is:unreadable", set()),
        ("is:sensitive", set()),
        ("outcome:answered", set()),
        ("has:answer", set()),
        ("received:today", {"new"}),
        ("after:20d", {"new", "mine", "old"}),
        ("before:2026-11-01", {"spam", "pending"}),
        ("received:2026-11", {"new", "mine", "old"}),
        ("due:2026-12 is:todo", {"new", "mine"}),
        ("due:none", set()),
        ("topic:none org:none region:none", {"new", "mine", "old", "spam", "pending"}),
        ("status:new OR is:urgent", {"new", "old", "mine"}),
    ],
)
def test_operators_find_tickets_by_how_they_stand(
    text: str, subjects: set[str], some: dict[str, Ticket], anna: User
) -> None:
    assert found(text, anna) == subjects


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("bus topic:enrgy", "topic:enrgy", "There is, among others: energy"),
        ("region:Atlantis", "region:Atlantis", "There is, among others: UA-43"),
        ("queue:lost", "queue:lost", "There is: general"),
        ("assignee:zorro", "assignee:zorro", "There is: Anna Agent"),
        ("tag:winter", "tag:winter", "tags"),
        ("status:foo", "status:foo", "It knows"),
    ],
)
def test_a_name_that_there_is_not_is_explained_and_finds_nothing(
    text: str, place: str, words: str, hospital: Ticket, anna: User
) -> None:
    narrowed = search(text, anna)
    (problem,) = narrowed.problems
    assert text[problem.start : problem.start + problem.length] == place
    assert words in problem.message
    assert not narrowed.tickets.exists()


def test_a_ticket_is_found_by_its_tags(hospital: Ticket, anna: User) -> None:
    tagging.set_tags(actor=Actor.staff(anna), ticket_id=hospital.pk, names=["winter 2026", "energy"], now=NOW)
    assert found("tag:winter", anna) == found("tag:ENERGY", anna) == {hospital.subject}
    assert found("tag:none", anna) == found("-tag:winter", anna) == {"School buses"}
    (problem,) = search("tag:summer", anna).problems
    assert "There is: energy, winter 2026" in problem.message


def test_what_is_put_off_is_nothing_to_do(hospital: Ticket, anna: User) -> None:
    actor = Actor.staff(anna)
    snoozing.snooze(actor=actor, ticket_id=hospital.pk, until=NOW + timedelta(days=2), now=NOW)
    assert found("is:snoozed", anna) == {hospital.subject}
    assert found("is:todo", anna) == found("waiting:us -is:snoozed", anna) == {"School buses"}
    assert found("waiting:us", anna) == {hospital.subject, "School buses"}
    snoozing.unsnooze(actor=actor, ticket_id=hospital.pk, now=LATER)
    assert found("is:todo", anna) == {hospital.subject, "School buses"}


def test_nobody_finds_what_they_may_not_see(anna: User) -> None:
    secret, complaint = opened(subject="secret", text="generators"), opened(subject="complaint", text="generators")
    open_one = opened(subject="open", text="generators")
    maria = staff("Maria", role="manager")
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=secret.pk, sensitive=True, now=NOW)
    Ticket.objects.filter(pk=complaint.pk).update(queue=Queue.objects.get(code="complaints"))
    assert found("generators", anna) == {open_one.subject}
    assert found("generators", maria) == {"open", "secret"}
    maria.queues.add(Queue.objects.get(code="complaints"))
    assert found("generators", maria) == {"open", "secret", "complaint"}


@pytest.mark.parametrize("asked", ["generator", "generator -bus", "generator status:new", "generator OR bus"])
def test_for_a_frequent_word_the_list_is_exactly_the_newest_first_query(
    asked: str, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        text = ("generators", "buses", "generators and a bus", "tents")[number % 4]
        # Two of them at the same moment, and numbers that do not rise with time.
        ticket = opened(now=NOW - timedelta(hours=(number * 7 % 30) // 2), subject=f"{number}", text=text)
        if number % 5 == 0:
            triage.set_status(actor=Actor.staff(anna), ticket_id=ticket.pk, status="open", now=NOW)
    rare = list(search(asked, anna).tickets.order_by("-received_at", "-pk")[:10])
    monkeypatch.setattr(narrowing, "FEW", 3)
    with CaptureQueriesContext(connection) as captured:
        frequent = list(search(asked, anna).tickets.order_by("-received_at", "-pk")[:10])
    assert "ANY" not in captured.captured_queries[-1]["sql"]
    everything = Ticket.objects.order_by("-received_at", "-pk")
    wanted = [ticket for ticket in everything if _means(asked, ticket)]
    assert frequent == rare == wanted[:10]
    assert len(wanted) > 5


def test_what_the_planner_knows_to_be_frequent_is_not_asked_of_the_index(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        # Of fewer than a hundred different words the planner believes nothing.
        others = " ".join(f"word{number}n{other}" for other in range(12))
        text = f"{'generators' if number % 3 else 'tents'} {others}"
        opened(now=NOW - timedelta(hours=number), subject=f"{number}", text=text)
    monkeypatch.setattr(narrowing, "SURE", 5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_searchdocument")

    def asked_of_the_index(text: str) -> bool:
        with CaptureQueriesContext(connection) as captured:
            subjects = list(search(text, anna).tickets.order_by("-received_at").values_list("subject", flat=True))
        assert subjects == [str(number) for number in range(12) if bool(number % 3) != ("tent" in text)]
        return any("LIMIT 5001" in each["sql"] for each in captured.captured_queries)

    assert not asked_of_the_index("generator")
    assert asked_of_the_index("tent")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pg_statistic WHERE starelid = 'tickets_searchdocument'::regclass")
    assert asked_of_the_index("generator")


def test_words_in_a_row_are_frequent_where_the_newest_tickets_show_it(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        others = " ".join(f"word{number}n{other}" for other in range(12))
        row = "water pump" if number < 4 else "pump water" if number < 11 else "diesel heater"
        opened(now=NOW - timedelta(hours=number), subject=f"{number}", text=f"{row} {others}")
    monkeypatch.setattr(narrowing, "SURE", 5)
    monkeypatch.setattr(narrowing, "ENOUGH", 3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_searchdocument")

    def asked_of_the_index(text: str, newest: int) -> bool:
        monkeypatch.setattr(narrowing, "NEWEST", newest)
        with CaptureQueriesContext(connection) as captured:
            subjects = list(search(text, anna).tickets.order_by("-received_at").values_list("subject", flat=True))
        assert subjects == [str(number) for number in (range(4) if "water pump" in text else range(4, 11))]
        return any("LIMIT 501" in each["sql"] for each in captured.captured_queries)

    assert not asked_of_the_index('"water pump"', newest=4)
    assert asked_of_the_index('"pump water"', newest=6)
    assert not asked_of_the_index('"pump water"', newest=7)


def _means(asked: str, ticket: Ticket) -> bool:
    text = ticket.messages.get(kind="inbound").text
    if asked == "generator OR bus":
        return "generator" in text or "bus" in text
    refused = ("-bus" in asked and "bus" in text) or ("status:new" in asked and ticket.status != "new")
    return "generator" in text and not refused


def test_a_search_asks_once_for_words_and_once_for_each_name(hospital: Ticket, anna: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        list(search("генератор лікарн from:olena topic:energy region:sumy -bus", anna).tickets)
    assert len(captured) == 6  # the planner, words, topic, region, the queues of the person, the tickets


def test_a_new_ticket_a_message_a_reply_and_a_note_cost_one_statement_each(hospital: Ticket, anna: User) -> None:
    def written() -> int:
        return sum("searchdocument" in each["sql"] for each in captured.captured_queries)

    with CaptureQueriesContext(connection) as captured:
        opened(subject="one more", details=Details(organisation="Example hromada"))
    assert written() == 1
    with CaptureQueriesContext(connection) as captured:
        answering.reply(actor=Actor.staff(anna), ticket_id=hospital.pk, text="Dear Olena", now=LATER)
    assert written() == 1
    assert found("dear", anna) == {hospital.subject}


def test_a_full_ticket_keeps_what_it_has_and_takes_words_without_places(hospital: Ticket, anna: User) -> None:
    SearchDocument.objects.filter(ticket=hospital).update(size=599_990)
    answering.note(actor=SYSTEM, ticket_id=hospital.pk, text="late words", now=LATER)
    assert found("late", anna) == found("генератор", anna) == {hospital.subject}
    assert found('"late words"', anna) == set()
    SearchDocument.objects.filter(ticket=hospital).update(size=900_000)
    answering.note(actor=SYSTEM, ticket_id=hospital.pk, text="too late", now=LATER)
    assert found("too", anna) == set()
    assert SearchDocument.objects.get(ticket=hospital).size == 900_000


def test_a_message_of_a_million_words_is_taken(anna: User) -> None:
    ticket = opened(subject="huge", text=" ".join(f"w{number:x}" for number in range(300_000)), acknowledge=False)
    for _ in range(3):
        answering.note(actor=SYSTEM, ticket_id=ticket.pk, text="\x01 " + "x" * 5000 + " ' \\ : & | !", now=LATER)
    assert found("w1f", anna) == {"huge"}
    assert found("x" * 500, anna) == {"huge"}


def test_a_ticket_read_anew_has_the_words_that_its_messages_left(hospital: Ticket, anna: User) -> None:
    before = set(_lexemes(hospital))
    index.refresh([hospital.pk])
    assert set(_lexemes(hospital)) == before
    Message.objects.filter(ticket=hospital, kind="note").delete()
    index.refresh([hospital.pk])
    assert before - set(_lexemes(hospital)) >= {"riga", "stock"}


def _lexemes(ticket: Ticket) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(words) FROM tickets_searchdocument WHERE ticket_id = %s", [ticket.pk])
        (lexemes,) = cursor.fetchone()
    return list(lexemes)


def test_an_erased_persons_words_are_found_no_more(hospital: Ticket, anna: User) -> None:
    assert hospital.requester_id is not None
    erasing.erase_person(actor=SYSTEM, requester_id=hospital.requester_id, now=LATER)
    assert not {"olena", "prykladna", "генератори", "sumy", "кошторис", "transformer"} & set(_lexemes(hospital))
    assert found("olena", anna) == found("генератор", anna) == set()


def test_topics_are_found_by_their_names_in_every_language(hospital: Ticket, anna: User) -> None:
    topic = Topic.objects.get(code="energy")
    for name in (topic.name, topic.name_uk, topic.name_lv, topic.name_fr):
        assert found(f'topic:"{name}"', anna) == {hospital.subject}
