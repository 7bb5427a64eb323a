"""Taking personal text out while the statistics stay (Regulation (EU) 2018/1725, Article 19)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications.models import OutgoingMail, address_key
from tickets.actions.record import Actor, record
from tickets.actions.triage import group_of
from tickets.files import discard
from tickets.links import revoke_links
from tickets.models import Attachment, Event, Message, Need, Requester, Ticket


def erase_person(*, actor: Actor, requester_id: int, now: datetime) -> int:
    """Empty every personal text of a requester: name, addresses, messages, files. Returns how many tickets it touched.

    Times, states, kinds and the history stay, so that past figures do not change. Files are discarded here and leave
    the disk when no row names them any more.
    """
    with transaction.atomic():
        requester = Requester.objects.select_for_update().get(pk=requester_id)
        tickets = list(Ticket.objects.select_for_update().filter(requester=requester).order_by("id"))
        messages = Message.objects.filter(ticket__in=tickets) | Message.objects.filter(requester=requester)
        _erase_messages(messages, now)
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
            subject="", letter_number="", letter_date=None, outcome_reason="", organisation=None
        )
        Need.objects.filter(ticket__in=tickets).delete()
        _erase_mails(requester, tickets)
        for ticket in tickets:
            revoke_links(ticket, now=now)
            record(ticket, Event.Verb.ERASED, actor=actor, at=now, data={"requester": requester.pk})
        requester.addresses.all().delete()
        requester.name = requester.phone = ""
        requester.organisation, requester.erased_at = None, now
        requester.save(update_fields=["name", "phone", "organisation", "erased_at"])
    return len(tickets)


def _erase_mails(requester: Requester, tickets: Sequence[Ticket]) -> None:
    """What left about these tickets without being a message of them - notices, links - and what went to the person."""
    keys = [address_key(each.address) for each in requester.addresses.all()]
    about = [group_of(ticket) for ticket in tickets]
    for mail in OutgoingMail.objects.filter(Q(group__in=about) | Q(recipient_key__in=keys)):
        mail.erase()


def _erase_messages(messages: QuerySet[Message], now: datetime) -> None:
    ids = list(messages.values_list("pk", flat=True))
    chosen = Message.objects.filter(pk__in=ids)
    files = Attachment.objects.filter(message__in=ids)
    paths = set(files.values_list("path", flat=True)) | set(chosen.values_list("raw_path", flat=True))
    for mail in OutgoingMail.objects.filter(pk__in=chosen.exclude(outgoing=None).values("outgoing")):
        mail.erase()
    discard(paths - {""}, now=now)
    files.delete()
    chosen.update(
        sender_name="",
        sender_address="",
        reply_to="",
        to=[],
        cc=[],
        subject="",
        text="",
        quote_start=None,
        html="",
        message_id="",
        trust={},
        reason_before="",
        raw_path="",
        raw_sha256="",
        erased_at=now,
    )
