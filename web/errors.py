"""The pages for what goes wrong, in the portal's languages. Each says what happened and what to do next.

They are made without context processors, session or database, because any of these may be what went wrong.
"""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from web import language, times
from web.context import facts

logger = logging.getLogger(__name__)

_BARE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Error</title>'
    "<h1>Something went wrong on our side</h1><p>Please try again in a few minutes.</p></html>"
)
_WHAT = {
    400: (_("We could not understand this request"), _("The address or the form was damaged on the way.")),
    403: (_("You may not see this page"), _("It is for other people, or you are no longer signed in.")),
    404: (_("There is no page here"), _("The address may be mistyped, cut short or no longer valid.")),
    413: (_("This is too much at once"), _("What you sent is larger than we can take in one go.")),
    429: (_("That was too often"), _("We limit how often one place can ask, so that everybody is served.")),
    500: (_("Something went wrong on our side"), _("It is not your fault, and it has been recorded.")),
    503: (_("The service is away for a moment"), _("We are working on it. What you sent before is safe.")),
}
_NEXT = {
    400: _("Go back, reload the page and send it again."),
    403: _("Sign in again, or ask the person who gave you the address."),
    404: _("Look at the address again, or begin on the first page."),
    413: _("Go back, and send fewer or smaller files, or write to us by e-mail."),
    429: _("Wait a little, then send it again. What you typed is still on the page before."),
    500: _("Please try again in a few minutes."),
    503: _("Please try again in a few minutes."),
}
_EXPIRED = (_("This page was open for too long"), _("For your safety a form can be sent for a limited time only."))
_EXPIRED_NEXT = _("Go back, reload the page and send it again. Allow cookies for this site if they are off.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 when the request was too big for Django itself."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return too_large(request)
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when the reason is that the database does not answer."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: mostly a page left open too long, or cookies that are off."""
    return _page(request, 403, what=_EXPIRED, advice=_EXPIRED_NEXT)


def too_large(request: HttpRequest, limit: int | None = None) -> HttpResponse:
    """413, with the `limit` in bytes where there is one."""
    return _page(request, 413, limit=limit)


def too_many(request: HttpRequest, seconds: int = 600) -> HttpResponse:
    """429 (RFC 6585): come back after `seconds`."""
    return _page(request, 429, seconds=seconds)


def unavailable(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """503: come back after `seconds`."""
    return _page(request, 503, seconds=seconds)


def _page(
    request: HttpRequest,
    status: int,
    *,
    what: tuple[object, object] | None = None,
    advice: object = None,
    seconds: int | None = None,
    limit: int | None = None,
) -> HttpResponse:
    code = _language(request)
    with translation.override(code):
        title, reason = what or _WHAT[status]
        own = {
            "status": status,
            "title": title,
            "reason": reason,
            "advice": advice or _NEXT[status],
            "minutes": None if seconds is None else -(-seconds // 60),
            "limit": None if limit is None else times.size(limit),
            "correlation": getattr(request, "correlation", ""),
        }
        try:
            content: str = render_to_string("web/error.html", {**facts(request.path), **own})
        except Exception:
            logger.exception("The error page could not be made.")
            content = _BARE
    headers = {"Content-Language": code, "Cache-Control": "no-store"}
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    return HttpResponse(content, status=status, headers=headers)


def _language(request: HttpRequest) -> str:
    """The language that the page was made in so far; asking the person's own again could ask the database."""
    return getattr(request, "LANGUAGE_CODE", None) or language.of_visitor(request)
