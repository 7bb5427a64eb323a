"""Accounts of staff: what an administrator does for somebody who cannot get in, and what their owner is told of."""

import logging
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import notices
from tickets.actions.record import Actor
from tickets.models import User

logger = logging.getLogger(__name__)

# What a person is told of a change of how they sign in; the first names are django-allauth's.
CHANGES = {
    "totp_activated": _("An authenticator app was set up for your account."),
    "totp_deactivated": _("The authenticator app of your account was switched off."),
    "webauthn_added": _("A passkey was added to your account."),
    "webauthn_removed": _("A passkey was removed from your account."),
    "recovery_codes_generated": _("New recovery codes were made for your account; the former ones no longer work."),
    "account_connected": _("Your account was connected with the sign-in service of your organisation."),
    "password_changed": _("The password of your account was changed."),
    "password_given": _("An administrator changed the password of your account."),
    "sign_in_forgotten": _("An administrator removed the second factors of your account and ended all its sessions."),
}
OTHERWISE = _("The ways to sign in to your account were changed.")


@transaction.atomic
def tell_changed(*, person: User, what: str, now: datetime) -> None:
    """Write to a person that how they sign in was changed: who did it may be somebody else. `what` as in `CHANGES`."""
    notices.sign_in_changed(
        to=notices.Address(person.name, person.email),
        language=person.language,
        words=CHANGES.get(what, OTHERWISE),
        link=f"{settings.BASE_URL}/desk/profile/",
        key=f"sign-in:{person.pk}:{what}:{now:%Y%m%dT%H%M%S%f}",
    )


@transaction.atomic
def forget_sign_in(*, actor: Actor, person: User, now: datetime) -> None:
    """Forget second factors, recovery codes and the number at the provider, and end all sessions; the password stays.

    Who did it and for whom stands in the log, by the numbers of the accounts; the person is told.
    """
    keys = UserSession.objects.filter(user=person).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    for model in (UserSession, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    tell_changed(person=person, what="sign_in_forgotten", now=now)
    by = actor.user.pk if actor.user else None
    logger.warning("sign-in forgotten", extra={"user": person.pk, "by": by})


def choose_reports(*, person: User, weekly: bool, monthly: bool) -> None:
    """A person says which reports are to come by mail."""
    User.objects.filter(pk=person.pk).update(report_weekly=weekly, report_monthly=monthly)
