"""Signing in and out, and what staff say about themselves."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from desk import forms, notices
from desk.access import StaffRequest, staff
from web.clients import address_of, network_of
from web.ratelimit import allow

WINDOW_SECONDS = 600
TRIES_PER_ADDRESS, TRIES_PER_NETWORK = 10, 60


class SignIn(LoginView):
    """Sign-in by e-mail address. Tries are counted for each address and each network, whether it exists or not."""

    template_name = "desk/login.html"
    form_class = forms.SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.POST.get("username", "").strip().lower()[:320]
        network = network_of(address_of(request))
        allowed = allow(f"sign-in-network:{network}", limit=TRIES_PER_NETWORK, seconds=WINDOW_SECONDS) and allow(
            f"sign-in:{address}", limit=TRIES_PER_ADDRESS, seconds=WINDOW_SECONDS
        )
        if allowed:
            return super().post(request, *args, **kwargs)
        form = self.form_class(request, initial={"username": address})
        context = self.get_context_data(form=form, waits=WINDOW_SECONDS // 60)
        response = render(request, self.template_name, context, status=429)
        response["Retry-After"] = str(WINDOW_SECONDS)
        return response


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
    """A new password. Other sessions of the person end."""
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        notices.done(request, _("Your password is changed. You are signed out everywhere else."))
        return redirect("desk:profile")
    return render(request, "desk/password.html", {"form": form}, status=422 if form.errors else 200)
