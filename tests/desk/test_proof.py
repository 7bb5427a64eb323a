"""Why an answer is due on its day, on the ticket and on paper."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk import proof
from tests import making
from tests.making import NOW
from tickets.actions import promising, triage
from tickets.actions.calendars import enter_closing_days, keep_versions
from tickets.actions.record import SYSTEM, Actor
from tickets.closing_days import ClosingDay
from tickets.deadlines import CALENDAR
from tickets.models import Calendar, CalendarVersion, Event, Holiday, Policy, Ticket, TicketDeadline, User


@pytest.fixture
def ticket(reference_data: None) -> Ticket:
    """Promised for 14 December."""
    return making.opened(acknowledge=False)


def printed(desk: Client, ticket: Ticket) -> str:
    answer = desk.get(f"/desk/tickets/{ticket.reference}/proof/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def proved(ticket: Ticket, duty: str = "reply") -> proof.Proof:
    """The proof of its newest deadline for a duty."""
    row = [each for each in proof.deadlines_of(ticket) if each.duty == duty][-1]
    return proof.of(row, row.calendar_version)


def test_each_day_is_counted_or_told_why_it_is_not(ticket: Ticket) -> None:
    shown = proved(ticket)
    assert shown.last_day == ticket.answer_by == date(2026, 12, 14)
    assert (shown.days[0].day, shown.days[0].number, shown.days[0].article) == (
        "Monday, 23 November 2026",
        None,
        "3(1)",
    )
    assert [each.number for each in shown.days if each.number] == list(range(1, 16))
    assert shown.days[5].words == "Saturdays and Sundays are no working days."
    assert (shown.days[-1].day, shown.days[-1].words) == (
        "Monday, 14 December 2026",
        "The period ends with the last hour of this day.",
    )
    assert shown.holds == ""


def test_a_closing_day_is_named_and_one_that_is_not_published_is_marked(reference_data: None) -> None:
    for day, provisional in ((1, False), (2, True)):
        entered = ClosingDay(date(2026, 12, day), f"Saint {day}", "OJ C 7", provisional)
        enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[entered], replace=False, now=NOW)
    words = [each.words for each in proved(making.opened(now=NOW + timedelta(hours=1))).steps]
    assert "Closing day: Saint 1" in words
    assert "Closing day, not confirmed yet: Saint 2" in words


def test_where_the_day_of_receipt_counts_it_is_the_first_of_the_fifteen(desk: Client, ticket: Ticket) -> None:
    Calendar.objects.update(count_day_of_registration=True)
    keep_versions(actor=SYSTEM, now=NOW + timedelta(minutes=1))
    counted = making.opened(now=NOW + timedelta(minutes=2))
    shown = proved(counted)
    assert shown.last_day == counted.answer_by == date(2026, 12, 11)
    assert (shown.days[0].number, shown.days[0].words) == (1, "The day of receipt is the first day of the period.")
    assert "15 working days, the day of receipt counted" in printed(desk, counted)
    assert proved(ticket).last_day == date(2026, 12, 14)


def test_a_later_change_of_the_calendar_leaves_the_proof_as_it_was(ticket: Ticket) -> None:
    before = proved(ticket)
    extra = ClosingDay(date(2026, 12, 1), "Extra day", "OJ C 7", False)
    enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[extra], replace=False, now=NOW + timedelta(hours=1))
    assert proved(ticket) == before


@pytest.mark.parametrize(
    ("told_on", "told_at", "words"),
    [
        (None, None, "No date was promised for this reply."),
        (date(2026, 12, 11), None, "The partner was told another date, 11 December 2026."),
        (date(2026, 12, 9), NOW, "told on 23 November 2026 that the answer comes by 9 December 2026. That date holds."),
    ],
)
def test_where_another_date_holds_the_proof_says_so(
    ticket: Ticket, told_on: date | None, told_at: datetime | None, words: str
) -> None:
    TicketDeadline.objects.filter(ticket=ticket, duty="reply").update(told_on=told_on)
    ticket.answer_by, ticket.answer_by_told_at = told_on, told_at
    assert words in proved(ticket).holds


def test_an_extension_is_proved_by_the_mail_that_told_it(desk: Client, anna: User, ticket: Ticket) -> None:
    until, actor = date(2027, 1, 20), Actor.staff(anna)
    promising.extend(actor=actor, ticket_id=ticket.pk, answer_by=until, reasons="Two cities look.", now=NOW)
    page = printed(desk, ticket)
    assert "The partner was told on 23 November 2026 that the answer comes by 20 January 2027. That date holds." in page
    assert "Extended with notice" in page
    assert proved(Ticket.objects.get()).last_day == until


def test_each_duty_is_proved_months_and_days_step_by_step(desk: Client, ticket: Ticket) -> None:
    page = printed(desk, ticket)
    for words in ("Official in charge named", "14 days, the day of receipt not counted", "2 months", "Article 17"):
        assert words in page, words
    assert proved(ticket, "final").days == ()
    steps = [(each.day, each.article) for each in proved(ticket, "final").steps]
    assert steps[0] == ("Monday, 23 November 2026", "3(1)")
    assert ("Saturday, 23 January 2027", "3(2)(c)") in steps
    assert steps[-1] == ("Monday, 25 January 2027", "3(4)")


def test_a_rule_that_is_changed_later_leaves_the_proof_of_what_had_ended(anna: User, ticket: Ticket) -> None:
    before = proved(ticket)
    Policy.objects.filter(code="reply").update(count=3)
    assert (proved(ticket).last_day, proved(ticket).period) == (before.last_day, before.period)


def test_a_ticket_from_before_there_were_policies_is_proved_by_the_fifteen_days(ticket: Ticket) -> None:
    TicketDeadline.objects.all().delete()
    assert proved(ticket).last_day == date(2026, 12, 14)


def test_without_closing_days_the_proof_names_the_year_that_is_missing(desk: Client) -> None:
    Holiday.objects.filter(date__year=2026).delete()
    keep_versions(actor=SYSTEM, now=NOW + timedelta(seconds=1))
    page = printed(desk, making.opened(now=NOW + timedelta(minutes=1)))
    assert "No date was promised on this ticket, and none is kept." not in page  # the acknowledgement is
    assert "at once, which is within an hour" in page


def test_without_any_deadline_the_page_says_so(desk: Client, reference_data: None) -> None:
    call = making.opened(channel="phone", acknowledge=False)
    assert "No date was promised on this ticket, and none is kept." in printed(desk, call)


def test_where_the_closing_days_of_a_year_are_gone_the_proof_names_it(desk: Client, ticket: Ticket) -> None:
    TicketDeadline.objects.update(calendar_version=None)
    assert "The closing days of 2026 were not known" in printed(desk, ticket)


def test_the_page_holds_both_clocks_rules_and_version_and_takes_few_statements(desk: Client, ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as captured:
        page = printed(desk, ticket)
    version = CalendarVersion.objects.get()
    for words in ("15 December 2026, 00:00 (Brussels), 01:00 (Kyiv)", "No 1182/71", f"version {version.number}, kept"):
        assert words in page, words
    assert page.count("<tr") == 1 + 22  # its head, and three weeks with the day of receipt
    assert len(captured) <= 12


def test_the_ticket_says_why_in_steps_and_leads_to_the_page(desk: Client, ticket: Ticket) -> None:
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "Why the reply is due then" in page
    assert "The day of receipt is not counted." in page
    assert f"/desk/tickets/{ticket.reference}/proof/" in page


def test_reading_the_proof_of_a_sensitive_ticket_is_recorded(client: Client, maria: User, ticket: Ticket) -> None:
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=NOW)
    client.force_login(maria)
    assert "Sensitive" in printed(client, ticket)
    assert Event.objects.filter(verb="viewed", actor=maria).count() == 1
