from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk import filters, listing
from desk.shipped import SHIPPED
from desk.views.lists import counts_key
from tests import making
from tests.desk import scene
from tickets.actions import snoozing, tagging, triage
from tickets.actions.record import Actor
from tickets.incoming import Details
from tickets.models import Ticket, User


def subjects(client: Client, address: str = "/desk/") -> list[str]:
    """The subjects of a list, in its order."""
    page = client.get(address)
    assert page.status_code == 200
    return [row.subject for row in page.context["rows"]]


def test_the_list_shows_what_is_to_do_the_newest_first(desk: Client) -> None:
    now = timezone.now()
    for days, subject in ((3, "old"), (1, "young"), (2, "middle")):
        making.opened(now=now - timedelta(days=days), subject=subject)
    assert subjects(desk) == ["young", "middle", "old"]
    assert subjects(desk, "/desk/?order=waiting") == ["old", "middle", "young"]


def test_a_row_tells_who_waits_how_long_for_what(desk: Client, anna: User) -> None:
    scene.busy_ticket(anna, timezone.now())
    row = desk.get("/desk/").content.decode()
    for words in (
        "Generators for the hospital in Sumy",
        "SU-",
        "Olena Prykladna",
        "Sumy city council",
        "Sumy oblast",
        "Energy",
        "· uk",
        "Anna Agent",
        "Danger to life",
        "Need",
        "overdue by 5 days",  # of the one working day that danger to life leaves
        "6 d",
        "waiting-used",
        "open",
    ):
        assert words in row, words


def test_views_narrow_the_list(desk: Client, anna: User) -> None:
    mine, others, nobodys = (making.opened(subject=subject) for subject in ("mine", "other's", "nobody's"))
    now = timezone.now()
    actor = Actor.staff(anna)
    triage.assign(actor=actor, ticket_id=mine.pk, assignee=anna, now=now)
    triage.assign(actor=actor, ticket_id=others.pk, assignee=making.staff("Ben"), now=now)
    triage.set_status(actor=actor, ticket_id=others.pk, status="pending", waiting_for="requester", now=now)
    assert subjects(desk, "/desk/?view=mine") == ["mine"]
    assert subjects(desk, "/desk/?view=unassigned") == ["nobody's"]
    assert subjects(desk, "/desk/?view=partner") == ["other's"]
    assert subjects(desk, "/desk/?q=status:new+assignee:me") == ["mine"]
    triage.mark_spam(actor=actor, ticket_id=nobodys.pk, now=now)
    assert subjects(desk, "/desk/?view=spam") == ["nobody's"]
    assert "nobody's" not in subjects(desk)


