"""Signing in, and what staff say about themselves."""

from collections.abc import Callable
from typing import Any

from allauth.account.views import LoginView
from allauth.socialaccount.providers.openid_connect import views as openid_views
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods
from requests import RequestException

from desk import forms, notices
from desk.access import StaffRequest, staff
from desk.signing_in import provider, sessions
from desk.signing_in.forms import SignInForm
from tickets.actions.accounts import tell_changed
from web.clients import address_of, network_of
from web.ratelimit import allow

WINDOW_SECONDS = 600
TRIES_PER_ADDRESS, TRIES_PER_NETWORK = 10, 60


class SignIn(LoginView):  # type: ignore[misc]  # allauth brings no types
    """Sign-in by e-mail address. Tries are counted for each address and each network, whether it exists or not."""

    template_name = "desk/login.html"
    form_class = SignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if provider.origin():
            # The form that leads to the provider: browsers hold the redirect that answers it to `form-action`, too.
            response._csp_update = {"form-action": [provider.origin()]}  # type: ignore[attr-defined]
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        address = request.POST.get("username", "").strip().lower()[:320]
        network = network_of(address_of(request))
        allowed = allow(f"sign-in-network:{network}", limit=TRIES_PER_NETWORK, seconds=WINDOW_SECONDS) and allow(
            f"sign-in:{address}", limit=TRIES_PER_ADDRESS, seconds=WINDOW_SECONDS
        )
        if allowed:
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
            return answer
        form = self.form_class(request=request, initial={"username": address})
        context = self.get_context_data(form=form, waits=WINDOW_SECONDS // 60)
        response = render(request, self.template_name, context, status=429)
        response["Retry-After"] = str(WINDOW_SECONDS)
        return response

    def get_form_class(self) -> type[SignInForm]:
        return self.form_class

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        by_provider = settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""
        return {**super().get_context_data(**kwargs), "next": wanted, "provider": by_provider}


@require_http_methods(["POST"])
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider's own sign-in."""
    return _with_provider(openid_views.login, request, provider_id)


@require_http_methods(["GET"])
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from the provider, with its word for who this is. That it came by a GET is how OAuth 2 works (RFC 6749)."""
    return _with_provider(openid_views.callback, request, provider_id)


def _with_provider(view: Callable[..., HttpResponseBase], request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        return view(request, provider_id)
    except (RequestException, KeyError) as error:  # it is away, or its description of itself lacks something
        provider.log_failure(error)
        return render(request, "socialaccount/authentication_error.html", status=502)


@require_http_methods(["GET"])
def cancelled(request: HttpRequest) -> HttpResponse:
    """The person turned back at the provider."""
    notices.failed(request, _("You did not sign in there. Try again, or sign in with your password."))
    return redirect("desk:login")


@require_http_methods(["GET", "POST"])
@staff
def profile(request: StaffRequest) -> HttpResponseBase:
    """Name, unit, phone and language."""
    form = forms.ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        with override(person.language):
            notices.done(request, _("Your profile is saved."))
        return redirect("desk:profile")
    if form.errors:
        request.user.refresh_from_db()  # the page around the form shows the name as it is
    return render(request, "desk/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff
def password(request: StaffRequest) -> HttpResponseBase:
    """A new password. Other sessions of the person end, and a mail tells of it."""
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        before = request.session.session_key
        with transaction.atomic():
            person = form.save()
            tell_changed(person=person, what="password_changed", now=timezone.now())
        update_session_auth_hash(request, person)
        sessions.follow(before, request.session.session_key)
        sessions.end_all(request.user, but=request.session.session_key)
        notices.done(request, _("Your password is changed. You are signed out everywhere else."))
        return redirect("desk:profile")
    return render(request, "desk/password.html", {"form": form}, status=422 if form.errors else 200)
