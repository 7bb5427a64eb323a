"""The administration pages: people, queues, topics, places, calendars and alarms to edit; the work itself to look at.

Tickets, messages and events are written by acts alone. They are listed without their texts: those are read on the desk,
where reading of sensitive tickets is recorded.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, ManyToManyField, Model, OuterRef, QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tickets.actions.accounts import forget_sign_in, tell_changed
from tickets.actions.alarms import close_alarm
from tickets.actions.record import Actor
from tickets.admin_base import ForAdministrators, ForManagers, NamedRow, ReadOnly, administers
from tickets.admin_calendars import CalendarAdmin, CalendarVersionAdmin, HolidayAdmin
from tickets.admin_exports import ReportExportAdmin
from tickets.admin_policies import PolicyAdmin, RulesChangeAdmin
from tickets.admin_templates import ReplyTemplateAdmin
from tickets.links import ticket_url
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
from tickets.permissions import visible
from tickets.search.operators import LANGUAGES

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


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new colleague, with a first password."""

    class Meta:
        model = User
        fields = ("email", "name", "role")

    def clean_email(self) -> str:
        """Addresses are kept in lower case: one person signs in once."""
        return str(self.cleaned_data["email"]).lower()


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    """A colleague."""

    reads = MultipleChoiceField(
        label=_("languages read"),
        required=False,
        choices=list(LANGUAGES.items()),
        widget=CheckboxSelectMultiple,
        help_text=_("With none ticked, it is the language of the desk."),
    )

    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        """As for a new one."""
        return str(self.cleaned_data["email"]).lower()


class GivenPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that an administrator gives to somebody, who is told."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        person: User = super().save(commit)
        tell_changed(person=person, what="password_given", now=timezone.now())
        return person


class QueueMembership(admin.TabularInline):  # type: ignore[type-arg]
    """The restricted queues that a person sees."""

    model = Queue.members.through
    extra = 0
    verbose_name = _("member of queue")
    verbose_name_plural = _("member of queues")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)


@admin.register(User)
class PersonAdmin(ForAdministrators, UserAdmin):  # type: ignore[type-arg]
    """Colleagues. Who leaves is switched off, not deleted: their work keeps their name."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = GivenPasswordForm
    ordering = ("name",)
    list_display = ("name", "email", "role", "unit", "is_active", "second_factor", "last_login")
    list_filter = ("role", "is_active", "queues")
    search_fields = ("name", "email", "unit")
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    inlines = (QueueMembership,)
    actions = ("act_forget_sign_in",)
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "is_active", "password")}),
        (_("Signature"), {"fields": ("unit", "phone", "language", "time_zone")}),
        (_("Rules give tickets by"), {"fields": ("reads",)}),
        (_("Times"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With whether a second factor is set up."""
        factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(has_factor=Exists(factors))

    @admin.display(description=_("second factor"), boolean=True, ordering="has_factor")
    def second_factor(self, person: User) -> bool:
        """Whether the person has set one up."""
        return bool(person.has_factor)  # type: ignore[attr-defined]

    @admin.action(description=_("Forget second factors and EU Login, end all sessions"))
    def act_forget_sign_in(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """For who lost phone and key, or whose address another person has now."""
        for person in chosen:
            forget_sign_in(actor=Actor.staff(_user(request)), person=person, now=timezone.now())
        told = ngettext("%(number)s person signs in anew.", "%(number)s people sign in anew.", len(chosen))
        self.message_user(request, told % {"number": len(chosen)}, messages.SUCCESS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out: a colleague changes one's own role."""
        own = ("role", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        # Django's own permissions, which other administration pages ask, follow the role.
        obj.is_superuser = obj.role == User.Role.ADMINISTRATOR
        super().save_model(request, obj, form, change)


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


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    """Tickets that this administrator may see, without their texts."""

    list_display = ("reference", "status", "queue", "assignee", "channel", "received_at", "waiting_since", "answer_by")
    list_filter = ("status", "queue", "channel", "kind", "unreadable")
    list_select_related = ("queue", "assignee")
    search_fields = ("reference__exact",)
    search_help_text = _("A whole reference")
    ordering = ("-received_at", "-id")
    fields = (
        "on_the_desk", "reference", "status", "outcome", "kind", "priority", "queue", "topic", "language", "channel",
        "assignee", "sensitive", "danger_to_life", "unreadable", "received_at", "acknowledged_at", "answer_by",
        "waiting_since", "first_answered_at", "last_message_at", "closed_at",
    )  # fmt: skip

    @admin.display(description=_("on the desk"))
    def on_the_desk(self, ticket: Ticket) -> str:
        """Where it is read."""
        return format_html('<a href="{}">{}</a>', ticket_url(ticket), ticket.reference)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        """Restricted queues stay closed here too."""
        return visible(_user(request))


@admin.register(Message)
class MessageAdmin(ReadOnly):
    """Messages of those tickets: what became of them, not what they say."""

    list_display = ("id", "ticket", "kind", "nature", "channel", "delivery", "received_at", "sent_at")
    list_filter = ("kind", "delivery", "channel")
    list_select_related = ("ticket",)
    search_fields = ("ticket__reference__exact", "raw_sha256__exact")
    search_help_text = _("A whole reference, or the hash of a raw file")
    ordering = ("-id",)
    fields = (
        "ticket", "kind", "nature", "channel", "language", "automatic", "marked", "delivery", "received_at", "sent_at",
        "written_at", "created_at", "erased_at", "raw_sha256",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """As for tickets."""
        return Message.objects.filter(ticket__in=visible(_user(request))).defer("text", "html")


@admin.register(Event)
class EventAdmin(ReadOnly):
    """The history of those tickets."""

    list_display = ("at", "ticket", "verb", "actor_kind", "actor", "data")
    list_filter = ("verb", "actor_kind")
    list_select_related = ("ticket", "actor")
    search_fields = ("ticket__reference__exact",)
    search_help_text = _("A whole reference")
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """As for tickets."""
        return Event.objects.filter(ticket__in=visible(_user(request)))


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # the site lets nobody else in
