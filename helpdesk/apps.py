"""The roof as an app: loading it makes our Celery application the one that every task belongs to."""

from anymail.exceptions import AnymailConfigurationError
from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from helpdesk.celery import app as celery_app

__all__ = ["HelpdeskConfig", "celery_app"]


class HelpdeskConfig(AppConfig):
    name = "helpdesk"

    def ready(self) -> None:
        """ImproperlyConfigured when the provider of mail out lacks a setting: it knows itself what it needs."""
        try:
            get_connection()
        except AnymailConfigurationError as error:
            raise ImproperlyConfigured(f"ANYMAIL lacks what MAIL_OUT={settings.MAIL_OUT} needs. {error}") from error
