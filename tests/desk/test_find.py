"""The search page: a reference leads to its ticket, what was found has its words marked, mistakes are explained."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk import search
from tests import making
from tests.desk import scene
from tickets import files
from tickets.actions import answering, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.incoming import Details
from tickets.models import Ticket, User
from tickets.search import narrowing


def find(desk: Client, text: str, **more: str) -> str:
    answer = desk.get("/desk/find/", {"q": text, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def subjects(desk: Client, text: str, **more: str) -> list[str]:
    hits = desk.get("/desk/find/", {"q": text, **more}).context["results"].hits
    return [hit.ticket.subject for hit in hits]


@pytest.mark.parametrize("asked", ["{}", "{lower}", "2026-{number}", " SU 2026 {number} "])
def test_a_reference_leads_to_its_ticket(desk: Client, asked: str) -> None:
    reference = making.opened().reference
    number = int(reference.rpartition("-")[2])
    answer = desk.get("/desk/find/", {"q": asked.format(reference, lower=reference.lower(), number=number)})
    assert answer.headers["Location"] == f"/desk/tickets/{reference}/"


def test_an_address_finds_the_tickets_of_its_owner(desk: Client) -> None:
    making.opened(subject="hers")
    making.opened(sender_address="ivan@hromada.example", subject="his")
    assert subjects(desk, "Olena@Hromada.example") == ["hers"]


def test_what_was_found_is_shown_newest_first_with_its_words_marked(desk: Client, anna: User) -> None:
    now = timezone.now()
    making.opened(now=now - timedelta(hours=3), subject="Older", text="Two Generators, please. <script>x</script>")
    making.opened(
        now=now, subject="Generators & more", text="nothing", sender_name="Ivan", sender_address="i@x.example"
    )
    making.opened(now=now, subject="Other", text="Tents")
    page = find(desk, "generator from:olena OR from:ivan")
    assert subjects(desk, "generator from:olena OR from:ivan") == ["Generators & more", "Older"]
    assert "<h1>2 tickets</h1>" in page
    assert "<mark>Generators</mark> &amp; more" in page
    assert "Two <mark>Generators</mark>, please. &lt;script&gt;" in page
    assert "<mark>Olena</mark> Example" in page
    assert "<mark>Ivan</mark>" in page


def test_the_words_around_a_find_deep_in_a_long_message_are_shown(desk: Client) -> None:
    making.opened(subject="long", text="Вступ. " * 300 + "Нам потрібен об’єкт. " + "Кінець. " * 300)
    page = find(desk, "об'єкт")
    assert "потрібен <mark>об’єкт</mark>" in page
    assert "… " in page


def test_the_name_of_a_file_shows_why_its_ticket_was_found(desk: Client) -> None:
    making.opened(files=(files.keep(scene.PDF, name="Кошторис 2026.pdf"),))
    page = find(desk, "кошторис")
    assert "File:" in page
    assert "<mark>Кошторис</mark> 2026.pdf" in page


def test_each_condition_is_a_chip_that_can_be_left_out(desk: Client) -> None:
    making.opened()
    page = find(desk, "generators status:new")
    assert 'href="/desk/find/?q=status%3Anew"' in page
    assert 'href="/desk/find/?q=generators"' in page
    assert "Leave out “status:new”" in page
    assert 'value="generators status:new"' in page


def test_a_mistake_is_shown_where_it_stands_and_nothing_is_found(desk: Client) -> None:
    making.opened()
    page = find(desk, "generators status:foo <b>")
    assert "<h1>This search has a mistake</h1>" in page
    assert "generators <mark>status:foo</mark> &lt;b&gt;" in page
    assert "It knows: new, open" in page
    assert 'id="rows"' not in page


def test_without_a_search_the_page_says_what_one_can_type(desk: Client) -> None:
    for page in (find(desk, ""), find(desk, " - ")):
        assert "<h1>Search</h1>" in page
        for example in ("from:olena", "is:overdue", "has:attachment", "lang:uk"):
            assert example in page


@pytest.mark.parametrize("asked", ["SU-2026-999999", "nobody@hromada.example", "tents", "<script>alert(1)</script>"])
def test_what_is_not_found_says_what_to_try(desk: Client, asked: str) -> None:
    making.opened()
    page = find(desk, asked)
    assert "<h1>Nothing found</h1>" in page
    assert "type only the beginning of a word" in page
    assert "<script>alert" not in page


def test_pages_follow_each_other_without_gap_or_double_and_are_counted_once_they_are_more(desk: Client) -> None:
    now = timezone.now()
    for number in range(search.PAGE + 3):
        making.opened(now=now - timedelta(minutes=number // 4), subject=f"{number:03}", acknowledge=False)
    first = desk.get("/desk/find/", {"q": "generators"})
    assert f"<h1>{search.PAGE + 3} tickets</h1>" in first.content.decode()
    assert "q=generators&amp;cursor=" in first.content.decode()
    results = first.context["results"]
    second = subjects(desk, "generators", cursor=results.page.next)
    seen = [hit.ticket.subject for hit in results.hits] + second
    assert len(seen) == len(set(seen)) == search.PAGE + 3
    assert len(first.content) < 60_000


@pytest.mark.parametrize(
    ("asked", "few", "words"),
    [
        ("generators", 5, "More than 1000 tickets"),
        ("generators status:new", 5, "30 tickets"),
        ("status:new", 5000, "30 tickets"),
        ("generators status:new", 5000, "30 tickets"),
    ],
)
def test_nothing_is_counted_that_takes_long_to_count(
    desk: Client, monkeypatch: pytest.MonkeyPatch, asked: str, few: int, words: str
) -> None:
    for _ in range(30):
        making.opened(acknowledge=False)
    monkeypatch.setattr(narrowing, "FEW", few)
    monkeypatch.setattr(search, "COUNT_SECONDS", 10)
    with CaptureQueriesContext(connection) as captured:
        page = find(desk, asked)
    assert f"<h1>{words}</h1>" in page
    counts = [each["sql"] for each in captured.captured_queries if "COUNT(" in each["sql"].upper()]
    assert all("LIMIT 1001" in sql for sql in counts)
    assert bool(counts) == (words == "30 tickets")


def test_what_the_planner_reckons_dear_is_not_counted_at_all(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(30):
        making.opened(acknowledge=False)
    monkeypatch.setattr(search, "COUNT_SECONDS", 10)
    monkeypatch.setattr(search, "COUNT_COST", 0)
    with CaptureQueriesContext(connection) as captured:
        page = find(desk, "status:new")
    assert f"<h1>More than {search.PAGE} tickets</h1>" in page
    assert not any("COUNT(" in each["sql"].upper() for each in captured.captured_queries)


def test_a_search_reads_the_same_number_of_statements_whatever_is_found(desk: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            find(desk, "generators topic:none status:new")
        return len(captured)

    making.opened()
    before = statements()
    for number in range(search.PAGE - 1):
        making.opened(sender_address=f"p{number}@hromada.example")
    assert statements() == before <= 7
    making.opened()
    assert statements() == before + 1  # the count


def test_nobody_is_shown_what_they_may_not_see(desk: Client, anna: User, maria: User) -> None:
    ticket = making.opened(subject="hers alone")
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    for asked in ("generators", "is:sensitive", ticket.reference, "from:olena", "subject:alone"):
        page = desk.get("/desk/find/", {"q": asked})
        assert page.status_code == 200
        assert "hers alone" not in page.content.decode()
    desk.force_login(maria)
    assert subjects(desk, "generators") == ["hers alone"]


def test_an_outsider_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/desk/find/", {"q": "x"}).headers["Location"].startswith("/desk/login/")


def test_a_note_is_found_and_an_acknowledgement_is_not(desk: Client, anna: User) -> None:
    ticket = making.opened()
    answering.note(actor=SYSTEM, ticket_id=ticket.pk, text="Riga has two in stock.", now=timezone.now())
    assert subjects(desk, "riga") == [ticket.subject]
    acknowledgement = Ticket.objects.get(pk=ticket.pk).messages.get(automatic="acknowledgement").text
    assert "registered" in acknowledgement
    assert subjects(desk, "registered") == []


def test_a_search_with_names_and_days_is_one_page(desk: Client, anna: User) -> None:
    details = Details(region="UA-59", topic="energy", organisation="Sumy city council")
    ticket = making.opened(details=details)
    asked = 'region:sumy topic:energy org:"Sumy city council" received:today -assignee:me kind:enquiry'
    assert subjects(desk, asked) == [ticket.subject]
    assert "<mark>Sumy</mark> <mark>city</mark> <mark>council</mark>" in find(desk, asked)
