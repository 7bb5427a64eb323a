import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.test import Client
from django.urls import reverse

import helpdesk.urls  # noqa: F401 - makes the pages
from notifications.models import OutgoingMail
from tests import making, second_factors
from tests.furnishing import furnish
from tickets.actions import triage
from tickets.actions.alarms import raise_alarm
from tickets.actions.record import SYSTEM
from tickets.claims import Verdict
from tickets.models import Alarm, Event, Message, Queue, Requester, Ticket, User

OURS = sorted(model._meta.model_name or "" for model in admin.site._registry if model._meta.app_label == "tickets")
READ_ONLY = ["alarm", "calendarversion", "event", "message", "ruleschange", "ticket"]
PASSWORD = "Kettle-9-harbour-lamp"


@pytest.fixture
def administrator(client: Client, reference_data: None) -> User:
    """Signed in."""
    person = making.staff("Ada Administrator", role="administrator")
    client.force_login(person)
    return person


def test_every_page_opens_for_administrators_alone(client: Client, administrator: User) -> None:
    ticket = making.opened()
    raise_alarm("calendar-missing:2028", now=making.NOW, year=2028)
    for name in OURS:
        listed = client.get(reverse(f"admin:tickets_{name}_changelist"), {"q": ""})
        assert listed.status_code == 200, name
        model = next(each for each in admin.site._registry if each._meta.model_name == name)
        first = model._default_manager.first()
        if first is not None:
            change = reverse(f"admin:tickets_{name}_change", args=[first.pk])
            assert client.get(change).status_code == 200, name
    client.force_login(making.staff(role="agent"))
    for name in OURS:
        assert client.get(reverse(f"admin:tickets_{name}_changelist")).status_code == 302
    client.force_login(making.staff(role="manager"))
    opened = [n for n in OURS if client.get(reverse(f"admin:tickets_{n}_changelist")).status_code == 200]
    assert opened == ["calendar", "calendarversion", "holiday", "replytemplate", "topic"]
    assert Ticket.objects.get() == ticket


def test_the_work_itself_can_only_be_looked_at(client: Client, administrator: User) -> None:
    ticket = making.opened()
    raise_alarm("beat-silent", now=making.NOW)
    for name in READ_ONLY:
        assert client.get(reverse(f"admin:tickets_{name}_add")).status_code == 403, name
    change = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    assert client.post(change, {"status": "closed"}).status_code == 403
    assert client.post(reverse("admin:tickets_ticket_delete", args=[ticket.pk])).status_code == 403
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_texts_are_not_shown_here(client: Client, administrator: User) -> None:
    ticket = making.opened(
        subject="A private matter",
        text="Very private words",
        verdicts=(Verdict(method="spf", result="fail", domain="private.example"),),
    )
    message = Message.objects.earliest("pk")
    for address in (
        reverse("admin:tickets_ticket_changelist"),
        reverse("admin:tickets_ticket_change", args=[ticket.pk]),
        reverse("admin:tickets_message_changelist"),
        reverse("admin:tickets_message_change", args=[message.pk]),
    ):
        page = client.get(address).content.decode()
        assert ticket.reference in page
        assert "rivate" not in page


def test_restricted_queues_stay_closed(client: Client, administrator: User) -> None:
    ticket = making.opened()
    triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=Queue.objects.get(code="complaints"), now=making.NOW)
    for name in ("ticket", "message", "event"):
        assert ticket.reference not in client.get(reverse(f"admin:tickets_{name}_changelist")).content.decode()
    assert client.get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).status_code == 302


def test_an_administrator_makes_a_colleague_who_can_sign_in(client: Client, administrator: User) -> None:
    data = {
        "email": "Nina@Secretariat.example",
        "name": "Nina New",
        "role": "administrator",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "Queue_members-TOTAL_FORMS": "0",
        "Queue_members-INITIAL_FORMS": "0",
    }
    assert client.post(reverse("admin:tickets_user_add"), data).status_code == 302
    nina = User.objects.get(email="nina@secretariat.example")
    assert nina.is_superuser
    assert Client().login(username="nina@secretariat.example", password=PASSWORD)


