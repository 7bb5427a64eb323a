"""The administration of policies: by when what is to be done, and what a change moves before it is made."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from tickets.actions import policies
from tickets.actions.record import Actor
from tickets.admin_base import ForAdministrators, ReadOnly
from tickets.models import Policy, RulesChange
from tickets.periods import in_words
from tickets.remeasuring import Foreseen


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A policy; what moves open deadlines is saved once somebody has read how many."""

    confirmed = forms.BooleanField(
        label=_("Move these deadlines"),
        required=False,
        help_text=_(
            "Tick this when you have read how many open deadlines move. No date that a partner was told moves."
        ),
    )

    class Meta:
        model = Policy
        fields = "__all__"  # noqa: DJ007 - the administration names them

    def clean(self) -> dict[str, Any]:
        """Say what would move, unless it was read."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("count") == 0 and cleaned.get("duty") not in (None, "acknowledge"):
            self.add_error("count", _("Only an acknowledgement can be due at once. Enter a period."))
        if self.errors or cleaned.get("confirmed"):
            return cleaned
        for name, value in cleaned.items():
            setattr(self.instance, name, value)
        foreseen = policies.foresee(self.instance)
        if foreseen.moved:
            raise ValidationError({"confirmed": told(foreseen)})
        return cleaned


class PolicyAdmin(ForAdministrators):
    """By when the house does what. One that is no longer wanted is put out of force: deadlines point to it."""

    form = PolicyForm
    list_display = ("local_name", "duty", "period", "for_which", "position", "active")
    list_filter = ("duty", "active", "queue")
    list_select_related = ("queue", "topic")
    search_fields = ("name", "code", "source")
    prepopulated_fields = {"code": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "code", "duty", "active", "confirmed")}),
        (_("By when"), {"fields": ("count", "unit", "extension_count", "extension_unit", "source")}),
        (
            _("For which requests"),
            {
                "fields": ("queue", "kind", "topic", "priority", "danger_to_life", "position"),
                "description": _("What is left empty fits all. Of the policies that fit, the first by position holds."),
            },
        ),
    )

    @admin.display(description=_("name"), ordering="name")
    def local_name(self, policy: Policy) -> str:
        """In the language of the page."""
        return policy.local_name

    @admin.display(description=_("period"))
    def period(self, policy: Policy) -> str:
        """With what may be added to it."""
        words = in_words(policy.count, policy.unit)
        if not policy.extension_count:
            return words
        more = in_words(policy.extension_count, policy.extension_unit)
        return _("%(period)s, to be extended by %(more)s") % {"period": words, "more": more}

    @admin.display(description=_("for which requests"))
    def for_which(self, policy: Policy) -> str:
        """Its conditions in a line."""
        parts = [
            policy.queue and policy.queue.name,
            policy.get_kind_display() if policy.kind else "",
            policy.topic and policy.topic.local_name,
            policy.get_priority_display() if policy.priority else "",
            _("danger to life") if policy.danger_to_life else "",
        ]
        return " · ".join(str(part) for part in parts if part) or pgettext("requests that a policy is for", "all")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """The code of a new one is made of its name."""
        return {} if obj is not None else dict(self.prepopulated_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code is known elsewhere."""
        return ("code",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """By the act, which has the open deadlines measured again."""
        # The site lets nobody in who is not staff.
        actor = Actor.staff(request.user)  # type: ignore[arg-type]
        if policies.change_policy(actor=actor, policy=obj, now=timezone.now()):
            self.message_user(request, _("Open deadlines are measured again in the next minutes."), messages.INFO)


class RulesChangeAdmin(ReadOnly):
    """Who changed the rules, and how far the open deadlines are measured by them: to look at."""

    list_display = ("changed_at", "changed_by", "what", "progress", "moved", "told", "finished_at")
    list_select_related = ("changed_by", "policy", "calendar_version__calendar")
    fields = ("changed_at", "changed_by", "what", "data", "progress", "moved", "told", "finished_at")

    @admin.display(description=_("what was changed"))
    def what(self, change: RulesChange) -> str:
        """The policy, or the calendar with its new version."""
        if change.policy is not None:
            return change.policy.local_name
        version = change.calendar_version
        if version is None:
            return "–"
        return _("%(calendar)s, version %(number)s") % {"calendar": version.calendar.name, "number": version.number}

    @admin.display(description=_("looked at"))
    def progress(self, change: RulesChange) -> str:
        """Of the deadlines that were open then; new ones are looked at too."""
        return _("%(done)s of %(total)s") % {"done": change.looked, "total": change.total}


def told(foreseen: Foreseen) -> str:
    """How many open deadlines move, and what that says to the partners."""
    moved = ngettext("%(number)s open deadline moves.", "%(number)s open deadlines move.", foreseen.moved) % {
        "number": foreseen.moved
    }
    partners = ngettext(
        "%(number)s partner was told another date, which stays; a mail that says so is yours to write.",
        "%(number)s partners were told another date, which stays; a mail that says so is yours to write.",
        foreseen.told,
    ) % {"number": foreseen.told}
    return f"{moved} {partners}" if foreseen.told else moved