def test_every_view_that_ships_finds_its_tickets(desk: Client, anna: User) -> None:
    now, actor = timezone.now(), Actor.staff(anna)
    made = {
        "plain": making.opened(now=now - timedelta(days=4), subject="plain"),
        "mine": making.opened(now=now - timedelta(days=4), subject="mine"),
        "pending": making.opened(now=now - timedelta(days=4), subject="pending"),
        "late": making.opened(now=now - timedelta(days=40), subject="late"),
        "today": making.opened(now=now - timedelta(days=4), subject="today"),
        "need": making.opened(now=now - timedelta(days=4), subject="need", details=Details(kind="need")),
        "offer": making.opened(now=now - timedelta(days=4), subject="offer", details=Details(kind="offer")),
        "young": making.opened(now=now - timedelta(hours=20), subject="young"),
        "spam": making.opened(now=now - timedelta(days=4), subject="spam"),
        "unreadable": making.opened(now=now - timedelta(days=4), subject="unreadable", unreadable=True),
        "done": making.opened(now=now - timedelta(days=4), subject="done"),
        "off": making.opened(now=now - timedelta(days=4), subject="off"),
    }
    triage.assign(actor=actor, ticket_id=made["mine"].pk, assignee=anna, now=now)
    triage.set_status(actor=actor, ticket_id=made["pending"].pk, status="pending", waiting_for="requester", now=now)
    Ticket.objects.filter(pk=made["today"].pk).update(answer_by=now.date())
    triage.mark_spam(actor=actor, ticket_id=made["spam"].pk, now=now)
    triage.set_status(
        actor=actor, ticket_id=made["done"].pk, status="solved", outcome="withdrawn", reason="Mistake", now=now
    )
    snoozing.snooze(actor=actor, ticket_id=made["off"].pk, until=now + timedelta(days=3), now=now)
    to_do = set(made) - {"spam", "done", "off"}
    expected = {
        "todo": to_do,
        "mine": {"mine"},
        "unassigned": to_do - {"mine"},
        "us": to_do,  # a question to the partner ends no wait
        "partner": {"pending"},
        "overdue": {"late"},
        "today": {"today"},
        "needs": {"need"},
        "offers": {"offer"},
        "young": {"young"},
        "unreadable": {"unreadable"},
        "snoozed": {"off"},
        "spam": {"spam"},
    }
    assert {each.code: set(subjects(desk, f"/desk/?view={each.code}")) for each in SHIPPED} == expected
    page = desk.get("/desk/?view=us").content.decode()
    assert '<a href="/desk/?view=us" data-go="w" data-view="us" aria-current="page">' in page


def test_the_list_narrows_to_what_one_colleague_has(desk: Client, anna: User) -> None:
    ben, gone = making.staff("Ben Colleague"), making.staff("Gone Colleague", is_active=False)
    mine, bens, pending = (making.opened(subject=subject) for subject in ("mine", "ben's", "ben's pending"))
    actor, now = Actor.staff(anna), timezone.now()
    triage.assign(actor=actor, ticket_id=mine.pk, assignee=anna, now=now)
    for ticket in (bens, pending):
        triage.assign(actor=actor, ticket_id=ticket.pk, assignee=ben, now=now)
    triage.set_status(actor=actor, ticket_id=pending.pk, status="pending", waiting_for="third_party", now=now)
    ways = {str(way.words): way for way in desk.get("/desk/").context["people"]}
    assert list(ways) == ["Anybody", "Me", "Nobody", "Ben Colleague"]
    assert set(subjects(desk, ways["Ben Colleague"].address)) == {"ben's", "ben's pending"}
    page = desk.get(ways["Ben Colleague"].address)
    assert [way.words for way in page.context["people"] if way.now] == ["Ben Colleague"]
    statuses = {str(way.words): way.address for way in page.context["statuses"]}
    assert subjects(desk, statuses["Pending"]) == ["ben's pending"]
    assert gone.name not in page.content.decode()


def test_a_colleagues_list_shows_nobody_what_they_may_not_see(desk: Client, maria: User) -> None:
    ticket = making.opened(subject="hers alone")
    triage.assign(actor=Actor.staff(maria), ticket_id=ticket.pk, assignee=maria, now=timezone.now())
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    assert subjects(desk, '/desk/?q=assignee:"Maria Manager"') == []


def test_each_term_is_a_chip_with_the_way_to_the_list_without_it(desk: Client) -> None:
    making.opened(subject="French", language="fr")
    page = desk.get('/desk/?q=is:todo lang:uk topic:energy OR topic:"education-children"&order=message')
    chips = {way.words: way.address for way in page.context["terms"]}
    assert list(chips) == ["is:todo", "lang:uk", "topic:energy OR topic:education-children"]
    without = QueryDict(chips["lang:uk"].partition("?")[2])
    assert without["q"] == "is:todo topic:energy OR topic:education-children"
    assert without["order"] == "message"
    alone = QueryDict(desk.get("/desk/?q=is:todo lang:uk").context["terms"][1].address.partition("?")[2])
    assert alone == {}  # what is left is the list itself


