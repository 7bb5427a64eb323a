from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk import filters, queries
from tests import making
from tests.desk import scene
from tickets.actions import triage
from tickets.actions.record import Actor
from tickets.models import Ticket, User


def subjects(client: Client, address: str = "/desk/") -> list[str]:
    """The subjects of a list, in its order."""
    page = client.get(address)
    assert page.status_code == 200
    return [row.ticket.subject for row in page.context["rows"]]


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
        "working days left",
        "6 d",
        "waiting-used",
        "open",
    ):
        assert words in row, words


def test_filters_narrow_the_list(desk: Client, anna: User) -> None:
    mine, others, nobodys = (making.opened(subject=subject) for subject in ("mine", "other's", "nobody's"))
    now = timezone.now()
    actor = Actor.staff(anna)
    triage.assign(actor=actor, ticket_id=mine.pk, assignee=anna, now=now)
    triage.assign(actor=actor, ticket_id=others.pk, assignee=making.staff("Ben"), now=now)
    triage.set_status(actor=actor, ticket_id=others.pk, status="pending", now=now)
    assert subjects(desk, "/desk/?whose=mine") == ["mine"]
    assert subjects(desk, "/desk/?whose=unassigned") == ["nobody's"]
    assert subjects(desk, "/desk/?status=pending") == ["other's"]
    assert subjects(desk, "/desk/?status=new&whose=mine") == ["mine"]
    triage.mark_spam(actor=actor, ticket_id=nobodys.pk, now=now)
    assert subjects(desk, "/desk/?status=spam") == ["nobody's"]
    assert "nobody's" not in subjects(desk)


def test_the_list_narrows_to_what_one_colleague_has(desk: Client, anna: User) -> None:
    ben, gone = making.staff("Ben Colleague"), making.staff("Gone Colleague", is_active=False)
    mine, bens, pending = (making.opened(subject=subject) for subject in ("mine", "ben's", "ben's pending"))
    actor, now = Actor.staff(anna), timezone.now()
    triage.assign(actor=actor, ticket_id=mine.pk, assignee=anna, now=now)
    for ticket in (bens, pending):
        triage.assign(actor=actor, ticket_id=ticket.pk, assignee=ben, now=now)
    triage.set_status(actor=actor, ticket_id=pending.pk, status="pending", waiting_for="third_party", now=now)
    assert set(subjects(desk, f"/desk/?whose={ben.pk}")) == {"ben's", "ben's pending"}
    assert subjects(desk, f"/desk/?whose={ben.pk}&status=pending") == ["ben's pending"]
    assert subjects(desk, f"/desk/?whose={anna.pk}") == ["mine"]
    page = desk.get(f"/desk/?whose={ben.pk}&status=pending").content.decode()
    assert "<h1>Assigned to Ben Colleague</h1>" in page
    assert f'<a href="/desk/?whose={ben.pk}&amp;status=pending" aria-current="true">Ben Colleague</a>' in page
    assert f'href="/desk/?whose={ben.pk}&amp;status=solved"' in page
    assert "Gone Colleague" not in page
    assert len(subjects(desk, f"/desk/?whose={gone.pk}")) == 3
    assert "No tickets of this colleague here" in desk.get(f"/desk/?whose={ben.pk}&status=spam").content.decode()


def test_a_colleagues_list_shows_nobody_what_they_may_not_see(desk: Client, maria: User) -> None:
    ticket = making.opened(subject="hers alone")
    triage.assign(actor=Actor.staff(maria), ticket_id=ticket.pk, assignee=maria, now=timezone.now())
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    assert subjects(desk, f"/desk/?whose={maria.pk}") == []


def test_unknown_filters_mean_the_usual_list(desk: Client) -> None:
    making.opened(subject="here")
    assert subjects(desk, "/desk/?whose=99999999&status=lost&order=x&requester=²&cursor=") == ["here"]


def test_a_cursor_that_is_not_ours_is_refused(desk: Client) -> None:
    assert desk.get("/desk/?cursor=bogus").status_code == 400


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/desk/", "appear here as tickets"),
        ("/desk/?whose=mine", "Nothing waits for you"),
        ("/desk/?whose=unassigned", "Every ticket has somebody"),
        ("/desk/?status=spam", "No spam"),
        ("/desk/?status=closed", "Tickets come here when they have an outcome"),
        ("/desk/?order=waiting", "Nobody waits for us"),
        ("/desk/?requester=5", "No tickets of this person here"),
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
    for number in range(queries.PAGE + 3):
        making.opened(now=now - timedelta(minutes=number // 4), subject=f"{number:03}", acknowledge=False)
    first = desk.get("/desk/?whose=unassigned")
    second = desk.get("/desk/", {"whose": "unassigned", "cursor": first.context["page"].next})
    seen = [row.ticket.pk for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == queries.PAGE + 3
    assert "Next page" in first.content.decode()
    assert "whose=unassigned&amp;cursor=" in first.content.decode()
    assert len(first.content) < 60_000


def test_a_full_page_is_light(desk: Client, anna: User) -> None:
    now = timezone.now()
    for _ in range(8):
        scene.full_list(anna, now)
    page = desk.get("/desk/")
    assert len(page.context["rows"]) == queries.PAGE
    assert len(page.content) < 60_000


@pytest.mark.parametrize("asked", ["{}", "{lower}", "2026-{number}", " SU 2026 {number} "])
def test_a_reference_leads_to_its_ticket(desk: Client, asked: str) -> None:
    reference = making.opened().reference
    number = int(reference.rpartition("-")[2])
    answer = desk.get("/desk/find/", {"q": asked.format(reference, lower=reference.lower(), number=number)})
    assert answer.headers["Location"] == f"/desk/tickets/{reference}/"


def test_an_address_leads_to_the_tickets_of_its_owner(desk: Client) -> None:
    ticket = making.opened(subject="hers")
    making.opened(sender_address="ivan@hromada.example", subject="his")
    answer = desk.get("/desk/find/", {"q": "Olena@Hromada.example"})
    assert answer.headers["Location"] == filters.Filter(requester=ticket.requester_id).address
    assert subjects(desk, answer.headers["Location"]) == ["hers"]


@pytest.mark.parametrize(
    "asked", ["SU-2026-999999", "nobody@hromada.example", "generators", "<script>alert(1)</script>"]
)
def test_what_is_not_found_says_what_to_type(desk: Client, asked: str) -> None:
    answer = desk.get("/desk/find/", {"q": asked})
    assert answer.status_code == 404
    assert "Type a whole reference" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
