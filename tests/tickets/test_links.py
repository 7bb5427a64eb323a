"""The secret link opens its ticket until it expires, is revoked, or the ticket becomes sensitive."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, opened
from tickets.actions import tracking
from tickets.actions.record import SYSTEM
from tickets.links import LIFETIME, find_ticket, make_link
from tickets.models import Ticket, TrackingLink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_a_link_opens_its_ticket_until_it_expires() -> None:
    ticket = opened()
    token = make_link(ticket, now=NOW)
    assert find_ticket(token, now=NOW) == ticket
    assert find_ticket(token, now=NOW + LIFETIME) is None
    assert find_ticket(token + "x", now=NOW) is None
    assert token not in str(list(TrackingLink.objects.values()))


def test_a_revoked_link_and_a_sensitive_ticket_open_nothing() -> None:
    first, second = opened(), opened()
    token, other = make_link(first, now=NOW), make_link(second, now=NOW)
    assert tracking.revoke_links(actor=SYSTEM, ticket_id=first.pk, now=NOW) == 2
    assert find_ticket(token, now=NOW) is None
    Ticket.objects.filter(pk=second.pk).update(sensitive=True)
    assert find_ticket(other, now=NOW) is None


def test_a_new_link_goes_to_a_participant_alone() -> None:
    ticket = opened()
    values = {"language": "en", "now": NOW}
    assert tracking.send_link(reference=ticket.reference.lower(), address=f" {OLENA.upper()} ", **values)
    mail = OutgoingMail.objects.get(name="tracking_link")
    token = mail.text.split("/en/track/")[1].split("/")[0]
    assert find_ticket(token, now=NOW + timedelta(days=1)) == ticket
    assert not tracking.send_link(reference=ticket.reference, address="stranger@example.org", **values)
    assert not tracking.send_link(reference="SU-2026-999999", address=OLENA, **values)
    assert OutgoingMail.objects.filter(name="tracking_link").count() == 1
