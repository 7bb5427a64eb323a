"""Everything that goes wrong, as a problem document (RFC 9457): one shape for every error of the API."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from tickets.errors import IllegalMove

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TITLES: dict[str, str | Promise] = {
    "bad-request": pgettext_lazy("problem", "The request could not be understood"),
    "bad-cursor": pgettext_lazy("problem", "The cursor is not one of this list"),
    "unauthenticated": pgettext_lazy("problem", "A valid token is needed"),
    "forbidden": pgettext_lazy("problem", "The token does not allow this"),
    "quarantined": pgettext_lazy("problem", "The file is in quarantine"),
    "not-found": pgettext_lazy("problem", "There is nothing here"),
    "method": pgettext_lazy("problem", "This address does not know the method"),
    "not-acceptable": pgettext_lazy("problem", "The answer exists as JSON alone"),
    "illegal-move": pgettext_lazy("problem", "The ticket does not allow this now"),
    "in-progress": pgettext_lazy("problem", "The same request is being done already"),
    "too-large": pgettext_lazy("problem", "The request is too large"),
    "media-type": pgettext_lazy("problem", "The media type of the request is not known"),
    "invalid": pgettext_lazy("problem", "Some fields are not valid"),
    "key-used": pgettext_lazy("problem", "The key belongs to another request"),
    "too-many": pgettext_lazy("problem", "Too many requests"),
    "server-error": pgettext_lazy("problem", "Something went wrong on our side"),
    "unavailable": pgettext_lazy("problem", "The service is away for a moment"),
}
# What an act refuses because of what was sent, not because of the state of the ticket.
CONTENT = frozenset(
    {
        "assignee-inactive",
        "assignee-outside-queue",
        "contact-missing",
        "date-far",
        "date-missing",
        "date-past",
        "date-beyond",
        "far",
        "follower-outside",
        "future",
        "itself",
        "kind",
        "language",
        "language-same",
        "nature",
        "number-missing",
        "official-outside",
        "outcome",
        "outcome-missing",
        "past",
        "place-empty",
        "priority",
        "reader-outside-queue",
        "reason-missing",
        "reasons-missing",
        "recipient-missing",
        "source-missing",
        "tag-too-long",
        "text-missing",
        "too-big",
        "too-many-tags",
    }
)
_OF_STATUS = {400: "bad-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method"}
_OF_STATUS |= {406: "not-acceptable", 413: "too-large", 415: "media-type", 422: "invalid", 429: "too-many"}
TRY_AGAIN_SECONDS = 60


class Problem(Exception):
    """An error with its status and kind, one of TITLES; `detail` tells a person what to do."""

    def __init__(
        self, status: int, kind: str, detail: str | Promise, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.detail, self.headers, self.more = status, kind, detail, dict(headers or {}), more


def handle(exception: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: the problem document of any exception. What nobody expected is logged as Django does."""
    set_rollback()
    problem = problem_of(exception)
    request = context["request"]
    if problem is None:
        log.exception("An API request failed.")
        got_request_exception.send(sender=None, request=request._request)
        problem = _broken(exception)
    body = {
        "type": f"{settings.BASE_URL}/api/v1/docs#problem-{problem.kind}",
        "title": str(TITLES[problem.kind]),
        "status": problem.status,
        "detail": str(problem.detail),
        "instance": request.path,
        "correlation": getattr(request, "correlation", ""),
        **problem.more,
    }
    return Response(body, status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def problem_of(exception: Exception) -> Problem | None:
    """The problem that an exception means; None when it is a fault of ours."""
    if isinstance(exception, Problem):
        return exception
    if isinstance(exception, IllegalMove):
        status = 422 if exception.code in CONTENT else 409
        return Problem(status, "illegal-move", exception.message, code=exception.code)
    if isinstance(exception, Http404):
        return Problem(404, "not-found", _("It does not exist, or the owner of the token may not see it."))
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return Problem(413, "too-large", _("Send less at once."))
    if isinstance(exception, BadRequest | SuspiciousOperation):
        return Problem(400, "bad-request", _("Look at the address and the body of the request again."))
    if isinstance(exception, exceptions.ValidationError):
        errors = list(_errors(exception.get_full_details()))
        return Problem(422, "invalid", _("Mend the fields that are named, then send it again."), errors=errors)
    return _of_framework(exception) if isinstance(exception, exceptions.APIException) else None


def _of_framework(exception: exceptions.APIException) -> Problem:
    headers = {}
    if header := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(exception, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    status = exception.status_code
    return Problem(status, _OF_STATUS.get(status, "bad-request"), str(exception.detail), headers=headers)


def _broken(exception: Exception) -> Problem:
    if isinstance(exception, OperationalError | InterfaceError | OSError):
        headers = {"Retry-After": str(TRY_AGAIN_SECONDS)}
        return Problem(503, "unavailable", _("Send it again in a minute."), headers=headers)
    return Problem(500, "server-error", _("It is not your fault, and it has been recorded. Send it again later."))


def _errors(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Field errors as a flat list: the path of the field, what is wrong, and the code of it."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"} and isinstance(details["message"], str):
        yield {"field": path, "detail": str(details["message"]), "code": str(details["code"])}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            where = "" if name == "non_field_errors" else str(name)
            yield from _errors(inner, ".".join(part for part in (path, where) if part))
    else:
        for inner in details:
            yield from _errors(inner, path)
