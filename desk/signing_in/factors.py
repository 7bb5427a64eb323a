"""Second factors: who must have one, and how their secrets are kept."""

import base64

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tickets.models import User

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def required_of(user: User) -> bool:
    """Whether the role of this person signs in with two factors only (`SECOND_FACTOR_ROLES`)."""
    return user.role in settings.SECOND_FACTOR_ROLES


def lacking(request: HttpRequest, user: User) -> bool:
    """Whether this person must set up a second factor before anything else.

    Who signed in with one has it: no query. A sign-in by the provider counts where the settings say that the provider
    asks for a second factor itself.
    """
    if not required_of(user):
        return False
    methods = {record["method"] for record in get_authentication_records(request, user)}
    if "mfa" in methods or ("socialaccount" in methods and settings.OIDC_SECOND_FACTOR):
        return False
    return not is_mfa_enabled(user, KINDS)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Secrets are encrypted with a key made from SECRET_KEY: a stolen copy of the database opens no account."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Your role needs a second factor. Add another one before you take this away."),
        "incorrect_code": _("This is not right. Take the newest code, or use another way."),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays with those whose role needs one."""
        if authenticator.type not in KINDS or not required_of(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=KINDS).exclude(pk=authenticator.pk)
        return bool(others.exists())

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return str(settings.HOUSE_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": str(settings.HOUSE_NAME)}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return ngettext("Passkey", "Passkey %(number)s", number) % {"number": number}


def _box() -> MultiFernet:
    """The newest key encrypts; former ones (`SECRET_KEY_FALLBACKS`) still open."""
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"helpdesk: second factors").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
