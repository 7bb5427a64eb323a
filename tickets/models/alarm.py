"""What belongs to no ticket but needs a person."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Alarm(models.Model):
    """One open row a key; closed when the cause is gone."""

    key = models.CharField(_("key"), max_length=100)
    data = models.JSONField(_("details"), default=dict, blank=True, help_text=_("Codes and numbers, no personal text."))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(closed_at=None), name="alarm_one_open_a_key")
        ]

    def __str__(self) -> str:
        return self.key
