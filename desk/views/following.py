"""Words on a ticket, who follows it, and when it comes back to the list. Each view posts one act."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import acting
from desk.access import StaffRequest, actor, read, staff
from desk.notices import Undo
from tickets.actions import following, snoozing, tagging
from tickets.models import User
from tickets.permissions import Act, who_may_see
from web import times

MORNING = time(9, 0)  # in Brussels


@require_POST
@staff
def tags(request: StaffRequest, reference: str) -> HttpResponse:
    """Put `tags` on the ticket, with commas between them, and take all others off."""
    ticket = read(request, reference, Act.TRIAGE)
    names = request.POST.get("tags", "")[:2000].split(",")
    before = ", ".join(tag["name"] for tag in ticket.tag_names)  # type: ignore[attr-defined]
    return acting.act(
        request,
        ticket,
        "tags",
        lambda: tagging.set_tags(actor=actor(request), ticket_id=ticket.pk, names=names, now=timezone.now()),
        _("The tags are changed."),
        Undo(reverse("desk:tags", args=[ticket.reference]), {"tags": before}),
    )


@require_safe
@staff
def colleagues(request: StaffRequest, reference: str) -> JsonResponse:
    """Whom a note may name, for the list that "@" opens: each with the word that means this person alone."""
    ticket = read(request, reference, Act.NOTE)
    people = list(who_may_see(ticket).order_by("name", "pk"))
    shared = {name for name, number in Counter(person.name.casefold() for person in people).items() if number > 1}
    offered = [
        {
            "name": person.name,
            "handle": person.email.partition("@")[0] if person.name.casefold() in shared else person.name,
        }
        for person in people
    ]
    return JsonResponse({"people": offered})


@require_POST
@staff
def follow(request: StaffRequest, reference: str) -> HttpResponse:
    """Follow the ticket oneself, or have `user` (a number) follow it."""
    return _follow(request, reference, on=True)


@require_POST
@staff
def unfollow(request: StaffRequest, reference: str) -> HttpResponse:
    """Follow it no more."""
    return _follow(request, reference, on=False)


@require_POST
@staff
def snooze(request: StaffRequest, reference: str) -> HttpResponse:
    """Put the ticket off until the morning of `until`, a date, or for `days`."""
    ticket = read(request, reference, Act.TRIAGE)
    until = _until(request.POST.get("until", ""), request.POST.get("days", ""))
    if until is None:
        return acting.refuse(request, ticket, "snooze", _("Enter the date as year-month-day, such as 2026-12-14."))
    told = _("The ticket is put off until %(date)s, or until the partner writes.") % {"date": times.day(until)}
    return acting.act(
        request,
        ticket,
        "snooze",
        lambda: snoozing.snooze(actor=actor(request), ticket_id=ticket.pk, until=until, now=timezone.now()),
        told,
        Undo(reverse("desk:unsnooze", args=[ticket.reference]), {}),
    )


@require_POST
@staff
def unsnooze(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the ticket back to what is to do."""
    ticket = read(request, reference, Act.TRIAGE)
    before = ticket.snoozed_until
    day = before.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date().isoformat() if before else ""
    return acting.act(
        request,
        ticket,
        "snooze",
        lambda: snoozing.unsnooze(actor=actor(request), ticket_id=ticket.pk, now=timezone.now()),
        _("The ticket is back on the list."),
        Undo(reverse("desk:snooze", args=[ticket.reference]), {"until": day}) if day else None,
    )


def _follow(request: StaffRequest, reference: str, *, on: bool) -> HttpResponse:
    ticket = read(request, reference)
    number = request.POST.get("user", "")
    person = get_object_or_404(User, pk=int(number)) if number.isascii() and number.isdigit() else request.user
    do = following.follow if on else following.unfollow
    if person == request.user:
        told = _("You follow the ticket: you are told when the partner writes.") if on else _("You follow it no more.")
    else:
        told = (_("%(name)s follows the ticket.") if on else _("%(name)s follows it no more.")) % {"name": person.name}
    undo = Undo(reverse(f"desk:{'unfollow' if on else 'follow'}", args=[ticket.reference]), {"user": str(person.pk)})
    return acting.act(
        request,
        ticket,
        "follow",
        lambda: do(actor=actor(request), ticket_id=ticket.pk, user=person, now=timezone.now()),
        told,
        undo,
    )


def _until(day: str, days: str) -> datetime | None:
    """The morning of a day, in Brussels."""
    zone = ZoneInfo(settings.HOUSE_TIME_ZONE)
    if days.isascii() and days.isdigit() and len(days) < 4:
        chosen = timezone.now().astimezone(zone).date() + timedelta(days=int(days))
    else:
        try:
            found = parse_date(day)
        except ValueError:
            return None
        if found is None:
            return None
        chosen = found
    return datetime.combine(chosen, MORNING, zone)
