"""Calling a sender back: written down, and withdrawn."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import acting, forms, notices
from desk.access import StaffRequest, actor, read, staff
from tickets.actions import verifying
from tickets.permissions import Act


@require_POST
@staff
def verify_call(request: StaffRequest, reference: str) -> HttpResponse:
    """Write down that the sender was called back."""
    ticket = read(request, reference, Act.TRIAGE)
    form = forms.CallBackForm(request.POST)
    if not form.is_valid():
        return acting.refuse(request, ticket, "verify", str(next(iter(form.errors.values()))[0]))
    return acting.act(
        request,
        ticket,
        "verify",
        lambda: verifying.verify_by_call(
            actor=actor(request), ticket_id=ticket.pk, now=timezone.now(), **form.cleaned_data
        ),
        _("The call back is written down."),
        notices.Undo(reverse("desk:withdraw_call", args=[ticket.reference]), {}),
    )


@require_POST
@staff
def withdraw_call(request: StaffRequest, reference: str) -> HttpResponse:
    """Withdraw it."""
    ticket = read(request, reference, Act.TRIAGE)
    return acting.act(
        request,
        ticket,
        "verify",
        lambda: verifying.withdraw_call(actor=actor(request), ticket_id=ticket.pk, now=timezone.now()),
        _("The call back is withdrawn."),
        None,
    )
