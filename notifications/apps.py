from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """What goes out: the outbox, its delivery and the results."""

    name = "notifications"
    verbose_name = _("outgoing mail")
