"""Tickets that belong together: merged and taken apart, split, linked. Each view posts one act."""

import re

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from desk import acting, notices, queries
from desk.access import StaffRequest, actor, read, staff
from desk.notices import Undo
from desk.views.ticket import Attempt, ticket_page
from tickets.actions import linking, merging, splitting
from tickets.errors import IllegalMove
from tickets.models import Message, Ticket
from tickets.permissions import Act, may

REFERENCE = re.compile(r"(?:[A-Z]{1,8}[\s-]*)?(\d{4})[\s-]+(\d{1,6})")
UNKNOWN = gettext_lazy("We know no ticket of this reference. Check it.")


@require_POST
@staff
def merge(request: StaffRequest, reference: str) -> HttpResponse:
    """Merge the ticket into the one whose reference is `other`, and show that one."""
    ticket = read(request, reference, Act.TRIAGE)
    other = other_ticket(request)
    if other is None:
        return acting.refuse(request, ticket, "merge", UNKNOWN)
    try:
        merging.merge(actor=actor(request), ticket_id=ticket.pk, into_id=other.pk, now=timezone.now())
    except IllegalMove as move:
        return ticket_page(request, ticket, Attempt.refused("merge", move, values=request.POST.dict()))
    told = _("%(reference)s is merged into this ticket.") % {"reference": ticket.reference}
    notices.done(request, told, _undo("unmerge", ticket))
    return redirect("desk:ticket", other.reference)


@require_POST
@staff
def unmerge(request: StaffRequest, reference: str) -> HttpResponse:
    """Take a merge back, and show the ticket as it was before."""
    ticket = read(request, reference, Act.TRIAGE)
    into = ticket.merged_into
    undo = Undo(reverse("desk:merge", args=[ticket.reference]), {"other": into.reference}) if into else None
    return acting.act(
        request,
        ticket,
        "merge",
        lambda: merging.unmerge(actor=actor(request), ticket_id=ticket.pk, now=timezone.now()),
        _("The merge is undone. Both tickets are as they were."),
        undo,
    )


@require_POST
@staff
def split(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """Make a ticket of its own of one message, and show that one."""
    ticket = read(request, reference, Act.TRIAGE)
    message = get_object_or_404(Message, pk=message_id, ticket__in=queries.family(ticket, request.sight))
    try:
        made = splitting.split(actor=actor(request), message_id=message.pk, now=timezone.now())
    except IllegalMove as move:
        notices.failed(request, move.message)
        return redirect(reverse("desk:ticket", args=[ticket.reference]) + f"#message-{message.pk}")
    told = _("This is a ticket of its own now, split off from %(reference)s.") % {"reference": ticket.reference}
    undo = Undo(reverse("desk:merge", args=[made.reference]), {"other": ticket.reference})
    notices.done(request, told, undo)
    return redirect("desk:ticket", made.reference)


@require_POST
@staff
def link(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that the ticket and `other` are related."""
    return _with_other(request, reference, linking.link, _("The tickets are linked."), "unlink")


@require_POST
@staff
def unlink(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that the ticket and `other` are not related."""
    return _with_other(request, reference, linking.unlink, _("The tickets are not linked any more."), "link")


@require_POST
@staff
def confirm_link(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that the suggested link to `other` is right."""
    return _with_other(request, reference, linking.confirm_link, _("The tickets are linked."), "unlink")


@require_POST
@staff
def reject_link(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that the suggested link to `other` is wrong."""
    told = _("The suggestion is put aside.")
    return _with_other(request, reference, linking.reject_link, told, "link")


def _with_other(
    request: StaffRequest, reference: str, do: linking.Act, told: str | Promise, undo_name: str
) -> HttpResponse:
    ticket = read(request, reference, Act.TRIAGE)
    other = other_ticket(request)
    if other is None:
        return acting.refuse(request, ticket, "link", UNKNOWN)
    return acting.act(
        request,
        ticket,
        "link",
        lambda: do(actor=actor(request), ticket_id=ticket.pk, other_id=other.pk, now=timezone.now()),
        told,
        Undo(reverse(f"desk:{undo_name}", args=[ticket.reference]), {"other": other.reference}),
    )


def other_ticket(request: StaffRequest) -> Ticket | None:
    """The ticket that `other` names, if this person may work on it. To others it does not exist."""
    named = REFERENCE.fullmatch(request.POST.get("other", "").strip().upper()[:40])
    if named is None:
        return None
    number = f"{settings.REFERENCE_PREFIX}-{named[1]}-{int(named[2]):06d}"
    other = request.sight.tickets.select_related("queue").filter(reference=number).first()
    return other if other is not None and may(request.user, Act.TRIAGE, other) else None


def _undo(name: str, ticket: Ticket) -> Undo:
    return Undo(reverse(f"desk:{name}", args=[ticket.reference]), {})
