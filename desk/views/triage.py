"""Sorting a ticket: each view posts one act. What cannot be done is said on the ticket page, at its menu."""

import re
from collections.abc import Callable, Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desk import acting, forms, notices
from desk.access import StaffRequest, actor, read, staff
from desk.choices import is_language
from desk.views.ticket import Attempt, ticket_page
from tickets.actions import tracking, triage
from tickets.models import Hromada, Organisation, Queue, Region, Ticket, Topic, User
from tickets.permissions import Act
from tickets.suggestions.places import hromada_named

COUNTRY = re.compile("([A-Z]{2})?")
Done = Callable[[], object]


@require_POST
@staff
def assign(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the ticket to `assignee` (a number; empty for nobody)."""
    ticket = read(request, reference, Act.TRIAGE)
    number = _number(request.POST.get("assignee", ""))
    person = get_object_or_404(User, pk=number) if number else None
    if person is None:
        told = _("Nobody has the ticket now.")
    elif person == request.user:
        told = _("The ticket is yours now.")
    else:
        told = _("%(name)s has the ticket now.") % {"name": person.name}
    before = {"assignee": str(ticket.assignee_id or "")}
    return _act(
        request,
        ticket,
        "assign",
        lambda: triage.assign(
            actor=actor(request),
            ticket_id=ticket.pk,
            assignee=person,
            correlation=request.correlation,
            now=timezone.now(),
        ),
        told,
        before,
    )


@require_POST
@staff
def status(request: StaffRequest, reference: str) -> HttpResponse:
    """Move the ticket to another `status`; its end needs an `outcome` and mostly a `reason`."""
    ticket = read(request, reference, Act.TRIAGE)
    form = forms.StatusForm(request.POST)
    if not form.is_valid():
        problem = _("Choose a status from the list.")
        attempt = Attempt(where="status", problem=problem, values=request.POST.dict(), status=422)
        return ticket_page(request, ticket, attempt)
    wanted, before = form.cleaned_data, ticket.status
    reversible = before in triage.MOVES[wanted["status"]] and before not in triage.ENDS
    return _act(
        request,
        ticket,
        "status",
        lambda: triage.set_status(actor=actor(request), ticket_id=ticket.pk, now=timezone.now(), **wanted),
        _("The ticket is %(status)s now.") % {"status": Ticket.Status(wanted["status"]).label},
        {"status": before, "waiting_for": ticket.waiting_for} if reversible else None,
    )


@require_POST
@staff
def priority(request: StaffRequest, reference: str) -> HttpResponse:
    """Set the `priority`, a number from 1 to 4."""
    ticket = read(request, reference, Act.TRIAGE)
    value = _number(request.POST.get("priority", ""))
    return _act(
        request,
        ticket,
        "priority",
        lambda: triage.set_priority(actor=actor(request), ticket_id=ticket.pk, priority=value, now=timezone.now()),
        _("The priority is changed."),
        {"priority": str(ticket.priority)},
    )


@require_POST
@staff
def danger(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that lives are in danger (`danger` is "1"), or that they are not."""
    ticket = read(request, reference, Act.TRIAGE)
    value = request.POST.get("danger", "") == "1"
    return _act(
        request,
        ticket,
        "priority",
        lambda: triage.set_danger(actor=actor(request), ticket_id=ticket.pk, danger_to_life=value, now=timezone.now()),
        _("Marked as danger to life. Colleagues are told at once.") if value else _("Not danger to life any more."),
        {"danger": "1" if ticket.danger_to_life else "0"},
        undo_name="danger",
    )


@require_POST
@staff
def topic(request: StaffRequest, reference: str) -> HttpResponse:
    """Set the `topic` (a number; empty for none)."""
    ticket = read(request, reference, Act.TRIAGE)
    number = _number(request.POST.get("topic", ""))
    chosen = get_object_or_404(Topic, pk=number) if number else None
    return _act(
        request,
        ticket,
        "topic",
        lambda: triage.set_topic(actor=actor(request), ticket_id=ticket.pk, topic=chosen, now=timezone.now()),
        _("The topic is changed."),
        {"topic": str(ticket.topic_id or "")},
    )


@require_POST
@staff
def queue(request: StaffRequest, reference: str) -> HttpResponse:
    """Move the ticket to another `queue` (a number)."""
    ticket = read(request, reference, Act.TRIAGE)
    chosen = get_object_or_404(Queue, pk=_number(request.POST.get("queue", "")))
    return _act(
        request,
        ticket,
        "queue",
        lambda: triage.set_queue(actor=actor(request), ticket_id=ticket.pk, queue=chosen, now=timezone.now()),
        _("The ticket is in the queue %(name)s now.") % {"name": chosen.name},
        {"queue": str(ticket.queue_id)},
    )


@require_POST
@staff
def kind(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that the ticket is a question, a need or an offer (`kind`)."""
    ticket = read(request, reference, Act.TRIAGE)
    value = request.POST.get("kind", "")
    return _act(
        request,
        ticket,
        "kind",
        lambda: triage.set_kind(actor=actor(request), ticket_id=ticket.pk, kind=value, now=timezone.now()),
        _("The kind is changed."),
        {"kind": ticket.kind},
    )


@require_POST
@staff
def region(request: StaffRequest, reference: str) -> HttpResponse:
    """Say which `region` it comes from (an ISO 3166-2 code; empty for none); `country` where it is not the region's."""
    ticket = read(request, reference, Act.TRIAGE)
    country = request.POST.get("country")
    if country is not None and not COUNTRY.fullmatch(country):
        raise Http404
    code = request.POST.get("region", "")
    chosen = get_object_or_404(Region, code=code[:6]) if code else None
    return _act(
        request,
        ticket,
        "region",
        lambda: triage.set_region(
            actor=actor(request), ticket_id=ticket.pk, region=chosen, country=country, now=timezone.now()
        ),
        _("The region is changed."),
        {"region": ticket.region.code if ticket.region else "", "country": ticket.country},
    )


@require_POST
@staff
def organisation(request: StaffRequest, reference: str) -> HttpResponse:
    """Say on whose behalf it comes: an `organisation` by number, KATOTTG code or name; empty for none."""
    ticket = read(request, reference, Act.TRIAGE)
    chosen = organisation_of(request.POST.get("organisation", ""))
    return _act(
        request,
        ticket,
        "organisation",
        lambda: triage.set_organisation(
            actor=actor(request), ticket_id=ticket.pk, organisation=chosen, now=timezone.now()
        ),
        _("The organisation is changed."),
        {"organisation": str(ticket.organisation_id or "")},
    )


def organisation_of(named: str) -> Organisation | Hromada | str | None:
    """What a number, a KATOTTG code, the name of a hromada or any other name means; None for nothing."""
    named = " ".join(named.split())[:300]
    number, code = _number(named), hromada_named(named)
    if number:
        return get_object_or_404(Organisation, pk=number)
    known = Hromada.objects.select_related("region").filter(katottg=code).first() if code else None
    return known or named or None


@require_POST
@staff
def language(request: StaffRequest, reference: str) -> HttpResponse:
    """Correct the `language` of the request; empty when it is not known."""
    ticket = read(request, reference, Act.TRIAGE)
    value = request.POST.get("language", "")
    if value and not is_language(value):
        raise Http404
    return _act(
        request,
        ticket,
        "language",
        lambda: triage.set_language(actor=actor(request), ticket_id=ticket.pk, language=value, now=timezone.now()),
        _("The language is changed."),
        {"language": ticket.language},
    )


@require_POST
@staff
def reply_language(request: StaffRequest, reference: str) -> HttpResponse:
    """Choose the `language` of our mails; empty for that of the request."""
    ticket = read(request, reference, Act.TRIAGE)
    value = request.POST.get("language", "")
    if value and not is_language(value):
        raise Http404
    now = timezone.now()
    return _act(
        request,
        ticket,
        "reply_language",
        lambda: triage.set_reply_language(actor=actor(request), ticket_id=ticket.pk, language=value, now=now),
        _("The language of replies is changed."),
        {"language": ticket.reply_language},
    )


@require_POST
@staff
def accepted_languages(request: StaffRequest, reference: str) -> HttpResponse:
    """Say which other `languages` the partner reads: one value each, or several with commas."""
    ticket = read(request, reference, Act.TRIAGE)
    values = [code for value in request.POST.getlist("languages") for code in value.split(",") if code]
    if not all(map(is_language, values)):
        raise Http404
    now = timezone.now()
    return _act(
        request,
        ticket,
        "accepted_languages",
        lambda: triage.set_accepted_languages(actor=actor(request), ticket_id=ticket.pk, languages=values, now=now),
        _("The languages that the partner reads are changed."),
        {"languages": ",".join(ticket.accepted_languages)},
    )


@require_POST
@staff
def sensitive(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the ticket to all but the people named for it (`sensitive` is "1"), or open it again."""
    ticket = read(request, reference, Act.TRIAGE)
    value = request.POST.get("sensitive", "") == "1"
    told = _("The ticket is sensitive now: only its assignee, named people and its managers see it.") if value else None
    return _act(
        request,
        ticket,
        "sensitive",
        lambda: triage.set_sensitive(actor=actor(request), ticket_id=ticket.pk, sensitive=value, now=timezone.now()),
        told or _("All members of the queue see the ticket now."),
        {"sensitive": "1" if ticket.sensitive else "0"},
    )


@require_POST
@staff
def spam(request: StaffRequest, reference: str) -> HttpResponse:
    """Put the ticket aside as spam."""
    ticket = read(request, reference, Act.TRIAGE)
    return _act(
        request,
        ticket,
        "spam",
        lambda: triage.mark_spam(actor=actor(request), ticket_id=ticket.pk, now=timezone.now()),
        _("The ticket is put aside as spam. Nothing is deleted."),
        {},
        undo_name="unspam",
    )


@require_POST
@staff
def unspam(request: StaffRequest, reference: str) -> HttpResponse:
    """Take back that the ticket is spam."""
    ticket = read(request, reference, Act.TRIAGE)
    return _act(
        request,
        ticket,
        "spam",
        lambda: triage.unmark_spam(actor=actor(request), ticket_id=ticket.pk, now=timezone.now()),
        _("The ticket is no spam, and where it was before."),
        {},
        undo_name="spam",
    )


@require_POST
@staff
def revoke_links(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the partner's tracking links. It cannot be undone: only their hashes are known."""
    ticket = read(request, reference, Act.TRIAGE)
    closed = tracking.revoke_links(actor=actor(request), ticket_id=ticket.pk, now=timezone.now())
    told = ngettext("%(number)s tracking link is closed.", "%(number)s tracking links are closed.", closed)
    notices.done(request, told % {"number": closed})
    return redirect("desk:ticket", ticket.reference)


def _act(
    request: StaffRequest,
    ticket: Ticket,
    name: str,
    act: Done,
    told: str | Promise,
    before: Mapping[str, str] | None,
    *,
    undo_name: str = "",
) -> HttpResponse:
    undo = (
        notices.Undo(reverse(f"desk:{undo_name or name}", args=[ticket.reference]), before)
        if before is not None
        else None
    )
    return acting.act(request, ticket, name, act, told, undo)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
