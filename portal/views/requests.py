"""The form, the files that go ahead of it, and the page that says thank you.

None of these pages has a session or a cookie: there is no signed-in person whose browser could be made to send
something, so nothing is to be guarded against forged requests, and a blocked cookie keeps nobody out. What stands in
for it is the signed stamp of `tokens`.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import abuse, forms, posting, receiving, tokens, uploads
from portal.tokens import Submission
from tickets.models import Ticket
from web import errors


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, language: str) -> HttpResponse:
    """The form; sent, it becomes a ticket and answers with the way to the thank-you page."""
    now = timezone.now()
    if request.method != "POST":
        blank = forms.RequestForm(initial=forms.initial(request.GET.dict()))
        return _page(request, blank, tokens.begin(now))
    if abuse.is_too_large(request, settings.FORM_MAX_FILES):
        return errors.too_large(request, settings.FILE_MAX_BYTES)
    posted = posting.read(request, now)
    filled = forms.RequestForm(request.POST, submission=posted.claimed, now=now)
    posting.keep_files(request, filled, posted.current, now)
    posting.check_files(request, filled, posted.current)
    if not filled.is_valid():
        return _page(request, filled, posted.current, status=422)
    if not abuse.may_send_form(request, filled.cleaned_data["email"]):
        filled.add_error(None, posting.too_many_forms())
        return _page(request, filled, posted.current, status=429)
    return _received(request, filled, posted.current, language, now)


@csrf_exempt
@require_POST
def upload(request: HttpRequest, language: str) -> JsonResponse:
    """Keep one file ahead of its form, or remove one that is kept; for the page's script."""
    now = timezone.now()
    if abuse.is_too_large(request, 1):
        return JsonResponse({"error": uploads.too_large(), "again": False}, status=413)
    submission = tokens.read_stamp(request.POST.get("stamp", ""))
    file = request.FILES.get("file")
    if submission is None:
        return JsonResponse({"error": posting.files_gone(), "again": False}, status=400)
    if file is None:
        uploads.drop(submission.key, posting.ids(request.POST.getlist("remove")))
        return JsonResponse({})
    if not abuse.may_upload(request):
        return JsonResponse({"error": posting.too_many_files(), "again": True}, status=429)
    try:
        return JsonResponse(posting.as_json(uploads.keep(submission.key, file, now=now)))
    except uploads.Refused as refused:
        return JsonResponse({"error": refused.message, "again": refused.again}, status=503 if refused.again else 422)


@never_cache
@require_GET
def thanks(request: HttpRequest, language: str, receipt: str) -> HttpResponse:
    """The reference, the date by which an answer is due, and what happens next. The address ends after an hour."""
    ticket_id = tokens.read_receipt(receipt)
    ticket = Ticket.objects.filter(pk=ticket_id).only("reference", "answer_by").first() if ticket_id else None
    response = render(request, "portal/thanks.html", {"ticket": ticket}, status=200 if ticket else 410)
    response["X-Robots-Tag"] = "noindex"
    return response


def _received(
    request: HttpRequest, filled: forms.RequestForm, submission: Submission, language: str, now: datetime
) -> HttpResponse:
    correlation = getattr(request, "correlation", "")
    try:
        message = receiving.receive_request(
            filled.cleaned_data, submission, language=language, correlation=correlation, now=now
        )
    except uploads.FileGone:
        filled.add_error("attachments", posting.files_gone())
        return _page(request, filled, submission, status=422)
    return redirect("portal:thanks", language, tokens.receipt(message.ticket_id))


def _page(request: HttpRequest, form: forms.RequestForm, submission: Submission, *, status: int = 200) -> HttpResponse:
    response = render(request, "portal/form.html", posting.context(form, submission), status=status)
    # Not "no-store": a browser without script then forgets what was typed when its user goes back.
    response["Cache-Control"] = "private, no-cache"
    return response
