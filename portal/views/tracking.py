"""The partner's own page of a request, opened by a secret link; and the way to a new link."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from portal import abuse, forms, letters, posting, receiving, tokens, uploads
from portal.tokens import Submission
from tickets.actions.tracking import send_link
from tickets.files import storage
from tickets.links import find_ticket
from tickets.models import Ticket
from web import errors
from web.downloads import file_response

Params = ParamSpec("Params")


def secret(
    view: Callable[Concatenate[HttpRequest, Params], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponseBase]:
    """A page whose address is a secret: no search engine, no cache and no other site may learn it."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


@csrf_exempt
@secret
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """State, letters and an answer. An unknown, ended or revoked link says how to get a new one."""
    now = timezone.now()
    ticket = find_ticket(token, now=now)
    if request.method != "POST":
        if ticket is None:
            return _gone(request)
        return _page(request, ticket, forms.AnswerForm(), tokens.begin(now), now)
    if abuse.is_too_large(request, settings.FORM_MAX_FILES):
        return errors.too_large(request, settings.FILE_MAX_BYTES)
    if ticket is None:
        return _gone(request, typed=request.POST.get("message", ""))
    posted = posting.read(request, now)
    filled = forms.AnswerForm(request.POST, submission=posted.claimed, now=now)
    posting.keep_files(request, filled, posted.current, now)
    posting.check_files(request, filled, posted.current)
    if not filled.is_valid():
        return _page(request, ticket, filled, posted.current, now, status=422)
    if not abuse.may_answer(request, ticket.pk):
        filled.add_error(None, posting.too_many_forms())
        return _page(request, ticket, filled, posted.current, now, status=429)
    return _answered(request, ticket, filled, posted.current, now, language, token)


@secret
@require_GET
def other_language(request: HttpRequest, token: str) -> HttpResponse:
    """A mail's link in a language that the pages do not have: to the one that the browser asks for."""
    return redirect("portal:track", translation.get_language_from_request(request), token)


@secret
@require_GET
def file(request: HttpRequest, language: str, token: str, attachment_id: int) -> HttpResponseBase:
    """A file of the letters, as a download. One in quarantine is listed, never handed out."""
    ticket = find_ticket(token, now=timezone.now())
    found = letters.attachment(ticket, attachment_id) if ticket else None
    if found is None:
        raise Http404
    stream = storage().stream(found.path)
    return file_response(stream, name=found.name, content_type=found.content_type, no_store=True)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for a new link by reference and address. The answer is the same whether the two belong together or not."""
    if request.method != "POST":
        return _link_page(request, forms.LinkForm(), sent="sent" in request.GET)
    started = time.monotonic()
    form = forms.LinkForm(request.POST)
    if not form.is_valid():
        return _link_page(request, form, status=422)
    reference, address = form.cleaned_data["reference"], form.cleaned_data["email"]
    if not abuse.may_ask_for_link(request, address):
        form.add_error(None, posting.too_many_forms())
        return _link_page(request, form, status=429)
    correlation = getattr(request, "correlation", "")
    send_link(reference=reference, address=address, language=language, correlation=correlation, now=timezone.now())
    abuse.hide_duration(started)
    return redirect(reverse("portal:new_link", args=[language]) + "?sent")


def _page(
    request: HttpRequest,
    ticket: Ticket,
    form: forms.AnswerForm,
    submission: Submission,
    now: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    today = now.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
    values = {
        "ticket": ticket,
        "state": letters.state(ticket, today),
        "letters": letters.letters(ticket).prefetch_related("attachments"),
        "sent": "sent" in request.GET,
        **posting.context(form, submission),
    }
    return render(request, "portal/track.html", values, status=status)


def _answered(
    request: HttpRequest,
    ticket: Ticket,
    filled: forms.AnswerForm,
    submission: Submission,
    now: datetime,
    language: str,
    token: str,
) -> HttpResponse:
    correlation = getattr(request, "correlation", "")
    try:
        message = receiving.receive_answer(
            filled.cleaned_data, ticket, submission, language=language, correlation=correlation, now=now
        )
    except uploads.FileGone:
        filled.add_error("attachments", posting.files_gone())
        return _page(request, ticket, filled, submission, now, status=422)
    if message.ticket_id != ticket.pk and ticket.merged_into_id is None:
        # The request ended long ago, so this became a new one.
        return redirect("portal:thanks", language, tokens.receipt(message.ticket_id))
    return redirect(reverse("portal:track", args=[language, token]) + "?sent")


def _gone(request: HttpRequest, typed: str = "") -> HttpResponse:
    """What somebody typed is shown again: it is nowhere else now."""
    return render(request, "portal/gone.html", {"form": forms.LinkForm(), "typed": typed}, status=404)


def _link_page(request: HttpRequest, form: forms.LinkForm, *, sent: bool = False, status: int = 200) -> HttpResponse:
    response = render(request, "portal/new_link.html", {"form": form, "sent": sent}, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
