"""Answers that are being written: saved as somebody types, taken over by a colleague, begun with a template.

A script asks for JSON and stays on its page; without scripts a button does the same and leads back to it.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import answer_box, drafts, forms, notices, recipients
from desk.access import StaffRequest, actor, read, seen_or_404, staff
from desk.choices import endonym
from desk.views.ticket import Attempt, ticket_page
from tickets import templates
from tickets.actions import drafting
from tickets.errors import IllegalMove
from tickets.meanwhile import Kind, Meanwhile, meanwhile
from tickets.models import Contact, ReplyTemplate, Ticket
from tickets.permissions import Act
from web import times


@require_POST
@staff
def save(request: StaffRequest, reference: str) -> HttpResponseBase:
    """Keep the answer as it stands. What happened meanwhile is told with it."""
    if "template" in request.POST:
        return _insert(request, reference)
    ticket = seen_or_404(request, reference, Act.ANSWER)
    form = forms.ReplyForm(request.POST, request.FILES, ticket_id=ticket.pk)
    try:
        version = _keep(request, ticket, form)
    except IllegalMove as move:
        return _refused(request, reference, form, move)
    if not _by_script(request):
        notices.done(request, _("The draft is kept. Colleagues who see the ticket can read it."))
        return _back(ticket)
    return JsonResponse(_told(request, ticket, form, version))


@require_POST
@staff
def take(request: StaffRequest, reference: str) -> HttpResponse:
    """Write on where a colleague has begun."""
    ticket = read(request, reference, Act.ANSWER)
    asked = (request.POST.get("author", ""), request.POST.get("ticket") or str(ticket.pk))
    found = (each for each in drafts.of(ticket) if (str(each.author), str(each.ticket)) == asked)
    kept = next(found, None)  # one of a merged ticket is among them if that may be seen
    merged_id = kept.ticket if kept and kept.ticket != ticket.pk else None
    try:
        drafting.take_over(
            actor=actor(request),
            ticket_id=ticket.pk,
            author_id=kept.author if kept else 0,
            merged_id=merged_id,
            now=timezone.now(),
        )
    except IllegalMove as move:
        notices.failed(request, move.message)
        return _back(ticket)
    notices.done(request, _("The draft is yours now: you can write on."))
    return _back(ticket)


def _keep(
    request: StaffRequest,
    ticket: Ticket,
    form: forms.ReplyForm,
    *,
    more: str = "",
    fields: Mapping[str, str] | None = None,
) -> int:
    """Save what was typed, with `more` below it and over it those of `fields` that say something.

    What is wrong with it is told when it is sent.
    """
    form.is_valid()  # files are stored by it
    text = drafts.storable(request.POST.get("text", ""))
    chosen = {name: value for name, value in (fields or {}).items() if value}
    written = drafting.Written(
        text="\n\n".join(filter(None, (text.rstrip(), more))) if more else text,
        fields=drafts.typed(request.POST) | chosen,
        files=form.stored,
        last_seen=form.cleaned_data.get("last_seen"),
        version=form.cleaned_data.get("version") or 0,
        page=form.cleaned_data.get("key", ""),
    )
    return drafting.save(actor=actor(request), ticket_id=ticket.pk, written=written, now=timezone.now())


def _insert(request: StaffRequest, reference: str) -> HttpResponseBase:
    """A template filled for this ticket: to the script, or below what was typed."""
    ticket = read(request, reference, Act.ANSWER)
    number = request.POST["template"]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Http404
    rows = ReplyTemplate.objects.filter(active=True).select_related("contact").prefetch_related("texts")
    template = get_object_or_404(rows, pk=int(number))
    chosen = request.POST.get("contact", "")
    contact = template.contact or Contact.objects.filter(pk=int(chosen) if chosen.isdecimal() else 0).first()
    filled = templates.fill(template, ticket, contact=contact)
    told = _template_told(ticket, filled)
    fields = {"nature": template.nature, "contact": str(template.contact_id or "")}
    if _by_script(request):
        return JsonResponse({"text": filled.text, "told": told, "fields": fields})
    form = forms.ReplyForm(request.POST, request.FILES, ticket_id=ticket.pk)
    try:
        _keep(request, ticket, form, more=filled.text, fields=fields)
    except IllegalMove as move:
        return _refused(request, reference, form, move)
    notices.done(request, told or _("The template stands in the answer."))
    return _back(ticket)


def _told(request: StaffRequest, ticket: Ticket, form: forms.ReplyForm, version: int) -> dict[str, Any]:
    """What the script shows after saving: when, what happened meanwhile, doubtful addresses, the files."""
    now = timezone.now()
    seen = form.cleaned_data.get("last_seen")
    found = [] if seen is None else meanwhile(ticket.pk, writer=request.user, last_seen=seen, now=now)
    more = form.cleaned_data.get("more") or []
    problems = [*form.errors.get("attached", ()), *form.errors.get("more", ())]
    return {
        "version": version,
        "saved": _("Kept at %(time)s") % {"time": times.local(now, settings.HOUSE_TIME_ZONE).strftime("%H:%M")},
        "news": [_in_words(each) for each in found],
        "problems": [*problems, *(recipients.doubts(more, more, now=now) if more else ())],
        "files": [{"name": file.name, "size": times.size(file.size), "token": token} for token, file in form.tokens],
    }


def _in_words(each: Meanwhile) -> str:
    if each.kind is Kind.PARTNER:
        return _("The partner has written meanwhile.")
    told = (
        _("%(name)s has answered meanwhile.") if each.kind is Kind.ANSWERED else _("%(name)s is writing an answer too.")
    )
    return told % {"name": each.name}


def _template_told(ticket: Ticket, filled: templates.Filled) -> str:
    """What a person should know of a template before sending it; empty when there is nothing."""
    told = []
    if filled.language != ticket.mail_language:
        facts = {"wanted": endonym(ticket.mail_language), "found": endonym(filled.language)}
        told.append(_("This template has no text in %(wanted)s: it stands there in %(found)s.") % facts)
    if filled.missing:
        told.append(_("Fill in what is still in braces: %(places)s") % {"places": " ".join(filled.missing)})
    return " ".join(told)


def _refused(request: StaffRequest, reference: str, form: forms.ReplyForm, move: IllegalMove) -> HttpResponseBase:
    """The draft was not kept: its page must know what there is instead."""
    ticket = read(request, reference, Act.ANSWER)
    if not _by_script(request):
        return ticket_page(request, ticket, Attempt.refused("reply", move, reply=form))
    own = answer_box.own_draft(ticket, request.user)
    answer = {"problem": str(move.message), "version": own.version if own else 0}
    return JsonResponse(answer, status=409)


def _by_script(request: StaffRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _back(ticket: Ticket) -> HttpResponse:
    return redirect(reverse("desk:ticket", args=[ticket.reference]) + "#reply")
