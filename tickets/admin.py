"""The administration pages: which there are; here queues, topics, places, partners and alarms."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, Model, QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tickets.actions.alarms import close_alarm
from tickets.admin_base import ForAdministrators, ForManagers, NamedRow, ReadOnly, administers
from tickets.admin_calendars import CalendarAdmin, CalendarVersionAdmin, HolidayAdmin
from tickets.admin_exports import ReportExportAdmin
from tickets.admin_people import PersonAdmin
from tickets.admin_policies import PolicyAdmin, RulesChangeAdmin
from tickets.admin_templates import ReplyTemplateAdmin
from tickets.admin_work import EventAdmin, MessageAdmin, TicketAdmin
from tickets.models import (
    Alarm,
    Calendar,
    CalendarVersion,
    Contact,
    Event,
    Holiday,
    Hromada,
    Message,
    Organisation,
    Policy,
    Queue,
    Region,
    ReplyTemplate,
    ReportExport,
    Requester,
    RequesterAddress,
    RulesChange,
    Tag,
    Ticket,
    Topic,
    User,
)

admin.site.site_header = admin.site.site_title = _("Info-Support Hub: administration")
admin.site.index_title = _("What would you like to change?")
admin.site.unregister(Group)  # roles and queues say who may do what
# Secrets of second factors, and tables of django-allauth that this house leaves empty.
for _model in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(_model)
admin.site.register(ReplyTemplate, ReplyTemplateAdmin)
admin.site.register(Calendar, CalendarAdmin)
admin.site.register(Holiday, HolidayAdmin)
admin.site.register(CalendarVersion, CalendarVersionAdmin)
admin.site.register(Policy, PolicyAdmin)
admin.site.register(RulesChange, RulesChangeAdmin)
admin.site.register(ReportExport, ReportExportAdmin)
admin.site.register(User, PersonAdmin)
admin.site.register(Ticket, TicketAdmin)
admin.site.register(Message, MessageAdmin)
admin.site.register(Event, EventAdmin)


@admin.register(Queue)
class QueueAdmin(ForAdministrators):
    """Piles of work, and who sees the restricted ones."""

    list_display = ("name", "code", "restricted")
    list_filter = ("restricted",)
    search_fields = ("name", "code")
    # A house has few people, and ticks say what they are without a second list.
    formfield_overrides = {ManyToManyField: {"widget": CheckboxSelectMultiple}}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A queue's code is named by rules and reference data."""
        return ("code",) if obj is not None else ()


@admin.register(Topic)
class TopicAdmin(ForManagers):
    """What the form offers, in its order."""

    list_display = ("name", "position", "active", "name_uk", "name_lv", "name_fr")
    list_editable = ("position", "active")
    list_filter = ("active",)
    search_fields = ("name", "name_uk", "code")

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """With names for screen readers."""
        return super().get_changelist_form(request, **{"form": NamedRow, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As for queues."""
        return ("code",) if obj is not None else ()


@admin.register(Region)
class RegionAdmin(ForAdministrators):
    """Regions by ISO 3166-2."""

    list_display = ("code", "name", "name_uk", "katottg", "country")
    list_filter = ("country",)
    search_fields = ("code", "name", "name_uk", "katottg")


@admin.register(Hromada)
class HromadaAdmin(ForAdministrators):
    """Territorial communities by KATOTTG."""

    list_display = ("name_uk", "name", "raion_uk", "region", "katottg")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("name", "name_uk", "katottg", "raion", "raion_uk")
    autocomplete_fields = ("region",)


@admin.register(Contact)
class ContactAdmin(ForAdministrators):
    """Bodies that requests are passed on to."""

    list_display = ("name", "address", "purpose", "position", "active")
    list_editable = ("position", "active")
    list_filter = ("active",)
    search_fields = ("name", "name_uk", "address", "purpose", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As for queues."""
        return ("code",) if obj is not None else ()


@admin.register(Tag)
class TagAdmin(ForAdministrators):
    """Words on tickets; they are made on the desk."""

    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(Organisation)
class OrganisationAdmin(ForAdministrators):
    """Bodies that ask or offer."""

    list_display = ("name", "kind", "country", "region", "military_administration")
    list_filter = ("kind", "country", "military_administration")
    list_select_related = ("region",)
    search_fields = ("name",)
    autocomplete_fields = ("region", "hromada")


class AddressForm(ModelForm):  # type: ignore[type-arg]
    """One address of a requester."""

    def clean_address(self) -> str:
        """Addresses are found by their lower case."""
        address = str(self.cleaned_data["address"]).strip().lower()
        if "@" not in address:
            raise ValidationError(_("Enter a whole e-mail address."))
        return address


class AddressInline(admin.TabularInline):  # type: ignore[type-arg]
    model = RequesterAddress
    form = AddressForm
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)


@admin.register(Requester)
class RequesterAdmin(ForAdministrators):
    """People who wrote to us, with all their addresses."""

    list_display = ("name", "organisation", "language", "created_at", "erased_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "addresses__address")
    autocomplete_fields = ("organisation",)
    readonly_fields = ("created_at", "erased_at")
    inlines = (AddressInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A requester comes with what they write."""
        return False


@admin.register(Alarm)
class AlarmAdmin(ReadOnly):
    """What needs a person, the open ones first."""

    list_display = ("key", "opened_at", "closed_at", "data")
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    ordering = ("-closed_at", "-opened_at")
    actions = ("act_close",)

    @admin.action(description=_("Close: it is done"))
    def act_close(self, request: HttpRequest, chosen: QuerySet[Alarm]) -> None:
        """Close open alarms."""
        closed = sum(close_alarm(alarm.key, now=timezone.now()) for alarm in chosen.filter(closed_at=None))
        told = ngettext("%(number)s alarm is closed.", "%(number)s alarms are closed.", closed)
        self.message_user(request, told % {"number": closed}, messages.SUCCESS)
