"""The shape of what partners send. Each error says what to do; nothing here reads or writes the database's tickets."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from portal import places
from portal.tokens import Submission
from tickets.models import Organisation, Ticket, Topic

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
LONGEST_MESSAGE = 20_000


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Files are kept before the form is looked at; the field gives them a place and their errors a target."""

    widget = FilesInput

    def clean(self, value: object) -> None:
        return None


def text(label: Any, *, most: int, required: Any = "", **attributes: Any) -> forms.CharField:
    """A line of text; `required` is what to do when it is empty, and without it the field is optional."""
    hint = attributes.pop("hint", "")
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(required),
        help_text=hint,
        error_messages={"required": required, "max_length": _("Shorten this to %(limit_value)d characters.")},
        widget=forms.TextInput(attrs=attributes),
    )


def email(hint: Any) -> forms.EmailField:
    """An e-mail address. A wrong one is the one mistake after which we cannot answer."""
    wrong = _("Enter an e-mail address such as name@example.org.")
    return forms.EmailField(
        label=_("E-mail address"),
        help_text=hint,
        error_messages={"required": _("Enter your e-mail address, so that we can answer you."), "invalid": wrong},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )


def day(label: Any, hint: Any) -> forms.DateField:
    """An optional date; browsers without a calendar take 27.3.2026 too."""
    return forms.DateField(
        label=label,
        required=False,
        help_text=hint,
        input_formats=DATE_FORMATS,
        error_messages={"invalid": _("Enter a date as day, month and year, such as 27.3.2026.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-half", "autocomplete": "off"}),
    )


def _is_short_enough(text: str) -> None:
    """Django's own limit of a length writes no thousands apart. ValidationError."""
    over = len(text) - LONGEST_MESSAGE
    if over > 0:
        raise ValidationError(
            ngettext(
                "The text is %(number)s character longer than the %(limit)s we take. Put the rest into a file.",
                "The text is %(number)s characters longer than the %(limit)s we take. Put the rest into a file.",
                over,
            )
            % {
                "number": formats.number_format(over, force_grouping=True),
                "limit": formats.number_format(LONGEST_MESSAGE, force_grouping=True),
            },
            code="max_length",
        )