def test_nobody_changes_their_own_role_and_a_demotion_takes_all_rights(client: Client, administrator: User) -> None:
    other = making.staff("Otto Other", role="administrator", is_superuser=True)

    def change(person: User) -> None:
        data = {"email": person.email, "name": person.name, "role": "agent", "is_active": "on", "language": "en"}
        data |= {"time_zone": "Europe/Brussels", "Queue_members-TOTAL_FORMS": "0", "Queue_members-INITIAL_FORMS": "0"}
        assert client.post(reverse("admin:tickets_user_change", args=[person.pk]), data).status_code == 302
        person.refresh_from_db()

    change(administrator)
    assert administrator.role == "administrator"
    change(other)
    assert (other.role, other.is_superuser) == ("agent", False)


def test_nothing_with_a_history_is_deleted(client: Client, administrator: User) -> None:
    making.opened()
    requester = Requester.objects.get()
    assert client.post(reverse("admin:tickets_requester_delete", args=[requester.pk])).status_code == 403
    assert client.post(reverse("admin:tickets_user_delete", args=[administrator.pk])).status_code == 403


def test_an_alarm_is_closed_when_it_is_done(client: Client, administrator: User) -> None:
    raise_alarm("beat-silent", now=making.NOW)
    alarm = Alarm.objects.get()
    data = {"action": "act_close", "_selected_action": [alarm.pk]}
    client.post(reverse("admin:tickets_alarm_changelist"), data)
    alarm.refresh_from_db()
    assert alarm.closed_at is not None


def test_hromadas_are_found_by_either_name(client: Client, administrator: User) -> None:
    furnish(hromadas=True)
    for asked in ("Trostianets", "Тростянець"):
        page = client.get(reverse("admin:tickets_hromada_changelist"), {"q": asked}).content.decode()
        assert "UA59" in page


def test_looking_at_events_leaves_none(client: Client, administrator: User) -> None:
    making.opened()
    before = Event.objects.count()
    client.get(reverse("admin:tickets_event_changelist"))
    assert Event.objects.count() == before


def test_what_lets_somebody_in_is_forgotten_and_the_password_stays(client: Client, administrator: User) -> None:
    ben, eve = making.staff("Ben"), making.staff("Eve")
    here, there = Client(), Client()
    for browser, person in ((here, ben), (there, eve)):
        browser.post("/desk/login/", {"username": person.email, "password": "a long enough password"})
        second_factors.give(person)
        SocialAccount.objects.create(user=person, provider="eu-login", uid=person.email)
    data = {"action": "act_forget_sign_in", "_selected_action": [ben.pk]}
    client.post(reverse("admin:tickets_user_changelist"), data)
    assert here.get("/desk/").status_code == 302
    assert there.get("/desk/").status_code == 200
    assert list(Authenticator.objects.values_list("user", flat=True).distinct()) == [eve.pk]
    assert list(SocialAccount.objects.values_list("user", flat=True)) == [eve.pk]
    assert ben.check_password("a long enough password")
    mail = OutgoingMail.objects.get()
    assert (mail.name, [each["address"] for each in mail.to]) == ("sign_in_changed", [ben.email])
    assert "An administrator removed the second factors" in mail.text


def test_whose_password_an_administrator_changes_is_told(client: Client, administrator: User) -> None:
    ben = making.staff("Ben")
    page = reverse("admin:auth_user_password_change", args=[ben.pk])
    given = {"usable_password": "true", "password1": "another long password", "password2": "another long password"}
    client.post(page, {**given, "password2": "a slip"})
    assert not OutgoingMail.objects.exists()
    client.post(page, given)
    ben.refresh_from_db()
    assert ben.check_password("another long password")
    mail = OutgoingMail.objects.get()
    assert [each["address"] for each in mail.to] == [ben.email]
    assert "An administrator changed the password" in mail.text


def test_secrets_of_second_factors_have_no_page() -> None:
    assert not {model._meta.app_label for model in admin.site._registry} & {
        "mfa",
        "account",
        "socialaccount",
        "usersessions",
    }
