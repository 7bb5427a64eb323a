"""Reporting a mail to IT security: a page that says what will happen, then the act."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk import notices, queries
from desk.access import StaffRequest, actor, read, staff
from tickets.actions import reporting, triage
from tickets.errors import IllegalMove
from tickets.models import Message, Ticket
from tickets.permissions import Act


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def phishing(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """Report a mail that looks like phishing; with `spam`, put the ticket aside as well."""
    ticket = read(request, reference, Act.TRIAGE)
    if not settings.SECURITY_MAIL:
        raise Http404
    mails = Message.objects.exclude(raw_path="").exclude(kind=Message.Kind.OUTBOUND)
    message = get_object_or_404(mails, pk=message_id, ticket__in=queries.family(ticket, request.sight))
    page = {"ticket": ticket, "message": message, "address": settings.SECURITY_MAIL}
    if request.method != "POST":
        return render(request, "desk/phishing.html", page)
    try:
        reporting.report_phishing(
            actor=actor(request), message_id=message.pk, correlation=request.correlation, now=timezone.now()
        )
    except IllegalMove as move:
        return render(request, "desk/phishing.html", {**page, "problem": str(move.message)}, status=409)
    notices.done(request, _("The mail is on its way to IT security."))
    if request.POST.get("spam"):
        _put_aside(request, ticket)
    return redirect("desk:ticket", ticket.reference)


def _put_aside(request: StaffRequest, ticket: Ticket) -> None:
    try:
        triage.mark_spam(actor=actor(request), ticket_id=ticket.pk, now=timezone.now())
    except IllegalMove as move:
        notices.failed(request, move.message)
    else:
        notices.done(request, _("The ticket is put aside as spam. Nothing is deleted."))
