"""When the house works: its opening hours, its closing days, and what both were before."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.people import User


def check_zone(name: str) -> None:
    """Refuse what names no IANA time zone."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ValidationError(_("Enter a time zone, such as Europe/Brussels.")) from error


class Calendar(models.Model):
    """A house's working time; its closing days are the `Holiday` rows of its code."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Brussels", validators=[check_zone])
    count_day_of_registration = models.BooleanField(
        _("count the day of registration"),
        default=False,
        help_text=_("Against Article 3(1) of Regulation No 1182/71: answers are then due a day earlier."),
    )

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarOpening(models.Model):
    """Opening hours on one weekday, by the calendar's own clock; a weekday may have several. 00:00 ends the day."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="openings", verbose_name=_("calendar"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Calendar.Weekday.choices)
    start = models.TimeField(_("opens at"))
    end = models.TimeField(_("closes at"), help_text=_("00:00 is the end of the day."))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")) | Q(end="00:00"),
                name="calendar_opening_ends_after_it_begins",
                violation_error_message=_("Opening hours end after they begin."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="calendar_opening_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start:%H:%M}-{self.end:%H:%M}"


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


class CalendarVersion(models.Model):
    """A calendar as it was from `made_at` until its next version; the database lets nobody rewrite one.

    `week` holds, for Monday to Sunday, pairs of times ("09:00:00", "17:30:00"); `closing_days` holds date, name, source
    and whether it was provisional, in the order of the dates.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions", verbose_name=_("calendar"))
    number = models.PositiveIntegerField(_("number"))
    time_zone = models.CharField(_("time zone"), max_length=50)
    week = models.JSONField(_("opening hours"))
    closing_days = models.JSONField(_("closing days"))
    count_day_of_registration = models.BooleanField(_("count the day of registration"), default=False)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("changed by"), null=True, blank=True
    )
    made_at = models.DateTimeField(_("held from"))

    class Meta:
        verbose_name = _("version of a calendar")
        verbose_name_plural = _("versions of calendars")
        ordering = ["calendar", "-number"]
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_unique")]

    def __str__(self) -> str:
        return f"{self.calendar_id}/{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Once: the database refuses an update too."""
        if not self._state.adding:
            raise TypeError("a version of a calendar is never rewritten")
        super().save(*args, **kwargs)
