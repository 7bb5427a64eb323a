"""The administration of working time: opening hours, closing days, and the versions that every change leaves."""

from datetime import date, time
from itertools import pairwise
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, ChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from tickets import remeasuring
from tickets.actions.calendars import keep_versions
from tickets.actions.record import Actor
from tickets.admin_base import ForManagers
from tickets.admin_policies import told
from tickets.deadlines import in_force
from tickets.models import Calendar, CalendarOpening, CalendarVersion, Holiday
from tickets.permissions import may_administer

MIDNIGHT = time(0)  # as an end it is that of the day


class KeepsVersions(ForManagers):
    """Whatever is changed here leaves a version of the calendar, in the same transaction."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _keep(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        _keep(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        _keep(request)


class Openings(BaseInlineFormSet):  # type: ignore[type-arg]
    """The opening hours of one calendar, which must make sense together."""

    def clean(self) -> None:
        """At least one span, and none that overlaps another."""
        super().clean()
        filled = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        kept = [each for each in filled if not each.get("DELETE") and "weekday" in each]
        if any(self.errors):
            return
        if not kept:
            raise ValidationError(_("A calendar has opening hours on some day."))
        spans = sorted((each["weekday"], each["start"], each["end"]) for each in kept)
        for (day, _start, end), (next_day, start, _end) in pairwise(spans):
            if day == next_day and (end == MIDNIGHT or end > start):
                raise ValidationError(_("Opening hours of one day overlap."))


class OpeningInline(admin.TabularInline):  # type: ignore[type-arg]
    """Opening hours, several a day where there is a break."""

    model = CalendarOpening
    formset = Openings
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request.user, managers=True)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request.user, managers=True)


class CalendarAdmin(KeepsVersions):
    """Opening hours. Closing days are a table of their own."""

    list_display = ("name", "code", "time_zone", "count_day_of_registration")
    inlines = (OpeningInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A calendar's code is named by its closing days."""
        return ("code",) if obj is not None else ()


class HolidayAdmin(KeepsVersions):
    """Closing days, by which deadlines are counted. Their calendar is chosen: of another they would count nowhere."""

    list_display = ("date", "name", "calendar", "provisional")
    list_filter = ("calendar", "provisional")
    date_hierarchy = "date"
    search_fields = ("name",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The calendars that are kept, and those that some closing day names."""
        if db_field.name != "calendar":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        named = Holiday.objects.order_by("calendar").values_list("calendar", "calendar").distinct()
        known = dict(named) | dict(Calendar.objects.values_list("code", "name"))
        return ChoiceField(label=_("Calendar"), choices=list(known.items()), initial=db_field.default)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A day may turn out to be a working day."""
        return may_administer(request.user, managers=True)


class CalendarVersionAdmin(ForManagers):
    """What held when: to look at, by whoever may change it."""

    list_display = ("calendar", "number", "made_at", "made_by")
    list_filter = ("calendar",)
    list_select_related = ("calendar", "made_by")
    fields = ("calendar", "number", "made_at", "made_by", "time_zone", "count_day_of_registration", "open", "closed")

    @admin.display(description=_("opening hours"))
    def open(self, version: CalendarVersion) -> str:
        """A line for each weekday."""
        spans = (", ".join(f"{start[:5]}–{end[:5]}" for start, end in openings) for openings in version.week)
        lines = zip((Calendar.Weekday(number).label for number in range(7)), spans, strict=True)
        return format_html_join("", "<div>{}: {}</div>", ((name, span or "–") for name, span in lines))

    @admin.display(description=_("closing days"))
    def closed(self, version: CalendarVersion) -> str:
        """A line for each."""
        days = ((date_format(date.fromisoformat(each[0])), each[1]) for each in version.closing_days)
        return format_html_join("", "<div>{}: {}</div>", days)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _keep(request: HttpRequest) -> None:
    """Make the version, and say which open deadlines are going to move by it."""
    # The site lets nobody in who is not staff.
    if keep_versions(actor=Actor.staff(request.user), now=timezone.now()):  # type: ignore[arg-type]
        foreseen = remeasuring.foresee(in_force())
        if foreseen.moved:
            messages.info(request, told(foreseen))
