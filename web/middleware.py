"""What wraps every request: its correlation id, the client's address, browser policies, the language of its page."""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from web import language, logs
from web.clients import client_ip

Handler = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)
# No page of ours asks a browser for these, so no page of ours can be made to.
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()" for name in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "midi")
)
_PLAUSIBLE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class CorrelationMiddleware:
    """Gives each request an id, says it in X-Request-ID, and logs one line with the route, never the path."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        identity = given if _PLAUSIBLE.fullmatch(given) else logs.new_correlation()
        request.correlation = identity  # type: ignore[attr-defined]
        request.client_ip = client_ip(  # type: ignore[attr-defined]
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.TRUSTED_PROXIES,
        )
        with logs.bind(identity):
            started = time.monotonic()
            response = self.get_response(request)
            response["X-Request-ID"] = identity
            self._log(request, response, time.monotonic() - started)
        return response

    @staticmethod
    def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        match = request.resolver_match
        if match is None:
            return
        facts = {"method": request.method, "route": match.route, "status": response.status_code}
        logger.info("request", extra={**facts, "milliseconds": round(seconds * 1000)})


class PolicyMiddleware:
    """Says what Django and the content security policy do not: no camera and the like, no use by other sites."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class LanguageMiddleware:
    """Speaks the language of the page while it is made. Stands below AuthenticationMiddleware: staff have their own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = language.of_request(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        if language.from_path(request.path) is None:
            patch_vary_headers(response, ("Accept-Language",))
        return response
