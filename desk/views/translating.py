"""A message in the language of the desk: asked for, and looked at again while it is on its way."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import notices, queries
from desk.access import StaffRequest, actor, read, staff
from desk.translations import of_message, translated
from desk.writing import part
from tickets.actions import translating
from tickets.errors import IllegalMove
from tickets.models import Message


@require_POST
@staff
def translate(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """Have a message translated into the language of the page; with `whole`, what it quotes too."""
    ticket = read(request, reference)
    message = get_object_or_404(Message, pk=message_id, ticket__in=queries.family(ticket, request.sight))
    try:
        translating.ask(
            actor=actor(request),
            message_id=message.pk,
            language=get_language() or "en",
            whole=bool(request.POST.get("whole")),
            now=timezone.now(),
        )
    except IllegalMove as move:
        notices.failed(request, move.message)
    else:
        notices.done(request, _("The translation will stand below the message."))
    return redirect(reverse("desk:ticket", args=[ticket.reference]) + f"#message-{message.pk}")


@require_safe
@staff
def translation(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """The part of the page that is the translation of a message into `language`, for a script that waits for it.

    Left out, it is that of the page.
    """
    ticket = read(request, reference)
    rows = Message.objects.filter(pk=message_id, ticket__in=queries.family(ticket, request.sight))
    found = translated(rows.values_list(of_message(), flat=True).first() or [])
    language = request.GET.get("language") or get_language()
    wanted = [each for each in found if each.language == language]
    if not wanted:
        raise Http404
    context = {
        "ticket": ticket,
        "message_id": message_id,
        "translation": wanted[0],
        "translation_language": get_language(),
        "quoted": "",
    }
    return part(request, "desk/translation.html", context)