def message(label: Any, hint: Any, required: Any) -> forms.CharField:
    """A long text."""
    return forms.CharField(
        label=label,
        help_text=hint,
        error_messages={"required": required},
        validators=[_is_short_enough],
        # No maxlength: a browser would cut what is pasted, and say nothing.
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class GuardedForm(forms.Form):
    """A form without captcha: a trap for programs, and a stamp that tells when the page was made."""

    # A name that no browser fills in by itself.
    notes_2 = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(
        self, data: Any = None, *, submission: Submission | None = None, now: datetime | None = None, **rest: Any
    ) -> None:
        super().__init__(data, **rest)
        self.submission, self.now = submission, now

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("notes_2"):
            self.add_error("notes_2", _("One field must stay empty: clear “Leave this field empty” and send again."))
        return values

    def full_clean(self) -> None:
        """The stamp is looked at last: whoever has an error to mend has time to let it ripen."""
        super().full_clean()
        if self.is_bound and not self.errors:
            self._check_stamp()

    def _check_stamp(self) -> None:
        if self.submission is None or self.now is None:
            self.add_error(None, _("We could not check this page. Look over what you wrote and send it again."))
        elif self.submission.is_too_old(self.now):
            self.add_error(
                None, _("This page was open for more than a day. Look over what you wrote and send it again.")
            )
        elif self.submission.is_too_quick(self.now):
            self.add_error(
                None, _("This was sent more quickly than people type. Look over what you wrote and send it again.")
            )


class RequestForm(GuardedForm):
    """A question, a need or an offer."""

    name = text(_("Your name"), most=200, required=_("Enter your name."), autocomplete="name")
    email = email(_("We send the answer and a link to follow your request to this address."))
    phone = text(
        _("Phone number"),
        most=40,
        hint=_("With the country code, such as +380 44 000 00 00."),
        type="tel",
        autocomplete="tel",
        inputmode="tel",
    )
    organisation = text(
        _("Organisation"),
        most=300,
        hint=_("Such as your hromada, city, region or association."),
        autocomplete="organization",
    )
    organisation_kind = forms.ChoiceField(label=_("Kind of organisation"), required=False)
    place = forms.ChoiceField(
        label=_("Region or country"),
        help_text=_("Where you or your organisation are."),
        error_messages={"required": _("Choose the region or country that you write from.")},
    )

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[
            (Ticket.Kind.ENQUIRY.value, pgettext_lazy("kind of request on the form", "I have a question")),
            (Ticket.Kind.NEED.value, pgettext_lazy("kind of request on the form", "We need something")),
            (Ticket.Kind.OFFER.value, pgettext_lazy("kind of request on the form", "We offer something")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you ask a question, need something or offer something.")},
    )
    need_item = text(
        _("What do you need?"),
        most=300,
        required=_("Say what you need, such as a generator of 100 kW."),
        hint=_("Such as a generator of 100 kW, diesel."),
    )
    need_quantity = text(_("How many?"), most=100, **{"class": "w-half"})
    needed_by = day(_("Needed by"), "")
    need_recipient = text(_("For whom?"), most=300, hint=_("Such as a hospital, a school or a water utility."))
    danger_to_life = forms.BooleanField(
        label=_("There is danger to life"),
        required=False,
        help_text=_("We look at these requests first. We are not a rescue service: in an emergency call 112."),
    )
    may_share = forms.BooleanField(
        label=_("You may share this need with possible partners"),
        required=False,
        help_text=_("Without this tick it stays with us. We never share your contact details without asking you."),
    )

    topic = forms.ChoiceField(
        label=_("Topic"), error_messages={"required": _("Choose a topic. If none fits, choose the last one.")}
    )
    subject = text(
        _("Subject"),
        most=200,
        required=_("Enter a subject: a few words are enough."),
        hint=_("In a few words."),
        autocomplete="off",
    )
    message = message(
        _("Message"),
        _("Do not give exact locations of critical sites, nor data on anybody’s health: we ask if we need them."),
        _("Write your message."),
    )
    letter_number = text(
        _("Number of your letter"),
        most=100,
        autocomplete="off",
        **{"class": "w-half"},
    )
    letter_date = day(_("Date of your letter"), "")
    attachments = FilesField(label=_("Files"), required=False)

    def __init__(self, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        # Required of a need; without its label's "(optional)" nobody who needs something leaves it out.
        self.fields["need_item"].required = not self.is_bound or self.data.get("kind") == Ticket.Kind.NEED
        kinds = [("", _("Choose a kind")), *Organisation.Kind.choices]
        self.fields["organisation_kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].choices = places.choices()  # type: ignore[attr-defined]
        topics = [(topic.code, topic.local_name) for topic in Topic.objects.filter(active=True)]
        self.fields["topic"].choices = [("", _("Choose a topic")), *topics]  # type: ignore[attr-defined]
        self.fields["phone"].validators.append(
            RegexValidator(
                r"^(?=(?:\D*\d){5})[+(\d][\d ()./-]*$",
                _("Enter a phone number such as +380 44 000 00 00, or leave it out."),
            )
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        today = _today(self.now)
        if values.get("kind") == Ticket.Kind.NEED and values.get("needed_by") and values["needed_by"] < today:
            self.add_error("needed_by", _("This day is past. Enter the day by which you need it, or leave it out."))
        if values.get("letter_date") and values["letter_date"] > today:
            self.add_error("letter_date", _("This day is still to come. Enter the date that your letter bears."))
        return values


class AnswerForm(GuardedForm):
    """A message on a request that we have."""

    message = message(
        _("Your message"),
        _("Do not give exact locations of critical sites, nor data on anybody’s health: we ask if we need them."),
        _("Write your message."),
    )
    attachments = FilesField(label=_("Files"), required=False)


class LinkForm(forms.Form):
    """What a new tracking link is asked for with."""

    reference = text(
        _("Reference"),
        most=20,
        required=_("Enter the reference of your request, such as SU-2026-000123."),
        hint=_("It is in our e-mails, such as SU-2026-000123."),
        autocomplete="off",
        spellcheck="false",
        **{"class": "w-half"},
    )
    email = email(_("The address that you wrote to us from."))


def initial(asked: Mapping[str, str]) -> dict[str, str]:
    """What a link to the form may fill in beforehand: the topic and the kind, never anything personal."""
    return {name: asked[name] for name in ("topic", "kind") if name in asked}


def _today(now: datetime | None) -> date:
    """The day in Kyiv, which is never behind Brussels: a partner's today is not yet to come."""
    zone = ZoneInfo(settings.PARTNER_TIME_ZONE)
    return (now or datetime.now(zone)).astimezone(zone).date()
