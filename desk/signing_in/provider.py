"""Sign-in by an OpenID provider such as EU Login. It says who somebody is; roles and accounts stay here."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from tickets.models import User

logger = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """Lets in who has an account here under the address that the provider has verified, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account; a stranger is told so, and no account is made.

        The verified address decides at each sign-in. The provider's own number of the person is kept at the first one
        and must be the same at the next: an address that the provider hands to another person later opens nothing.
        """
        person = _account(sociallogin)
        if person is None or not _same_person(sociallogin, person):
            logger.warning("sign-in by the provider refused", extra={"known": person is not None})
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", status=403))
        # What the provider told about the person was read; it is not kept.
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        else:
            sociallogin.connect(request, person)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("desk:profile")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """What the provider answered was no sign-in."""
        log_failure(details.get("exception"), code=str(details.get("error")))


def log_failure(error: BaseException | None, *, code: str = "") -> None:
    """The class of the error alone: its text may name a person."""
    failure = type(error).__name__ if error else ""
    logger.warning("sign-in by the provider failed", extra={"code": code, "failure": failure})


def origin() -> str:
    """The provider as a source of the content security policy: the form that leads there may be sent to it."""
    parts = urlsplit(settings.OIDC_SERVER_URL)
    return f"{parts.scheme}://{parts.netloc}" if settings.OIDC_SERVER_URL else ""


def _account(sociallogin: SocialLogin) -> User | None:
    verified = {each.email.strip().lower() for each in sociallogin.email_addresses if each.verified}
    return User.objects.filter(email__in=verified).first() if len(verified) == 1 else None


def _same_person(sociallogin: SocialLogin, person: User) -> bool:
    if sociallogin.is_existing:
        return bool(sociallogin.user == person)
    return not SocialAccount.objects.filter(user=person, provider=sociallogin.account.provider).exists()
