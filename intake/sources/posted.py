"""What a mail provider posts, before django-anymail reads it: kept whole, bounded, and only from a provider that signs.

Django takes small forms only, and drops what it does not like in them; a mail may be big and must come through as it
was sent. What anymail cannot read, though the provider is the right one, is kept for a person to read.
"""

import logging
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from anymail.exceptions import AnymailAPIError
from anymail.signals import tracking
from anymail.webhooks.base import AnymailBasicAuthMixin, AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, UnreadablePostError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

from intake import store
from intake.models import RawMail

log = logging.getLogger(__name__)

# JSON and forms write some bytes as several; a mail of the largest size still fits.
OVERHEAD = 2
MAX_PARTS = 2_000
# Where Mailgun puts a mail in its own bytes.
MIME_FIELD = "body-mime"
# Not the mail's fault: the provider keeps it and tries again.
TRY_AGAIN = (OSError, DatabaseError, InterfaceError, AnymailAPIError, ImproperlyConfigured, SuspiciousOperation)


@dataclass(frozen=True)
class Part:
    """One field or file of a form, in the bytes that were sent. `filename` is None for a field."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Post:
    """The body of a request and its media type."""

    content: bytes
    content_type: str

    def mime(self) -> bytes | None:
        """The mail itself, where the provider posts its bytes in a field of a form; None where it does not.

        anymail would read the field as UTF-8, and a mail may be in any charset.
        """
        return next((part.content for part in self.parts() if part.name == MIME_FIELD and part.content), None)

    def parts(self) -> Iterator[Part]:
        """The fields and files of a form (RFC 7578); nothing when the body is no form."""
        kind, parameters = parse_header_parameters(self.content_type)
        if kind == "application/x-www-form-urlencoded":
            # Latin-1 is bytes written as text: no byte is lost, whatever its charset.
            pairs = parse_qsl(self.content.decode("latin-1"), True, encoding="latin-1", max_num_fields=MAX_PARTS)
            yield from (Part(name, None, "", value.encode("latin-1")) for name, value in pairs)
        elif kind == "multipart/form-data" and parameters.get("boundary"):
            yield from _parts(self.content, parameters["boundary"].encode())


_current: ContextVar[Post | None] = ContextVar("posted", default=None)


def current() -> Post | None:
    """What the request that is being answered posted."""
    return _current.get()


class WebhookMiddleware:
    """Stands before anymail's webhooks: refuses those without a secret, reads the body, keeps what nobody can read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _current.set(None)
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object) -> None:
        """PermissionDenied (403) without a secret; SuspiciousOperation: 400 for a wrong one, 413 for a big body."""
        kind = _webhook(view)
        if kind is None or request.method != "POST":
            return
        _check_secret(kind, request)
        if kind.signal is not tracking:
            _current.set(_read(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Keep what the right provider sent and anymail could not read; it answers 200, because now we have it."""
        post, kind = _current.get(), _webhook(request.resolver_match.func) if request.resolver_match else None
        if post is None or kind is None or isinstance(error, TRY_AGAIN):
            return None
        try:
            kind().run_validators(request)
        except Exception:
            return None  # it never was the right provider
        keep_unreadable(post, sender=None, recipients=[])
        log.warning("a provider posted what cannot be read", extra={"error": type(error).__name__})
        return HttpResponse()


def keep_unreadable(post: Post, *, sender: str | None, recipients: list[str]) -> RawMail:
    """Store a body out of which no mail can be made: it becomes a visible ticket with the body to download."""
    return store.keep(
        post.content,
        source=RawMail.Source.WEBHOOK,
        envelope_from=sender,
        envelope_to=recipients,
        received_at=timezone.now(),
        request=store.Request(post.content, post.content_type),
        readable=False,
    )


class _WholeForm(FileUploadHandler):
    """Reads a form whole, where Django would refuse big fields and drop files without a name."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,  # bytes, whatever the type hints of Django say
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        fields, files = QueryDict(mutable=True), MultiValueDict[str, Any]()
        for part in _parts(input_data.read(), boundary):
            if part.filename is None:
                fields.appendlist(part.name, part.content.decode("utf-8", "replace"))
            else:
                name = part.filename.strip(" ./\\") or "attachment"
                files.appendlist(part.name, SimpleUploadedFile(name, part.content, part.content_type))
        return fields, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _webhook(view: Callable[..., Any]) -> type[AnymailCoreWebhookView] | None:
    kind = getattr(view, "view_class", None)
    return kind if isinstance(kind, type) and issubclass(kind, AnymailCoreWebhookView) else None


def _check_secret(kind: type[AnymailCoreWebhookView], request: HttpRequest) -> None:
    """anymail only warns when a webhook is open to everybody, and raises when the key of a signature is missing."""
    secret = settings.ANYMAIL.get("WEBHOOK_SECRET")
    try:
        hook = kind(webhook_secret=secret or "none")
    except ImproperlyConfigured:
        raise PermissionDenied("this webhook has no key to check signatures with") from None
    if not secret and getattr(hook, "warn_if_no_basic_auth", False):
        raise PermissionDenied("this webhook has no secret")
    if secret and isinstance(hook, AnymailBasicAuthMixin):
        AnymailBasicAuthMixin.validate_request(hook, request)  # before a byte of a big body is read


def _read(request: HttpRequest) -> Post:
    limit = OVERHEAD * settings.MAIL_MAX_BYTES
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        log.error("a provider posted too much", extra={"limit": limit})
        raise RequestDataTooBig
    try:
        body = request.read()
    except OSError as error:
        raise UnreadablePostError(*error.args) from error
    # Django's own limit is for forms of visitors and has no exception; with the body in place it is not asked.
    request._body = body
    request.upload_handlers = [_WholeForm(request)]
    return Post(body, request.META.get("CONTENT_TYPE", ""))


def _parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    for number, piece in enumerate((b"\r\n" + body).split(b"\r\n--" + boundary)[1:]):
        if piece.startswith(b"--"):
            return
        if number >= MAX_PARTS:
            raise ValueError("a form with too many parts")
        head, _, content = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = _headers(head.decode("utf-8", "replace"))
        parameters = parse_header_parameters(headers.get("content-disposition", ""))[1]
        yield Part(
            parameters.get("name", ""),
            parameters.get("filename"),
            headers.get("content-type", "application/octet-stream"),
            content,
        )


def _headers(head: str) -> dict[str, str]:
    lines = (line.partition(":") for line in head.split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines}
