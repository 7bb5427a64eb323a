"""Which figures left the house as files or by the API, and with whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.people import User


class ReportExport(models.Model):
    """One export of a report. `narrowed` is its search without the words and names in it: never personal text."""

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        JSON = "json", pgettext_lazy("form of an export", "API")

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("member of staff"), related_name="+")
    report = models.CharField(_("report"), max_length=20)
    form = models.CharField(_("form"), max_length=4, choices=Form.choices)
    first = models.DateField(_("first day"), null=True, blank=True, help_text=_("Empty where it is of a moment."))
    last = models.DateField(_("last day"), null=True, blank=True)
    narrowed = models.CharField(_("narrowed to"), max_length=300, blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("export of a report")
        verbose_name_plural = _("exports of reports")
        indexes = [models.Index(fields=["-at", "-id"], name="export_newest")]

    def __str__(self) -> str:
        return str(self.pk)
