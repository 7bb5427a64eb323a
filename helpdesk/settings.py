"""Settings of the service: the only reader of the environment.

MODE=production (the default) refuses to start half configured; MODE=embedded is `make run`, everything on one
machine under DATA_DIR. docs/configuration.md documents every name.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from helpdesk import env, refusals

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.choice("MODE", ("production", "embedded"), "production")
PRODUCTION = MODE == "production"
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

# --- Who we are to the outside -------------------------------------------------------------------------------------

DEBUG = env.boolean("DEBUG", False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG is on in production: unset it, or set MODE=embedded on a developer's machine.")
SECRET_KEY = env.required("SECRET_KEY", "give 50 random characters or more; it signs sessions and reply addresses.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters: make a longer random one.")

HTTP_PORT = env.integer("HTTP_PORT", 8000, minimum=1, maximum=65535)
BASE_URL = env.url("BASE_URL", ("https", "http"), "" if PRODUCTION else f"http://127.0.0.1:{HTTP_PORT}").rstrip("/")
if not BASE_URL:
    raise ImproperlyConfigured(
        "BASE_URL is not set: give the public address of the service, links in mails begin with it."
    )
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set: name the hosts that this service answers to.")
SECURE = BASE_URL.startswith("https:")
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 1 if PRODUCTION else 0, maximum=5)

# --- The house: facts that pages and mails tell ---------------------------------------------------------------------

HOUSE_NAME = _("Info-Support Hub of the Working Group on Ukraine")
HOUSE_PHONE = env.text("HOUSE_PHONE", "+32 2282 2545")
REFERENCE_PREFIX = env.text("REFERENCE_PREFIX", "SU")
HOUSE_TIME_ZONE = "Europe/Brussels"
PARTNER_TIME_ZONE = "Europe/Kyiv"

# --- Django ---------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "web",  # before the administration, whose frame it completes
    "django.contrib.admin.apps.SimpleAdminConfig",  # its pages are made where they are served: helpdesk/urls.py
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "anymail",
    "csp",
    "helpdesk",
    "intake",
    "portal",
    "desk",
    "reports",
    # Below desk, whose templates come before theirs, and above tickets, which clears the administration.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "api",
    "tickets",
    "notifications",
]
MIDDLEWARE = [
    "helpdesk.health.HealthMiddleware",
    "web.middleware.CorrelationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "web.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.middleware.LanguageMiddleware",
    "intake.sources.posted.WebhookMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "desk.signing_in.middleware.SigningInMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "web.templatetags.web"],
        },
    },
]
FORM_RENDERER = "web.repeated.Widgets"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "tickets.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:list"
LOGOUT_REDIRECT_URL = "desk:login"

# --- Sign-in --------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Which roles may do nothing before they have set up a second factor.
SECOND_FACTOR_ROLES = env.words("SECOND_FACTOR_ROLES", ["manager", "administrator"] if PRODUCTION else [])
refusals.unknown_roles(SECOND_FACTOR_ROLES)
ACCOUNT_ADAPTER = "desk.signing_in.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # allauth wants them named; nobody signs up
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator wrote the address down
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
# Counted in the cache by the client's network (desk/signing_in/accounts.py) and by the account: as many wrong codes as
# wrong passwords. Sign-in itself is counted by its page, which says how long to wait.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/10m/key", "reauthenticate": "10/10m/user"}
ACCOUNT_FORMS = {"reauthenticate": "desk.signing_in.forms.PasswordAgainForm"}
MFA_ADAPTER = "desk.signing_in.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # a phone whose clock is half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_RATE_LIMITS = {"webauthn_login": "60/10m/ip"}
MFA_FORMS = {
    "authenticate": "desk.signing_in.forms.CodeForm",
    "reauthenticate": "desk.signing_in.forms.CodeAgainForm",
    "activate_totp": "desk.signing_in.forms.AppForm",
    "login_webauthn": "desk.signing_in.forms.SignInPasskeyForm",
    "authenticate_webauthn": "desk.signing_in.forms.SecondPasskeyForm",
    "reauthenticate_webauthn": "desk.signing_in.forms.PasskeyAgainForm",
    "add_webauthn": "desk.signing_in.forms.PasskeyForm",
    "edit_webauthn": "desk.signing_in.forms.PasskeyNameForm",
}

# EU Login, or another provider of OpenID Connect; its accounts open nothing that an administrator has not made here.
OIDC_NAME = env.text("OIDC_NAME", "EU Login")
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL", "")  # "": no such sign-in
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", "")
OIDC_SECOND_FACTOR = env.boolean("OIDC_SECOND_FACTOR", False)  # the provider asks for one itself
refusals.half_provider(OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET)
SOCIALACCOUNT_ADAPTER = "desk.signing_in.provider.ProviderAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": ["openid", "email"],
        "APPS": [
            {
                "provider_id": "eu-login",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# --- Database -------------------------------------------------------------------------------------------------------


def _database(address: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?host=/socket/folder as Django wants it."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: postgresql://user:password@host:5432/name.")
    host = query.pop("host", "") or parts.hostname or ""
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if PRODUCTION:
        refusals.default_password(user, password)
    # Compiling a statement takes longer than any of ours gains by it; reports group some ten thousand lines in memory.
    options = "-c jit=off -c work_mem=16MB"
    timeouts = "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": f"{timeouts} {options}",
            "connect_timeout": 5,
            # The same few statements for each mail and page: their plans are kept with the connection.
            "server_side_binding": True,
            "prepare_threshold": 5,
            **query,
        },
    }


DATABASES = {
    "default": _database(
        env.required("DATABASE_URL", "give postgresql://user:password@host:5432/name, or use `make run`.")
    )
}

# --- Broker, cache, work ------------------------------------------------------------------------------------------

BROKER_URL = env.url("BROKER_URL", ("redis", "rediss", "filesystem"), "" if PRODUCTION else "filesystem://")
CACHE_URL = env.url("CACHE_URL", ("redis", "rediss", "db"), "" if PRODUCTION else "db://")
for _name, _value in (("BROKER_URL", BROKER_URL), ("CACHE_URL", CACHE_URL)):
    if not _value:
        raise ImproperlyConfigured(f"{_name} is not set: give redis://host:6379/0.")

CACHES: dict[str, dict[str, Any]] = {
    # Django's default of 300 entries would throw the counts of rate limits away.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
    if CACHE_URL.startswith("db:")
    else {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
}

# A hard time limit on reading one mail: what hangs is killed and counted, never the queue behind it.
MAIL_TIME_LIMIT = env.integer("MAIL_TIME_LIMIT", 60, minimum=2)

# --- Files --------------------------------------------------------------------------------------------------------

MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "tickets.storage.ContentStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
_file_max_mib = env.integer("FILE_MAX_MIB", 20, minimum=1, maximum=500)
FILE_MAX_BYTES = _file_max_mib * 1024 * 1024
# With less room than this on the disk of the files an alarm is open.
DISK_ALARM_BYTES = env.integer("DISK_ALARM_MIB", 1024) * 1024 * 1024
FORM_MAX_FILES = env.integer("FORM_MAX_FILES", 10, minimum=1, maximum=50)
REQUEST_MAX_MIB = env.integer("REQUEST_MAX_MIB", 210, minimum=1)  # the proxy keeps to it
refusals.forms_too_large_for_proxy(FORM_MAX_FILES, _file_max_mib, REQUEST_MAX_MIB)
# A clamd that looks at files, where there is one: nothing waits for it.
CLAMAV_HOST = env.text("CLAMAV_HOST", "")
CLAMAV_PORT = env.integer("CLAMAV_PORT", 3310, minimum=1, maximum=65535)
CLAMAV_SOCKET = env.text("CLAMAV_SOCKET", "")
CLAMAV_TIMEOUT = env.integer("CLAMAV_TIMEOUT", 60, minimum=1, maximum=600)
if CLAMAV_HOST and CLAMAV_SOCKET:
    raise ImproperlyConfigured("CLAMAV_HOST and CLAMAV_SOCKET are both set: keep one of them.")
# Where mails that look like phishing are reported; "": nowhere.
SECURITY_MAIL = env.text("SECURITY_MAIL", "")
if SECURITY_MAIL:
    refusals.no_address("SECURITY_MAIL", SECURITY_MAIL)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Mail in ------------------------------------------------------------------------------------------------------

MAIL_ADDRESS = env.text("MAIL_ADDRESS", "SupportUkraine@cor.europa.eu")
MAIL_OTHER_ADDRESSES = env.words("MAIL_OTHER_ADDRESSES")  # more addresses that are ours
MAIL_PLUS_ADDRESSING = env.boolean("MAIL_PLUS_ADDRESSING", True)
MAIL_AUTHSERV_ID = env.words("MAIL_AUTHSERV_ID")  # none: what servers say of a mail's origin counts for nothing
refusals.no_address("MAIL_ADDRESS", MAIL_ADDRESS)
for _address in MAIL_OTHER_ADDRESSES:
    refusals.no_address("MAIL_OTHER_ADDRESSES", _address)
for _server in MAIL_AUTHSERV_ID:
    refusals.no_server_name("MAIL_AUTHSERV_ID", _server)
if MAIL_PLUS_ADDRESSING:
    refusals.long_reply_address(MAIL_ADDRESS)
_mail_max_mib = env.integer("MAIL_MAX_MIB", 35, minimum=1, maximum=1000)
MAIL_MAX_BYTES = _mail_max_mib * 1024 * 1024
refusals.mails_too_large_for_proxy(_mail_max_mib, REQUEST_MAX_MIB)
LISTENER_HOST = env.text("LISTENER_HOST", "127.0.0.1")
SMTP_PORT = env.integer("SMTP_PORT", 2525, minimum=0, maximum=65535)
LMTP_PORT = env.integer("LMTP_PORT", 0, maximum=65535)  # 0: no LMTP

IMAP_HOST = env.text("IMAP_HOST", "")  # "": no mailbox is read
IMAP_SECURITY = env.choice("IMAP_SECURITY", ("tls", "starttls", "none"), "tls")
IMAP_PORT = env.integer("IMAP_PORT", 993 if IMAP_SECURITY == "tls" else 143, minimum=1, maximum=65535)
IMAP_CA_FILE = env.text("IMAP_CA_FILE", "")  # "": the authorities that the system trusts
IMAP_USER = env.text("IMAP_USER", "")
IMAP_PASSWORD = env.text("IMAP_PASSWORD", "")
IMAP_OAUTH = {
    "token_url": env.text("IMAP_OAUTH_TOKEN_URL", ""),
    "client_id": env.text("IMAP_OAUTH_CLIENT_ID", ""),
    "client_secret": env.text("IMAP_OAUTH_CLIENT_SECRET", ""),
    "scope": env.text("IMAP_OAUTH_SCOPE", "https://outlook.office365.com/.default"),
}
IMAP_FOLDER = env.text("IMAP_FOLDER", "INBOX")
IMAP_SENT_FOLDER = env.text("IMAP_SENT_FOLDER", "auto")  # "auto": as the server marks it; "none": not read
IMAP_DONE_FOLDER = env.text("IMAP_DONE_FOLDER", "")  # "": mails stay where they are
IMAP_POLL_SECONDS = env.integer("IMAP_POLL_SECONDS", 60, minimum=1, maximum=1500)
IMAP_TIMEOUT = env.integer("IMAP_TIMEOUT", 60, minimum=1)
IMAP_SILENT_MINUTES = env.integer("IMAP_SILENT_MINUTES", 15, minimum=1)


def _check_imap() -> None:
    """Refuse a mailbox that is half configured: it would look as if mail were read."""
    sign_in = {"IMAP_USER": IMAP_USER, "IMAP_PASSWORD": IMAP_PASSWORD}
    oauth = {f"IMAP_OAUTH_{name.upper()}": value for name, value in IMAP_OAUTH.items() if name != "scope"}
    if not IMAP_HOST:
        given = [name for name, value in {**sign_in, **oauth}.items() if value]
        if given:
            raise ImproperlyConfigured(f"{given[0]} is set, but IMAP_HOST is not set: name the server of the mailbox.")
        return
    if not IMAP_USER:
        raise ImproperlyConfigured("IMAP_USER is not set: name the mailbox that is read.")
    if any(oauth.values()):
        missing = [name for name, value in oauth.items() if not value]
        if missing:
            raise ImproperlyConfigured(f"{missing[0]} is not set: sign-in by OAuth 2 needs all of {', '.join(oauth)}.")
        if IMAP_PASSWORD:
            raise ImproperlyConfigured("IMAP_PASSWORD and IMAP_OAUTH_TOKEN_URL are both set: keep one of them.")
    elif not IMAP_PASSWORD:
        raise ImproperlyConfigured("IMAP_PASSWORD is not set: give the password, or IMAP_OAUTH_TOKEN_URL and the like.")
    if IMAP_SECURITY == "none" and IMAP_HOST not in ("127.0.0.1", "::1", "localhost"):
        raise ImproperlyConfigured("IMAP_SECURITY is none, but IMAP_HOST is another machine: use tls or starttls.")
    if IMAP_CA_FILE and not Path(IMAP_CA_FILE).is_file():
        raise ImproperlyConfigured(f"IMAP_CA_FILE names {IMAP_CA_FILE}, which is no file.")
    if IMAP_DONE_FOLDER in (IMAP_FOLDER, IMAP_SENT_FOLDER) or IMAP_SENT_FOLDER == IMAP_FOLDER:
        raise ImproperlyConfigured("IMAP_FOLDER, IMAP_SENT_FOLDER and IMAP_DONE_FOLDER must be different folders.")


_check_imap()

# --- Mail out -----------------------------------------------------------------------------------------------------

MAIL_OUT = env.text("MAIL_OUT", "" if PRODUCTION else "files")
if not MAIL_OUT:
    raise ImproperlyConfigured("MAIL_OUT is not set: smtp, or the name of an anymail provider such as mailgun.")
refusals.no_way_out(MAIL_OUT, production=PRODUCTION)
MAIL_FROM_NAME = env.text("MAIL_FROM_NAME", "Info-Support Hub, Working Group on Ukraine")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_ADDRESS
MAIL_OUT_MAX_BYTES = env.integer("MAIL_OUT_MAX_MIB", 20, minimum=1, maximum=1000) * 1024 * 1024
if MAIL_OUT == "smtp":
    EMAIL_BACKEND = "notifications.smtp.SmtpBackend"
    EMAIL_HOST = env.required("SMTP_OUT_HOST", "name the mail server that takes our mail.")
    EMAIL_PORT = env.integer("SMTP_OUT_PORT", 587, minimum=1, maximum=65535)
    _security = env.choice("SMTP_OUT_SECURITY", ("starttls", "tls", "none"), "starttls")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _security == "starttls", _security == "tls"
    EMAIL_HOST_USER = env.text("SMTP_OUT_USER", "")
    EMAIL_HOST_PASSWORD = env.text("SMTP_OUT_PASSWORD", "")
    EMAIL_TIMEOUT = env.integer("SMTP_OUT_TIMEOUT", 30, minimum=1)
    SMTP_OAUTH = {
        "token_url": env.text("SMTP_OUT_OAUTH_TOKEN_URL", ""),
        "client_id": env.text("SMTP_OUT_OAUTH_CLIENT_ID", ""),
        "client_secret": env.text("SMTP_OUT_OAUTH_CLIENT_SECRET", ""),
        "scope": env.text("SMTP_OUT_OAUTH_SCOPE", "https://outlook.office365.com/.default"),
    }
    refusals.half_sign_in(EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, SMTP_OAUTH)
elif MAIL_OUT == "files":
    EMAIL_BACKEND = "notifications.filebackend.FileBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "sent")
else:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_OUT}.EmailBackend"
try:
    ANYMAIL: dict[str, Any] = json.loads(env.text("ANYMAIL", "{}"))
except ValueError:
    raise ImproperlyConfigured("ANYMAIL is not JSON: give the provider's settings as one JSON object.") from None
refusals.no_provider_settings(ANYMAIL)

UNDO_SECONDS = env.integer("UNDO_SECONDS", 10, maximum=600)
# Caps on what leaves, so that no loop becomes a storm; what is capped is recorded and late, never dropped.
CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY = env.integer("CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY", 3, minimum=1)
CAP_AUTOMATIC_PER_TICKET_DAY = env.integer("CAP_AUTOMATIC_PER_TICKET_DAY", 10, minimum=1)
CAP_STAFF_PER_ADDRESS_HOUR = env.integer("CAP_STAFF_PER_ADDRESS_HOUR", 60, minimum=1)
CAP_MAILS_PER_HOUR = env.integer("CAP_MAILS_PER_HOUR", 1000, minimum=1)

# --- Following up -------------------------------------------------------------------------------------------------

# When staff are reminded of a deadline, in working days; and from which hour, in Brussels, the summary leaves.
FOLLOW_UP_SOON_DAYS = env.integer("FOLLOW_UP_SOON_DAYS", 3, minimum=1, maximum=30)
FOLLOW_UP_CEILING_DAYS = env.integer("FOLLOW_UP_CEILING_DAYS", 10, minimum=1, maximum=30)
FOLLOW_UP_ESCALATE_DAYS = env.integer("FOLLOW_UP_ESCALATE_DAYS", 3, minimum=1, maximum=30)
FOLLOW_UP_HOUR = env.integer("FOLLOW_UP_HOUR", 7, minimum=0, maximum=23)
# How many days after our question a partner is reminded of it; 0: never.
PARTNER_REMINDER_DAYS = env.integer("PARTNER_REMINDER_DAYS", 30, minimum=0, maximum=365)

# --- Translation for reading ----------------------------------------------------------------------------------------

TRANSLATION = env.choice("TRANSLATION", ("off", "libretranslate", "etranslation"), "off")
TRANSLATION_URL = env.url(
    "TRANSLATION_URL",
    ("https", "http"),
    "https://language-tools.ec.europa.eu/etranslation/api" if TRANSLATION == "etranslation" else "",
)
TRANSLATION_USER = env.text("TRANSLATION_USER", "")
TRANSLATION_SECRET = env.text("TRANSLATION_SECRET", "")
TRANSLATION_TIMEOUT = env.integer("TRANSLATION_TIMEOUT", 30, minimum=1, maximum=120)
refusals.half_translation(TRANSLATION, TRANSLATION_URL, TRANSLATION_USER, TRANSLATION_SECRET)

# --- API ----------------------------------------------------------------------------------------------------------

API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 300, minimum=1)  # of one token
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Described",
    "EXCEPTION_HANDLER": "api.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Info-Support Hub of the Working Group on Ukraine",
    "DESCRIPTION": "Tickets, messages, files and people, and everything that may be done to them.",
    "VERSION": "1",
    "SERVERS": [{"url": BASE_URL}],
    "TAGS": [
        {"name": name}
        for name in ("Tickets", "Search", "Messages", "Acts", "Files", "People", "Reports", "Lists to choose from")
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PATH_CONVERTER_OVERRIDES": {
        "reference": {"type": "string", "pattern": "^[A-Za-z]{1,8}-[0-9]{4}-[0-9]{6,9}$"},
        "int": {"type": "integer", "minimum": 0},
    },
    "POSTPROCESSING_HOOKS": ["api.schema.add_problems"],
}

# --- Languages and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("uk", "українська"), ("en", "English"), ("lv", "latviešu"), ("fr", "français")]
LOCALE_PATHS = [str(BASE_DIR / "locale")]
FORMAT_MODULE_PATH = "helpdesk.formats"
USE_TZ = True
TIME_ZONE = HOUSE_TIME_ZONE

# --- Security -----------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Who may read /metrics; without it, this machine alone.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# --- Logs ---------------------------------------------------------------------------------------------------------

LOG_FORMAT = env.choice("LOG_FORMAT", ("json", "text"), "json" if PRODUCTION else "text")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "web.logs.JsonFormatter"},
        "text": {"()": "web.logs.TextFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "loggers": {
        # aiosmtpd tells senders and recipients at INFO; addresses do not belong into logs.
        "mail.log": {"level": "WARNING"},
        # Celery would give the logger of its pool a format of its own.
        "multiprocessing": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # At DEBUG it tells who signs in.
        "imapclient": {"level": "WARNING"},
        # The sweeps run every five seconds; three lines each would bury what happened.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")},
}
