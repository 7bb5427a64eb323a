"""What the API takes: the shape of each request. What may be done with it, the acts decide."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from api.serializers.fields import Code, Files, Language, Moment, Number, Text
from tickets.actions import phoning
from tickets.addresses import is_ours
from tickets.models import CallBack, Contact, Hromada, Message, Organisation, Queue, Region, Ticket, Topic, User

ADDRESSES = 20
KATOTTG = re.compile("UA[0-9]{17}")


class Listed(serializers.Serializer):
    """What every list takes."""

    cursor = serializers.CharField(required=False, help_text="Of the page to show; leave it out for the first one.")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100, help_text="Rows a page.")


class SearchAsked(Listed):
    """What is searched for."""

    q = serializers.CharField(max_length=1000, help_text="A text of the search language, as in the search box.")


class TicketsAsked(Listed):
    """How a list of tickets is narrowed and ordered."""

    status = serializers.ChoiceField(
        required=False,
        choices=[("to-do", "new, open or pending, not put off"), *Ticket.Status.choices],
        help_text="`to-do` is new, open or pending, and not put off.",
    )
    assignee = serializers.RegexField(
        "^(me|none|[1-9][0-9]{0,17})$", required=False, help_text="The id of a colleague, `me` or `none`."
    )
    requester = Number(required=False)
    organisation = Number(required=False)
    received_after = Moment(required=False)
    received_before = Moment(required=False)
    order = serializers.ChoiceField(
        required=False,
        default="newest",
        choices=["newest", "oldest", "waiting"],
        help_text="`waiting` shows only those who wait, the longest first.",
    )


class RequestersAsked(Listed):
    """How the list of requesters is narrowed."""

    address = serializers.CharField(required=False, max_length=320, help_text="One whole e-mail address.")


class OrganisationsAsked(Listed):
    """How the list of organisations is narrowed."""

    name = serializers.CharField(required=False, max_length=300, help_text="The whole name, in any letter case.")


class NewTicket(serializers.Serializer):
    """A request that somebody made: by a form of your own, at a desk, in another system."""

    name = serializers.CharField(max_length=200, help_text="Who asks.")
    email = serializers.EmailField(max_length=254, help_text="Where the answer goes, and the acknowledgement at once.")
    subject = serializers.CharField(max_length=200)
    text = Text()
    language = Language(required=False, default="", help_text="ISO 639-1, of the request.")
    kind = serializers.ChoiceField(required=False, choices=Ticket.Kind.choices, default=Ticket.Kind.ENQUIRY)
    topic = Code(queryset=Topic.objects.filter(active=True), required=False, allow_null=True, default=None)
    country = serializers.RegexField(
        "^[A-Z]{2}$", required=False, allow_blank=True, default="", help_text="ISO 3166-1."
    )
    region = Code(queryset=Region.objects.all(), required=False, allow_null=True, default=None,
        help_text="ISO 3166-2, such as UA-59; its country goes along.",
    )  # fmt: skip
    organisation = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    organisation_kind = serializers.ChoiceField(
        required=False, allow_blank=True, default="", choices=Organisation.Kind.choices
    )
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    letter_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    letter_date = serializers.DateField(required=False, allow_null=True, default=None)
    need_item = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=300, help_text="What is needed; of a need alone."
    )
    need_quantity = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    needed_by = serializers.DateField(required=False, allow_null=True, default=None)
    need_recipient = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    danger_to_life = serializers.BooleanField(required=False, default=False, help_text="Of a need alone.")
    may_share = serializers.BooleanField(required=False, default=False, help_text="Of a need alone.")
    files = Files(help_text="In a multipart request.")

    def validate_email(self, value: str) -> str:
        if is_ours(value):
            raise serializers.ValidationError(_("This is our own address. Send that of the person who asks."))
        return value.lower()


class Reply(serializers.Serializer):
    """An answer to the partner. It leaves after some seconds, until when it can be undone."""

    text = Text(help_text="Your words; greeting, signature and history are put around them.")
    nature = serializers.ChoiceField(
        required=False, choices=Message.Nature.choices, default=Message.Nature.ANSWER, help_text="Answers end the wait."
    )
    status = serializers.ChoiceField(
        required=False,
        allow_blank=True,
        default="",
        choices=[each for each in Ticket.Status.choices if each[0] in ("open", "pending", "solved")],
        help_text="Where the ticket goes with it; empty leaves it, but for a question: then it is pending.",
    )
    answer_by = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Of a holding reply, which needs it: by when the partner will have the answer. The mail says so.",
    )
    contact = Code(
        queryset=Contact.objects.filter(active=True),
        required=False,
        allow_null=True,
        default=None,
        help_text="Of a transfer, which needs it: the body that the request goes to. The mail says so.",
    )
    forward = serializers.BooleanField(
        required=False, default=False, help_text="Of a transfer: the body gets a copy, with the request below it."
    )
    to = serializers.ListField(
        child=serializers.EmailField(), required=False, max_length=ADDRESSES, help_text="Left out: the partner."
    )
    cc = serializers.ListField(child=serializers.EmailField(), required=False, max_length=ADDRESSES)
    last_seen = Number(
        required=False,
        allow_null=True,
        default=None,
        help_text="`newest_inbound` of the ticket as you read it: a newer message of the partner refuses the reply.",
    )
    files = Files(help_text="In a multipart request.")


class Note(serializers.Serializer):
    """An internal note."""

    text = Text()
    files = Files(help_text="In a multipart request.")


class Assign(serializers.Serializer):
    assignee = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), pk_field=Number(), allow_null=True, help_text="`null` for nobody."
    )


class StatusAsked(serializers.Serializer):
    status = serializers.ChoiceField(choices=Ticket.Status.choices)
    outcome = serializers.ChoiceField(
        required=False, allow_blank=True, default="", choices=Ticket.Outcome.choices, help_text="Needed to end it."
    )
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=500, help_text="Needed when it ends without an answer."
    )
    waiting_for = serializers.ChoiceField(
        required=False, allow_blank=True, default="", choices=Ticket.WaitingFor.choices, help_text="Of a pending one."
    )


class PriorityAsked(serializers.Serializer):
    priority = serializers.ChoiceField(choices=Ticket.Priority.choices)


class DangerAsked(serializers.Serializer):
    danger_to_life = serializers.BooleanField()


class TopicAsked(serializers.Serializer):
    topic = Code(queryset=Topic.objects.all(), allow_null=True)


class QueueAsked(serializers.Serializer):
    queue = Code(queryset=Queue.objects.all())


class KindAsked(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Ticket.Kind.choices)


class RegionAsked(serializers.Serializer):
    region = Code(queryset=Region.objects.all(), allow_null=True, help_text="ISO 3166-2, such as UA-59.")


class Katottg(serializers.SlugRelatedField):
    """A hromada by its KATOTTG code."""

    def __init__(self, **kwargs: Any) -> None:
        hromadas = Hromada.objects.select_related("region")
        super().__init__(slug_field="katottg", queryset=hromadas, allow_null=True, required=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not KATOTTG.fullmatch(data):
            self.fail("does_not_exist", slug_name="katottg", value=str(data)[:100])
        return super().to_internal_value(data)


class OrganisationAsked(serializers.Serializer):
    organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), pk_field=Number(), allow_null=True, required=False, default=None
    )
    hromada = Katottg(default=None, help_text="Its KATOTTG code, instead of an organisation.")


class SortAsked(serializers.Serializer):
    kind = serializers.ChoiceField(required=False, choices=Ticket.Kind.choices)
    topic = Code(queryset=Topic.objects.all(), allow_null=True, required=False)
    region = Code(queryset=Region.objects.all(), allow_null=True, required=False, help_text="ISO 3166-2.")
    organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), pk_field=Number(), allow_null=True, required=False
    )
    hromada = Katottg(help_text="Its KATOTTG code, instead of an organisation.")
    queue = Code(queryset=Queue.objects.all(), required=False)
    assignee = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), pk_field=Number(), allow_null=True, required=False
    )


class LanguageAsked(serializers.Serializer):
    language = Language()


class LanguagesAsked(serializers.Serializer):
    languages = serializers.ListField(
        child=Language(empty=False), allow_empty=True, max_length=30, help_text="In the order of preference."
    )


class SensitiveAsked(serializers.Serializer):
    sensitive = serializers.BooleanField()


class ReaderAsked(serializers.Serializer):
    reader = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), pk_field=Number(), help_text="The id of a colleague."
    )


class TagsAsked(serializers.Serializer):
    tags = serializers.ListField(
        child=serializers.CharField(max_length=50),
        allow_empty=True,
        max_length=20,
        help_text="All that the ticket shall have. One that is new is made; capitals make no difference.",
    )


class FollowerAsked(serializers.Serializer):
    user = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True),
        pk_field=Number(),
        required=False,
        allow_null=True,
        default=None,
        help_text="Left out: the owner of the token.",
    )


class SnoozeAsked(serializers.Serializer):
    until = Moment(help_text="When it comes back, if the partner does not write before.")


class CallAsked(serializers.Serializer):
    text = Text(help_text="What was said. The partner never sees it.")
    outcome = serializers.ChoiceField(
        choices=list(phoning.KINDS),
        help_text="`answered` ends the wait, `asked` starts one if none runs, `noted` leaves the clock alone.",
    )
    at = Moment(required=False, allow_null=True, default=None, help_text="When it was; left out: now.")


class NewCall(serializers.Serializer):
    """A call of somebody who has no ticket yet."""

    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    organisation = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    language = Language(required=False, default="", help_text="ISO 639-1, of the caller.")
    subject = serializers.CharField(max_length=200)
    text = Text(help_text="What was said. The partner never sees it.")
    answer = Text(
        required=False, allow_blank=True, default="", help_text="What you answered at once; it ends the wait."
    )
    at = Moment(required=False, allow_null=True, default=None, help_text="When it was; left out: now.")
    acknowledge = serializers.BooleanField(
        required=False, default=False, help_text="Send the acknowledgement with the date of the answer; needs `email`."
    )


class CallBackAsked(serializers.Serializer):
    number = serializers.CharField(max_length=40, help_text="The number that was called.")
    how = serializers.ChoiceField(choices=CallBack.How.choices, help_text="Where the number is from; not the mail.")
    at = Moment(required=False, allow_null=True, default=None, help_text="When it was; left out: now.")


class TranslateAsked(serializers.Serializer):
    language = Language(empty=False, help_text="ISO 639-1, into which.")
    whole = serializers.BooleanField(required=False, default=False, help_text="With quoted text and signature.")


class ExtendAsked(serializers.Serializer):
    answer_by = serializers.DateField(help_text="Later than the date that the partner was told.")
    reasons = Text(help_text="They go into the mail as they are, in the partner's language.")


class OfficialAsked(serializers.Serializer):
    official = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True), pk_field=Number())


class OtherAsked(serializers.Serializer):
    other = serializers.CharField(max_length=40, help_text="The reference of the other ticket.")


class Empty(serializers.Serializer):
    """An act that needs nothing more."""


def valid(shape: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    """The values of a request. ValidationError (422) names each field that is wrong."""
    asked = shape(data=data)
    asked.is_valid(raise_exception=True)
    values: dict[str, Any] = asked.validated_data
    return values
