"""What staff write on a ticket: replies, which can be taken back for a moment, and notes."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desk import forms, notices, queries, recipients
from desk.access import StaffRequest, actor, read, staff
from desk.views.ticket import Attempt, ticket_page
from tickets.actions import answering, elsewhere
from tickets.errors import IllegalMove
from tickets.meanwhile import Kind
from tickets.models import Contact, Message, Ticket
from tickets.permissions import Act

SAME_NOTE = timedelta(minutes=2)


@require_POST
@staff
def reply(request: StaffRequest, reference: str) -> HttpResponse:
    """Answer the partner; then the ticket page, with the mail still waiting and an undo."""
    ticket = read(request, reference, Act.ANSWER)
    form = forms.ReplyForm(request.POST, request.FILES, ticket_id=ticket.pk)
    valid, seen = form.is_valid(), form.cleaned_data.get("last_seen")
    if not valid:
        return ticket_page(request, ticket, Attempt(where="reply", reply=form, seen=seen, status=422))
    offered = recipients.candidates(ticket, queries.people(ticket, timezone.now()))
    anyway = "anyway" in request.POST
    to, more = form.cleaned_data["to"], form.cleaned_data["more"]
    doubts = recipients.doubts([to, *form.copies], more if offered else [to, *more], now=timezone.now())
    if doubts and not anyway:
        held = Attempt(where="reply", problem=" ".join(doubts), anyway=True, reply=form, seen=seen, status=409)
        return ticket_page(request, ticket, held)
    try:
        message = _send(request, ticket, form, offered, anyway=anyway)
    except IllegalMove as move:
        return ticket_page(request, ticket, Attempt.refused("reply", move, reply=form, seen=seen))
    undo = notices.Undo(reverse("desk:undo", args=[ticket.reference, message.pk]), {})
    seconds = settings.UNDO_SECONDS
    told = ngettext("The reply leaves in %(number)s second.", "The reply leaves in %(number)s seconds.", seconds)
    notices.done(request, told % {"number": seconds}, undo if seconds else None, draft=f"reply-{ticket.reference}")
    return _back(ticket, f"#message-{message.pk}")


@require_POST
@staff
def undo(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """Take a reply back; its text stands in the form again."""
    ticket = read(request, reference, Act.ANSWER)
    family = queries.family(ticket, request.sight)
    if not Message.objects.filter(pk=message_id, ticket__in=family, kind=Message.Kind.OUTBOUND).exists():
        raise Http404
    try:
        answering.undo_reply(actor=actor(request), message_id=message_id, now=timezone.now())
    except IllegalMove as move:
        notices.failed(request, move.message)
        return _back(ticket, f"#message-{message_id}")
    notices.done(request, _("The reply was taken back. Nothing was sent; you can go on writing."))
    return _back(ticket, f"?again={message_id}#reply")


@require_POST
@staff
def was_question(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """A mail that was sent from another program asked the partner something: the partner waits on, and so do we."""
    ticket = read(request, reference, Act.ANSWER)
    if not Message.objects.filter(pk=message_id, ticket=ticket).exists():
        raise Http404
    try:
        elsewhere.was_question(actor=actor(request), message_id=message_id, now=timezone.now())
    except IllegalMove as move:
        notices.failed(request, move.message)
    else:
        notices.done(request, _("The mail is a question now: the partner still waits for our answer."))
    return _back(ticket, f"#message-{message_id}")


@require_POST
@staff
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Write an internal note."""
    ticket = read(request, reference, Act.NOTE)
    form = forms.NoteForm(request.POST, request.FILES, ticket_id=ticket.pk)
    if not form.is_valid():
        return ticket_page(request, ticket, Attempt(where="note", note=form, status=422))
    text, now = form.cleaned_data["text"], timezone.now()
    sent_twice = Message.objects.filter(
        ticket=ticket, kind=Message.Kind.NOTE, author=request.user, text=text, received_at__gt=now - SAME_NOTE
    ).first()
    if sent_twice is not None and not form.stored:
        return _back(ticket, f"#message-{sent_twice.pk}")
    try:
        message = answering.note(actor=actor(request), ticket_id=ticket.pk, text=text, files=form.stored, now=now)
    except IllegalMove as move:
        return ticket_page(request, ticket, Attempt.refused("note", move, note=form))
    notices.done(request, _("The note is kept. Only colleagues see it."), draft=f"note-{ticket.reference}")
    return _back(ticket, f"#message-{message.pk}")


def _send(
    request: StaffRequest,
    ticket: Ticket,
    form: forms.ReplyForm,
    offered: Sequence[recipients.Candidate],
    *,
    anyway: bool,
) -> Message:
    """Send what stands in a valid form. `anyway`: though a colleague writes too, of whom the writer knows."""
    written = form.cleaned_data
    return answering.reply(
        actor=actor(request),
        ticket_id=ticket.pk,
        text=written["text"],
        nature=written["nature"],
        to=recipients.named([written["to"]], offered),
        cc=recipients.named(form.copies, offered),
        files=form.stored,
        answer_by=written["answer_by"],
        contact=Contact.objects.filter(pk=written["contact"] or 0).first(),
        forward=written["forward"],
        status=written["status"],
        last_seen=written["last_seen"],
        heed=[kind for kind in Kind if not (anyway and kind is Kind.WRITES)],
        key=written["key"],
        correlation=request.correlation,
        now=timezone.now(),
    )


def _back(ticket: Ticket, where: str) -> HttpResponseRedirect:
    return redirect(reverse("desk:ticket", args=[ticket.reference]) + where)
