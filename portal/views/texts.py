"""Pages that only tell: the first page, the statements, and two files for machines."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

SECURITY_TXT_LIFETIME = timedelta(days=180)


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """To the first page in the language that the browser asks for."""
    response = redirect("portal:home", translation.get_language_from_request(request))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """What this is for, what happens next and how long it takes."""
    return render(request, "portal/home.html")


@require_safe
def privacy(request: HttpRequest, language: str) -> HttpResponse:
    """The data protection statement (Regulation (EU) 2018/1725, Article 15)."""
    return render(request, "portal/privacy.html")


@require_safe
def privacy_in_other_language(request: HttpRequest) -> HttpResponse:
    """A mail's link in a language that the pages do not have: to the one that the browser asks for."""
    return redirect("portal:privacy", translation.get_language_from_request(request))


@require_safe
def accessibility(request: HttpRequest, language: str) -> HttpResponse:
    """The accessibility statement with its way of feedback, modelled on Directive (EU) 2016/2102, Article 7."""
    return render(request, "portal/accessibility.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The staff's pages are not for search engines (RFC 9309); secret pages say so themselves."""
    lines = ["User-agent: *", *(f"Disallow: /{path}/" for path in ("desk", "admin", "api", "health", "anymail"))]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    expires = timezone.now().replace(microsecond=0) + SECURITY_TXT_LIFETIME
    lines = [
        f"Contact: mailto:{settings.MAIL_ADDRESS}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
