"""What the house wants of sign-in by password: no sign-up, our words, our count of addresses, a line in the log.

No log line here holds an e-mail address or that of a computer; `user` is the number of the account.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.actions.accounts import tell_changed
from tickets.models import User
from web.clients import address_of, network_of

logger = logging.getLogger(__name__)

# What allauth says after an act, by the template that it would say it with. What stands not here is not said.
WORDS = {
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is switched off."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("There are new recovery codes. Keep them in a safe place."),
}
UNKNOWN_PLACE = "0.0.0.0"  # noqa: S104 - no address to listen on: what stands for one that nobody knows


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """Accounts are made by administrators; who has one signs in here."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("There were too many tries. For safety wait ten minutes before the next one."),
        "rate_limited": _("There were too many tries. For safety wait ten minutes before the next one."),
        "incorrect_password": _("This is not your password. It knows capitals."),
        "incorrect_code": _("This code is not the right one. Take the newest; it is valid for half a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves, by no way."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What tries are counted by: the client's address as the trusted proxies saw it, a subscriber's /64 as one."""
        return network_of(address_of(request)).partition("/")[0] or UNKNOWN_PLACE

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, or an account that nobody has."""
        logger.warning("sign-in failed")

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponseBase:
        """Every way of signing in ends here."""
        methods = [record.get("type", record["method"]) for record in get_authentication_records(request, user)]
        logger.info("signed in", extra={"user": user.pk, "by": methods})
        return super().post_login(request, user, **details)  # type: ignore[no-any-return]

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseBase:
        """The person proved who they are, but left the house."""
        logger.warning("sign-in to a closed account", extra={"user": user.pk})
        messages.error(request, str(_("This account is closed. Ask an administrator.")))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Changing a second factor asks for the password again; who has none, and no factor yet, cannot be asked."""
        if not self.get_reauthentication_methods(self.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **details))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, or not at all."""
        text = message or WORDS.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text))

    def send_notification_mail(self, template_prefix: str, user: User, *rest: Any, **details: Any) -> None:
        """Each change of how somebody signs in comes by here: it stands in the log, and our own mail tells of it."""
        what = template_prefix.rpartition("/")[2]
        logger.warning("sign-in changed", extra={"user": user.pk, "what": what})
        tell_changed(person=user, what=what, now=timezone.now())
