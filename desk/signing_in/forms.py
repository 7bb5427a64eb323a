"""What staff type to sign in."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import User

logger = logging.getLogger(__name__)


class SignInForm(forms.Form):
    """E-mail address and password. What is wrong of the two is not told."""

    username = forms.CharField(
        label=_("E-mail address"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": _("Enter your e-mail address.")},
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "username" in cleaned and "password" in cleaned:
            self.person = get_adapter().authenticate(
                self.request, email=cleaned["username"].strip().lower(), password=cleaned["password"]
            )
            if self.person is None:
                raise forms.ValidationError(
                    _("Address and password do not fit together. Check both; the password knows capitals.")
                )
            if not self.person.is_active:
                raise forms.ValidationError(_("This account is closed. Ask an administrator."))
        return cleaned

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Go on: to the second factor where there is one, or to the desk."""
        assert self.person is not None  # noqa: S101 - a valid form has one
        login = Login(user=self.person, redirect_url=redirect_url)
        answer: HttpResponse = perform_password_login(request, {}, login)
        return answer


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth brings no types
    """The password, before something is changed that protects the account."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def _code(label: Any, hint: Any = "") -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w-half"}
    return forms.CharField(label=label, help_text=hint, max_length=20, widget=forms.TextInput(attrs=attributes))


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The second factor: a code of the app, or one of the recovery codes."""

    code = _code(_("Code"), _("Six digits from your authenticator app, or one of your recovery codes."))

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        logger.warning("second factor failed", extra={"user": authenticator.user_id})
        super()._emit_authentication_failed(authenticator)


class CodeAgainForm(ReauthenticateCodeForm):  # type: ignore[misc]
    """The same, before something is changed that protects the account."""

    code = _code(_("Code"), _("Six digits from your authenticator app, or one of your recovery codes."))


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app: it proves that the app has the secret."""

    code = _code(_("Code that the app shows"))


MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


class Bounded:
    """What claims to come from a device may be anything: nonsense is a wrong passkey, no fault of ours."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED:
            raise get_mfa_adapter().validation_error("incorrect_code") from None


class SignInPasskeyForm(Bounded, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of address and password."""


class SecondPasskeyForm(Bounded, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as second factor."""


class PasskeyAgainForm(Bounded, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, before something is changed that protects the account."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    name = forms.CharField(
        label=pgettext_lazy("of a passkey", "Name"),
        required=False,
        max_length=100,
        help_text=_("So that you know it again: the computer, the phone or the key that holds it."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone"),
        required=False,
        initial=True,
        help_text=_("Without address and password. The device then asks for its PIN, a fingerprint or your face."),
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED:
            raise get_mfa_adapter().validation_error("incorrect_code") from None
        return cleaned


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(label=pgettext_lazy("of a passkey", "Name"), max_length=100)
