"""Taking personal text out while the statistics stay (Regulation (EU) 2018/1725, Article 19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications.models import OutgoingMail, address_key
from tickets.actions import drafting
from tickets.actions.record import Actor, record
from tickets.files import discard
from tickets.links import revoke_links
from tickets.models import (
    Attachment,
    CallBack,
    Draft,
    ErasedAddress,
    Event,
    Message,
    Need,
    Organisation,
    Requester,
    Ticket,
    Translation,
)
from tickets.notices import group_of
from tickets.search import index


@dataclass(frozen=True)
class Found:
    """What erasing a person would empty. `named_in` are others' messages that name the person as a recipient."""

    tickets: int
    messages: int
    files: int
    named_in: int
    organisation: str


def find_texts(requester: Requester) -> Found:
    """What `erase_person` will empty. Reads only."""
    tickets = list(Ticket.objects.filter(requester=requester).order_by("id"))
    messages = _messages_of(requester, tickets)
    bodies = {body.name for body in _bodies_of(requester, tickets) if _is_personal(body, requester, tickets)}
    return Found(
        tickets=len(tickets),
        messages=messages.count(),
        files=Attachment.objects.filter(message__in=messages).count(),
        named_in=_naming(_addresses_of(requester)).exclude(pk__in=messages.values("pk")).count(),
        organisation=", ".join(sorted(bodies)),
    )


def erase_person(*, actor: Actor, requester_id: int, now: datetime) -> int:
    """Empty every personal text of a requester: name, addresses, messages, files. Returns how many tickets it touched.

    On others' tickets the person is taken out of the recipients of messages, the other recipients stay. The name of a
    private person's "organisation" goes when nobody else uses it. Times, states, kinds and the history stay, so that
    past figures do not change. Files are discarded here and leave the disk when no row names them any more.
    """
    with transaction.atomic():
        requester = Requester.objects.select_for_update().get(pk=requester_id)
        tickets = list(Ticket.objects.select_for_update().filter(requester=requester).order_by("id"))
        bodies = _bodies_of(requester, tickets)
        addresses = _addresses_of(requester)
        written_on = set(_messages_of(requester, tickets).values_list("ticket", flat=True))
        _erase_messages(_messages_of(requester, tickets), now)
        _forget_recipient(addresses)
        # What colleagues are writing there may say anything of the person; it is written anew where it is needed.
        drafting.forget(Draft.objects.filter(ticket__in=written_on | {ticket.pk for ticket in tickets}), now=now)
        for body in bodies:
            if _is_personal(body, requester, tickets):
                Organisation.objects.filter(pk=body.pk).update(name="")
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
            subject="", letter_number="", letter_date=None, outcome_reason="", organisation=None
        )
        Need.objects.filter(ticket__in=tickets).delete()
        CallBack.objects.filter(ticket__in=tickets).update(number="")
        _erase_mails(addresses, tickets)
        for ticket in tickets:
            revoke_links(ticket, now=now)
            record(ticket, Event.Verb.ERASED, actor=actor, at=now, data={"requester": requester.pk})
        _note_addresses(addresses, now)
        requester.addresses.all().delete()
        requester.name = requester.phone = ""
        requester.organisation, requester.erased_at = None, now
        requester.save(update_fields=["name", "phone", "organisation", "erased_at"])
        index.refresh(sorted(written_on | {ticket.pk for ticket in tickets}))
    return len(tickets)


def _addresses_of(requester: Requester) -> list[str]:
    return [each.address for each in requester.addresses.all()]


def _messages_of(requester: Requester, tickets: Sequence[Ticket]) -> QuerySet[Message]:
    return Message.objects.filter(ticket__in=tickets) | Message.objects.filter(requester=requester)


def _bodies_of(requester: Requester, tickets: Sequence[Ticket]) -> list[Organisation]:
    ids = {requester.organisation_id, *(ticket.organisation_id for ticket in tickets)}
    return list(Organisation.objects.filter(pk__in=[number for number in ids if number is not None]))


def _is_personal(body: Organisation, requester: Requester, tickets: Sequence[Ticket]) -> bool:
    """Whether this is but the person under another name: a private person's, whom nobody else wrote for."""
    if body.kind != Organisation.Kind.CITIZEN:
        return False
    others = Requester.objects.filter(organisation=body).exclude(pk=requester.pk)
    elsewhere = Ticket.objects.filter(organisation=body).exclude(pk__in=[ticket.pk for ticket in tickets])
    return not others.exists() and not elsewhere.exists()


def _naming(addresses: Sequence[str]) -> QuerySet[Message]:
    """The messages with one of these recipients; an index of the recipients finds them."""
    named = [Q(to__contains=[[address]]) | Q(cc__contains=[[address]]) for address in addresses]
    return Message.objects.filter(reduce(or_, named)) if named else Message.objects.none()


def _forget_recipient(addresses: Sequence[str]) -> None:
    """Take the person out of the recipients of messages and of the mails behind them, and leave the others."""
    for message in _naming(addresses).select_related("outgoing").only("to", "cc", "outgoing"):
        Message.objects.filter(pk=message.pk).update(
            to=_without(message.to, addresses), cc=_without(message.cc, addresses)
        )
        if message.outgoing is not None:
            message.outgoing.forget(addresses)


def _without(recipients: list[list[str]], addresses: Sequence[str]) -> list[list[str]]:
    return [each for each in recipients if each[1].lower() not in addresses]


def _erase_mails(addresses: Sequence[str], tickets: Sequence[Ticket]) -> None:
    """What left about these tickets without being a message of them - notices, links - and what went to the person."""
    keys = [address_key(address) for address in addresses]
    about = [group_of(ticket) for ticket in tickets]
    for mail in OutgoingMail.objects.filter(Q(group__in=about) | Q(recipient_key__in=keys)):
        mail.erase()


def _note_addresses(addresses: Sequence[str], now: datetime) -> None:
    """For what is no message of ours and names the person: mails that staff sent by another program."""
    for address in addresses:
        ErasedAddress.objects.update_or_create(key=address_key(address), defaults={"erased_at": now})


def _erase_messages(messages: QuerySet[Message], now: datetime) -> None:
    ids = list(messages.values_list("pk", flat=True))
    chosen = Message.objects.filter(pk__in=ids)
    files = Attachment.objects.filter(message__in=ids)
    paths = set(files.values_list("path", flat=True)) | set(chosen.values_list("raw_path", flat=True))
    for mail in OutgoingMail.objects.filter(pk__in=chosen.exclude(outgoing=None).values("outgoing")):
        mail.erase()
    discard(paths - {""}, now=now)
    files.delete()
    Translation.objects.filter(message__in=ids).delete()
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
        verdicts=[],
        invitations=[],
        reason_before="",
        told="",
        raw_path="",
        raw_sha256="",
        erased_at=now,
    )
