"""Days on which nobody works here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A closing day of the institution (Regulation 1182/71, Article 2(1)); `provisional` until it is published."""

    calendar = models.CharField(_("calendar"), max_length=40, default="eu-institutions")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100)
    source = models.CharField(_("source"), max_length=300, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="holiday_unique")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"
