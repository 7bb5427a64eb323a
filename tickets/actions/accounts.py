"""Accounts of staff: what an administrator does for somebody who cannot get in."""

import logging

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from tickets.actions.record import Actor
from tickets.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def forget_sign_in(*, actor: Actor, person: User) -> None:
    """Forget second factors, recovery codes and the number at the provider, and end all sessions; the password stays.

    Who did it and for whom stands in the log, by the numbers of the accounts.
    """
    keys = UserSession.objects.filter(user=person).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    for model in (UserSession, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    by = actor.user.pk if actor.user else None
    logger.warning("sign-in forgotten", extra={"user": person.pk, "by": by})
