"""What the house does by itself only where a manager has switched it on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.people import User


class Switch(models.Model):
    """One switch of the house; what has no row is off. `changed_by` is who set it last."""

    class Code(models.TextChoices):
        CLOSE_UNANSWERED = "close_unanswered", _("Close tickets whose partner does not answer our question")

    code = models.CharField(_("code"), max_length=20, choices=Code.choices, unique=True)
    on = models.BooleanField(_("switched on"), default=False)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("changed by"), db_index=False)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return self.code
