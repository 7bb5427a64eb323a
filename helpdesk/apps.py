"""The roof as an app: loading it makes our Celery application the one that every task belongs to."""

from django.apps import AppConfig

from helpdesk.celery import app as celery_app

__all__ = ["HelpdeskConfig", "celery_app"]


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