def test_a_search_that_is_not_understood_says_where_and_what_to_type(desk: Client) -> None:
    page = desk.get("/desk/?q=is:todo status:lost <b>").content.decode()
    assert "is:todo <mark>status:lost</mark> &lt;b&gt;" in page
    assert "It knows: new, open" in page
    assert "<b>" not in page
    assert "Nothing is called “nowhere” here" in desk.get("/desk/?q=region:nowhere").content.decode()


def test_a_person_chooses_what_lines_show(desk: Client, anna: User) -> None:
    scene.busy_ticket(anna, timezone.now())
    usual = desk.get("/desk/").content.decode()
    for words in ("Sumy city council", "Sumy oblast", '<span class="row-status">', '<span class="row-due">'):
        assert words in usual
    answer = desk.post("/desk/columns/", {"column": ["region", "message", "nonsense"], "place": "view=mine"})
    assert answer.headers["Location"] == "/desk/?view=mine"
    chosen = desk.get("/desk/").content.decode()
    assert "Sumy oblast" in chosen
    assert "last message" in chosen
    for words in ("Sumy city council", '<span class="row-status">', '<span class="row-due">', '"row-assignee'):
        assert words not in chosen
    assert "Sumy city council" in desk.get("/desk/?columns=organisation").content.decode()
    desk.post("/desk/columns/", {"usual": "1"})
    assert desk.get("/desk/").context["columns"] == filters.USUAL_COLUMNS


