"""The report mail: once a period and person, of what that person may see, in their language, with its charts inside."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from notifications.models import OutgoingMail
from reports import mailing, tasks
from reports.queries import flow as flow_queries
from tests import making
from tests.making import NOW
from tests.reports import making_flow
from tickets.models import Queue, Ticket, User


@pytest.fixture
def managers(reference_data: None) -> list[User]:
    making_flow.year(NOW, number=120)
    people = [
        making.staff("Maria Manager", role="manager"),
        making.staff("Fanny Exemple", role="manager", language="fr"),
        making.staff("Oksana Prykladna", role="manager", language="uk"),
    ]
    User.objects.update(created_at=NOW - timedelta(days=400))
    return people


def mails(**narrowed: object) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(name="report", **narrowed).order_by("pk"))


def test_each_manager_gets_the_week_and_the_month_in_their_language(managers: list[User]) -> None:
    assert tasks.send_due() == 6
    found = mails()
    subjects = {mail.language: mail.subject for mail in found if mail.key.startswith("report:monthly")}
    assert "October 2026" in subjects["en"]
    assert "octobre 2026" in subjects["fr"]
    assert "2026" in subjects["uk"]
    assert "жовтень 2026" in subjects["uk"]
    assert {mail.language for mail in found} == {"en", "fr", "uk"}
    assert {(mail.audience, mail.automatic) for mail in found} == {("staff", True)}


def test_twice_is_once_and_late_is_once(managers: list[User]) -> None:
    assert mailing.send_due(NOW) == 6
    assert mailing.send_due(NOW) == 0
    assert mailing.send_due(NOW + timedelta(days=4)) == 0
    assert mailing.send_due(NOW + timedelta(days=22)) == 6  # down for three weeks: the last week and the last month
    assert len(mails()) == 12


def test_who_does_not_want_it_gets_none_and_an_agent_never(managers: list[User]) -> None:
    User.objects.filter(pk=managers[0].pk).update(report_weekly=False)
    User.objects.filter(pk=managers[1].pk).update(report_monthly=False, report_weekly=False)
    User.objects.filter(pk=managers[2].pk).update(role="agent")
    assert mailing.send_due(NOW) == 1
    assert mails()[0].key.startswith("report:monthly")


def test_who_came_after_it_was_due_is_not_sent_what_is_old(managers: list[User]) -> None:
    User.objects.update(created_at=NOW)
    assert mailing.send_due(NOW + timedelta(hours=1)) == 0


def test_it_tells_what_the_person_may_see(managers: list[User]) -> None:
    maria, fanny = managers[:2]
    restricted = Queue.objects.get(code="complaints")
    restricted.members.add(fanny)
    Ticket.objects.update(queue=restricted)
    mailing.send_due(NOW)
    assert "0 came and 0 were resolved" in mails(key__endswith=f":{maria.pk}")[0].text
    assert "0 came and 0" not in mails(key__endswith=f":{fanny.pk}")[0].text


def test_the_numbers_are_those_of_the_pages_it_links_to(managers: list[User], client: object) -> None:
    mailing.send_due(NOW)
    mail = mails(key__startswith="report:monthly", language="en")[0]
    (path,) = set(re.findall(r"https?://[^/]+(/reports/flow/\?[^\s]+)", mail.text))
    client.force_login(managers[0])  # type: ignore[attr-defined]
    page = client.get(path)  # type: ignore[attr-defined]
    assert page.context["sentence"] in mail.text
    assert page.context["asked"].period.searched == "2026-10-01..2026-10-31"


def test_days_are_told_as_the_language_tells_them(managers: list[User]) -> None:
    mailing.send_due(NOW)
    weekly = {mail.language: mail.text for mail in mails(key__startswith="report:weekly")}
    assert "Tuesday, 17 November" in weekly["en"]
    assert "17 novembre" in weekly["fr"]
    assert "17 листопада" in weekly["uk"]
    assert "Листопад" not in weekly["uk"]
    assert "No answer is promised for the seven days from today." in weekly["en"]


def test_the_charts_are_inside_and_nothing_is_loaded(managers: list[User]) -> None:
    mailing.send_due(NOW)
    for mail in mails():
        assert mail.html.count("bgcolor=") > 5
        assert not re.search(r"<img|src=|url\(|<script|<svg", mail.html)
        assert mail.text.count("\n- ") > 10
    weekly, monthly = (mails(key__startswith=f"report:{kind}", language="en")[0] for kind in ("weekly", "monthly"))
    assert weekly.text.count("\n- ") == 7 + 6 + 7
    assert monthly.text.count("\n- ") == 5 + 6 + 7


def test_one_that_cannot_be_made_does_not_hold_up_the_others(
    managers: list[User], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = flow_queries.flow_of
    broken = iter([True, *[False] * 20])

    def sometimes(*args: object, **options: object) -> object:
        if next(broken):
            raise ValueError("broken")
        return made(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(flow_queries, "flow_of", sometimes)
    assert mailing.send_due(NOW) == 5
    assert "a report could not be made" in caplog.text
    assert mailing.send_due(NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_report_once(managers: list[User]) -> None:
    sent: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            sent.append(mailing.send_due(NOW))
        finally:
            connection.close()

    with time_machine.travel(NOW, tick=True):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    assert sum(sent) == len(mails()) == len({mail.key for mail in mails()}) == 6
