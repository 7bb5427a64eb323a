"""What holds for every request of somebody who is signed in."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from desk.signing_in import factors, sessions
from tickets.models import User

# What somebody without the second factor that their role needs still reaches: setting one up, and leaving.
ROOMS_FOR_ALL = ("portal",)
PAGES_FOR_ALL = {
    "account_logout",
    "account_reauthenticate",
    "desk:logout",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


class SigningInMiddleware:
    """Leads those who lack the second factor of their role to it, and notes when a session was last used.

    Stands below AuthenticationMiddleware. Visitors who are not signed in pass without a look.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Before the page is made; None: go on."""
        match = request.resolver_match
        if match is None or set(match.app_names) & set(ROOMS_FOR_ALL) or not isinstance(request.user, User):
            return None
        sessions.note_use(request, request.user)
        if match.view_name not in PAGES_FOR_ALL and factors.lacking(request, request.user):
            return redirect("mfa_index")
        return None
