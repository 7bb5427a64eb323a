"""What production must not start with: values that are half of something, or that nobody chose.

Each function takes the values it judges and raises ImproperlyConfigured with one sentence that names the setting. It
reads no environment and no settings, so that settings.py can call it while it loads.
"""

import pkgutil
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import anymail.backends
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

# Octets of a local part, RFC 5321, section 4.5.3.1.1.
LOCAL_PART_MAX = 64
# Octets that a signed reply address adds to the local part: the plus sign and the token of tickets/addresses.py.
REPLY_TOKEN = 1 + 25
# What a form weighs besides its files: its words, and the frame of each file.
FORM_ROOM_MIB = 1
# A provider's webhook may post so many times the mail (intake/sources/posted.py).
WEBHOOK_TIMES = 2
SERVER_NAME = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?", re.I)

# The roles of tickets/models/people.py, which cannot be asked while settings load; a test compares.
ROLES = ("agent", "manager", "administrator")
LOOPBACK = ("127.0.0.1", "::1", "localhost")

# Passwords of examples and of freshly installed databases.
PLACEHOLDERS = ("admin", "change-me", "changeme", "choose-one", "example", "password", "postgres", "secret")
# Modules of anymail that are no providers: bases of others, and those that only pretend to send.
NO_PROVIDERS = ("base", "base_requests", "console", "test")
PROVIDERS = sorted({each.name for each in pkgutil.iter_modules(anymail.backends.__path__)} - set(NO_PROVIDERS))


def default_password(user: str, password: str) -> None:
    """A password that stands in an example, or repeats the user. None at all is none: peer authentication, a socket."""
    if password and (password.lower() in PLACEHOLDERS or password == user):
        raise ImproperlyConfigured("DATABASE_URL has a default password: set one of your own.")


def no_address(name: str, value: str) -> None:
    """A value of the setting `name` that is not one e-mail address."""
    try:
        validate_email(value)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} is {value!r}, but it must be an e-mail address.") from None


def no_server_name(name: str, value: str) -> None:
    """A value of the setting `name` that names no server, nor "*." and a domain; "com" would be half the world."""
    if not SERVER_NAME.fullmatch(value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}, but it must be a full name, such as mx.example.org or *.example.org."
        )


def long_reply_address(address: str) -> None:
    """An address of the house whose signed reply addresses other servers would refuse or cut."""
    room = LOCAL_PART_MAX - REPLY_TOKEN
    if len(address.rpartition("@")[0].encode()) > room:
        raise ImproperlyConfigured(
            f"MAIL_ADDRESS has more than {room} characters before the @, so that signed reply addresses would have "
            f"more than the {LOCAL_PART_MAX} that RFC 5321 allows: take a shorter one, or set MAIL_PLUS_ADDRESSING=off."
        )


def no_way_out(mail_out: str, *, production: bool) -> None:
    """A way out that does not exist, or that hands nothing over to anybody."""
    if mail_out == "files" and production:
        raise ImproperlyConfigured("MAIL_OUT is files, which sends nothing: production needs smtp or a provider.")
    if mail_out not in ("smtp", "files", *PROVIDERS):
        known = ", ".join(PROVIDERS)
        raise ImproperlyConfigured(f"MAIL_OUT is {mail_out!r}, but it must be smtp, files or a provider: {known}.")


def half_sign_in(user: str, password: str, oauth: Mapping[str, str]) -> None:
    """A sign-in to the mail server of which a part is missing. `oauth` has token_url, client_id and client_secret."""
    given = {f"SMTP_OUT_OAUTH_{name.upper()}": oauth[name] for name in ("token_url", "client_id", "client_secret")}
    if not any(given.values()):
        if bool(user) != bool(password):
            present, missing = ("USER", "PASSWORD") if user else ("PASSWORD", "USER")
            raise ImproperlyConfigured(f"SMTP_OUT_{present} is set without SMTP_OUT_{missing}: set both or neither.")
        return
    missing_names = [name for name, value in {**given, "SMTP_OUT_USER": user}.items() if not value]
    if missing_names:
        raise ImproperlyConfigured(f"Sign-in by OAuth 2 lacks {', '.join(missing_names)}: set all of it or none.")
    if password:
        raise ImproperlyConfigured("SMTP_OUT_PASSWORD and SMTP_OUT_OAUTH_TOKEN_URL are both set: keep one of them.")


def no_provider_settings(anymail_settings: Any) -> None:
    """Settings of a provider that are no JSON object of names and values, or a value that is empty."""
    if not isinstance(anymail_settings, dict):
        raise ImproperlyConfigured("ANYMAIL is not a JSON object: give the provider's settings by their names.")
    if empty := [name for name, value in anymail_settings.items() if value == ""]:
        raise ImproperlyConfigured(f"ANYMAIL has no value for {', '.join(empty)}.")


def forms_too_large_for_proxy(files: int, file_mib: int, request_mib: int) -> None:
    """A form that the limits of its files allow and the proxy does not: its sender would lose what was typed."""
    needed = files * file_mib + FORM_ROOM_MIB
    if needed > request_mib:
        raise ImproperlyConfigured(
            f"REQUEST_MAX_MIB is {request_mib}, but a form of FORM_MAX_FILES x FILE_MAX_MIB needs {needed}: "
            "raise it, or lower one of them."
        )


def mails_too_large_for_proxy(mail_mib: int, request_mib: int) -> None:
    """A mail of the largest size that a provider could not post to us through the proxy."""
    needed = WEBHOOK_TIMES * mail_mib
    if needed > request_mib:
        raise ImproperlyConfigured(
            f"REQUEST_MAX_MIB is {request_mib}, but a webhook with a mail of MAIL_MAX_MIB needs {needed}: "
            "raise it, or lower the other."
        )


def unknown_roles(names: Sequence[str]) -> None:
    """A role that nobody has, so that nobody of it would be asked for a second factor."""
    if unknown := [name for name in names if name not in ROLES]:
        raise ImproperlyConfigured(f"SECOND_FACTOR_ROLES names {unknown[0]!r}, but the roles are {', '.join(ROLES)}.")


def half_provider(server_url: str, client_id: str, client_secret: str) -> None:
    """A provider of sign-in of which a part is missing, or that is asked over a line that others can read."""
    given = {"OIDC_SERVER_URL": server_url, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": client_secret}
    if not any(given.values()):
        return
    if missing := [name for name, value in given.items() if not value]:
        raise ImproperlyConfigured(f"Sign-in by OpenID Connect lacks {', '.join(missing)}: set all of it or none.")
    parts = urlsplit(server_url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ImproperlyConfigured(
            "OIDC_SERVER_URL must be an address that begins with https:, as its issuer gives it."
        )


def half_translation(engine: str, url: str, user: str, secret: str) -> None:
    """An engine of which a part is missing, or to which texts of partners would go over a line that others can read.

    A host without a dot is a neighbour: a container of the same network.
    """
    if engine == "off":
        if user or secret:
            raise ImproperlyConfigured("TRANSLATION_SECRET is set, but TRANSLATION is off: name the engine.")
        return
    if not url:
        raise ImproperlyConfigured("TRANSLATION_URL is not set: give the address of the engine.")
    if engine == "etranslation" and not (user and secret):
        raise ImproperlyConfigured("eTranslation lacks TRANSLATION_USER or TRANSLATION_SECRET: set both.")
    parts = urlsplit(url)
    near = parts.hostname in LOOPBACK or "." not in (parts.hostname or ".")
    if parts.scheme != "https" and not near:
        raise ImproperlyConfigured("TRANSLATION_URL must begin with https: texts of partners go there.")