def test_the_lines_alone_are_those_of_the_page_and_come_once(desk: Client, anna: User) -> None:
    scene.full_list(anna, timezone.now())
    page, lines = desk.get("/desk/?view=mine").content.decode(), desk.get("/desk/rows/?view=mine")
    assert lines.content.decode().strip() in page
    assert "<html" not in lines.content.decode()
    again = desk.get("/desk/rows/?view=mine", headers={"If-None-Match": lines.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    making.opened()
    mine = desk.get("/desk/rows/?view=mine", headers={"If-None-Match": lines.headers["ETag"]})
    everything = desk.get("/desk/rows/", headers={"If-None-Match": lines.headers["ETag"]})
    assert (mine.status_code, everything.status_code) == (304, 200)


def test_counts_come_apart_and_are_at_most_five_seconds_old(desk: Client, anna: User) -> None:
    ticket = making.opened()
    before = desk.get("/desk/counts/").json()
    assert (before["todo"], before["mine"], before["spam"]) == ("1", "0", "0")
    triage.assign(actor=Actor.staff(anna), ticket_id=ticket.pk, assignee=anna, now=timezone.now())
    assert desk.get("/desk/counts/").json()["mine"] == "0"
    # Redis has a clock of its own, which nobody turns.
    redis = cache._cache.get_client()  # type: ignore[attr-defined]
    assert 0 < redis.ttl(cache.make_key(counts_key(anna))) <= 5
    cache.clear()
    assert desk.get("/desk/counts/").json()["mine"] == "1"


def test_counts_of_one_person_are_not_those_of_another(desk: Client, maria: User) -> None:
    ticket = making.opened()
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    assert desk.get("/desk/counts/").json()["todo"] == "0"
    desk.force_login(maria)
    assert desk.get("/desk/counts/").json()["todo"] == "1"


def test_counting_stops_at_a_thousand(
    desk: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    for _ in range(4):
        making.opened()
    with django_assert_max_num_queries(5 + 4 * len(SHIPPED)) as captured:
        assert desk.get("/desk/counts/").json()["todo"] == "2+"
    counted = [each["sql"] for each in captured.captured_queries if "COUNT(" in each["sql"]]
    assert len(counted) == len(SHIPPED)
    assert all("LIMIT 3" in sql for sql in counted)


def test_unknown_filters_mean_the_usual_list(desk: Client) -> None:
    making.opened(subject="here")
    assert subjects(desk, "/desk/?view=lost&order=x&columns=y&cursor=") == ["here"]
    assert subjects(desk, "/desk/?view=99999999999") == ["here"]
    assert subjects(desk, "/desk/?view=²") == ["here"]


def test_a_cursor_that_is_not_ours_is_refused(desk: Client) -> None:
    assert desk.get("/desk/?cursor=bogus").status_code == 400


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/desk/", "appear here as tickets"),
        ("/desk/?view=mine", "Nothing waits for you"),
        ("/desk/?view=unassigned", "Every ticket has somebody"),
        ("/desk/?view=spam", "No spam"),
        ("/desk/?q=status:spam", "No spam"),
        ("/desk/?view=us", "Nobody waits for us"),
        ("/desk/?view=overdue", "Nothing is late here"),
        ("/desk/?view=unreadable", "Every mail could be read"),
        ("/desk/?q=status:closed", "Leave out one of the terms"),
    ],
)
def test_an_empty_list_says_the_next_step(desk: Client, address: str, words: str) -> None:
    assert words in desk.get(address).content.decode()


def test_what_the_partner_said_last_is_bold_until_we_answer(desk: Client, anna: User) -> None:
    now = timezone.now()
    ticket = making.opened(now=now - timedelta(hours=1))
    triage.set_status(actor=Actor.staff(anna), ticket_id=ticket.pk, status="open", now=now)
    assert "data-unread" in desk.get("/desk/").content.decode()
    desk.post(f"/desk/tickets/{ticket.reference}/reply/", {"text": "Yes.", "nature": "clarification", "status": ""})
    assert "data-unread" not in desk.get("/desk/").content.decode()


def test_a_row_has_at_most_two_chips(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=True, unreadable=True)
    chips = desk.get("/desk/").context["rows"][0].chips
    assert [words for _, words in chips] == ["Danger to life", "Sensitive"]


def test_the_list_reads_the_same_number_of_statements_whatever_the_size(desk: Client, anna: User) -> None:
    now = datetime.now(UTC)
    scene.full_list(anna, now)
    counts = []
    for _ in range(2):
        making.staff("One more colleague")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.get("/desk/").status_code == 200
        counts.append(len(captured))
        assert not [each for each in captured.captured_queries if "COUNT(" in each["sql"].upper()]
        for number in range(45):
            making.opened(now=now - timedelta(minutes=number), sender_address=f"p{number}@hromada.example")
    assert counts[0] == counts[1] <= 8


def test_pages_follow_each_other_without_gap_or_double(desk: Client) -> None:
    now = timezone.now()
    for number in range(listing.PAGE + 3):
        making.opened(now=now - timedelta(minutes=number // 4), subject=f"{number:03}", acknowledge=False)
    first = desk.get("/desk/?view=unassigned")
    second = desk.get("/desk/", {"view": "unassigned", "cursor": first.context["page"].next})
    seen = [row.number for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == listing.PAGE + 3
    assert "Next page" in first.content.decode()
    assert "view=unassigned&amp;cursor=" in first.content.decode()
    assert len(first.content) < 60_000


def test_a_full_page_is_light(desk: Client, anna: User) -> None:
    now = timezone.now()
    for _ in range(8):
        scene.full_list(anna, now)
    page = desk.get("/desk/")
    assert len(page.context["rows"]) == listing.PAGE
    assert len(page.content) < 60_000


def test_a_line_shows_the_first_tags(desk: Client, anna: User) -> None:
    ticket = making.opened(subject="tagged")
    names = ["winter", "energy", "urgent visit", "zoo"]
    tagging.set_tags(actor=Actor.staff(anna), ticket_id=ticket.pk, names=names, now=timezone.now())
    page = desk.get("/desk/?q=tag:winter")
    (row,) = page.context["rows"]
    assert row.tags == ["energy", "urgent visit", "winter"]
    assert "#urgent visit" in page.content.decode()
    assert subjects(desk, "/desk/?q=tag:none") == []
