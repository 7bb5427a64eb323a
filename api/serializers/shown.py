"""What the API shows. Times are in UTC, tickets are named by their references, everything else by id or code."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import Moment
from tickets.deadlines import row_of
from tickets.models import (
    Attachment,
    Duty,
    Event,
    Message,
    Organisation,
    RoutingRule,
    Ticket,
    TicketDeadline,
    TicketLink,
    Translation,
)
from tickets.suggestions.values import FIELDS


class Coded(serializers.Serializer):
    """Something that has a code and a name in English."""

    code = serializers.CharField()
    name = serializers.CharField()


class Named(serializers.Serializer):
    """Somebody or something that has an id and a name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class Queue(Coded):
    """A pile of work. A restricted one is seen by its members alone."""

    restricted = serializers.BooleanField()


class Contact(Coded):
    """A body that a request can be passed on to."""

    address = serializers.CharField(help_text="Empty where the partner asks there and nothing can be forwarded.")
    languages = serializers.ListField(child=serializers.CharField(), help_text="ISO 639-1, in which it answers.")
    purpose = serializers.CharField()


class TemplateText(serializers.Serializer):
    """A template in one language."""

    language = serializers.CharField()
    body = serializers.CharField(help_text="With places such as {name}; a reply with one left is refused.")


class Template(serializers.Serializer):
    """An answer that is given often."""

    code = serializers.CharField()
    name = serializers.CharField()
    nature = serializers.ChoiceField(choices=Message.Nature.choices, allow_blank=True)
    topic = serializers.CharField(source="topic.code", allow_null=True, default=None)
    contact = serializers.CharField(source="contact.code", allow_null=True, default=None)
    texts = TemplateText(many=True)


class Colleague(Named):
    """A member of the secretariat."""

    role = serializers.CharField()


class Person(Named):
    """Somebody who takes part in a ticket. `marked` ones came by a valid reply address from an unknown address."""

    marked = serializers.BooleanField()


class Link(serializers.Serializer):
    """Another ticket, and how it belongs to this one. `direction` says which of them names the other."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=TicketLink.Kind.choices)
    direction = serializers.ChoiceField(choices=["out", "in"])


class Rule(serializers.Serializer):
    """What happens by itself to the tickets that a search means. What is null or empty stays as it is."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    active = serializers.BooleanField()
    moment = serializers.ChoiceField(choices=RoutingRule.Moment.choices)
    query = serializers.CharField(help_text="In the search language; empty for every ticket.")
    queue = Queue(allow_null=True)
    topic = Coded(allow_null=True)
    priority = serializers.ChoiceField(choices=Ticket.Priority.choices, allow_null=True)
    assignee = Named(allow_null=True)
    by_language = serializers.BooleanField(help_text="Assigned to somebody who reads the language and is there.")
    tags = serializers.ListField(child=serializers.CharField())
    tells = serializers.ListField(child=serializers.IntegerField(), source="told_ids", help_text="Ids of colleagues.")
    overrules = serializers.BooleanField(help_text="Also over what a person chose.")
    stops = serializers.BooleanField(help_text="The rules below are not asked then.")


class Need(serializers.Serializer):
    """What is asked for."""

    item = serializers.CharField()
    quantity = serializers.CharField()
    needed_by = serializers.DateField(allow_null=True)
    recipient = serializers.CharField()


class TicketLine(serializers.Serializer):
    """A ticket in a list."""

    reference = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="Where the API shows it.")
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Ticket.Status.choices)
    kind = serializers.ChoiceField(choices=Ticket.Kind.choices)
    priority = serializers.ChoiceField(choices=Ticket.Priority.choices)
    queue = Queue()
    topic = Coded(allow_null=True)
    channel = serializers.ChoiceField(choices=Ticket.Channel.choices)
    language = serializers.CharField(help_text="ISO 639-1; empty when it is not known.")
    reply_language = serializers.CharField(help_text="ISO 639-1; empty for that of the request.")
    accepted_languages = serializers.ListField(child=serializers.CharField())
    requester = Named(allow_null=True)
    organisation = Named(allow_null=True)
    country = serializers.CharField(help_text="ISO 3166-1.")
    region = Coded(allow_null=True, help_text="ISO 3166-2.")
    assignee = Named(allow_null=True)
    official = Named(allow_null=True, help_text="Whom the partner was told deals with the request.")
    tags = serializers.ListField(child=serializers.CharField(), source="tag_names")
    snoozed_until = Moment(allow_null=True, help_text="Put off until then; the partner waits on.")
    waiting_for = serializers.ChoiceField(choices=Ticket.WaitingFor.choices, allow_blank=True)
    outcome = serializers.ChoiceField(choices=Ticket.Outcome.choices, allow_blank=True)
    outcome_reason = serializers.CharField()
    merged_into = serializers.CharField(allow_null=True, source="merged_into.reference", default=None)
    sensitive = serializers.BooleanField()
    danger_to_life = serializers.BooleanField()
    may_share = serializers.BooleanField(help_text="May be shared with possible partners.")
    unreadable = serializers.BooleanField(help_text="The mail could not be read; it is there as raw file.")
    letter_number = serializers.CharField()
    letter_date = serializers.DateField(allow_null=True)
    received_at = Moment(help_text="When the house could know; starts the clock.")
    acknowledged_at = Moment(allow_null=True)
    answer_by = serializers.DateField(
        allow_null=True, help_text="The last day, in Brussels, that the partner was told."
    )
    first_answered_at = Moment(allow_null=True)
    waiting_since = Moment(allow_null=True, help_text="The oldest request without an answer.")
    last_message_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, ticket: Ticket) -> str:
        address = reverse("api:ticket", args=[ticket.reference])
        return str(self.context["request"].build_absolute_uri(address)) if "request" in self.context else address


class Part(serializers.Serializer):
    """A stretch of text; what the search looked for is marked."""

    text = serializers.CharField()
    marked = serializers.BooleanField()


class Found(serializers.Serializer):
    """A ticket that was found, and why."""

    ticket = TicketLine()
    subject = Part(many=True)
    piece = Part(many=True, help_text="The place that says it; empty where only sorting facts were asked for.")
    file = serializers.BooleanField(help_text="Whether the piece is the name of a file.")


class Deadline(serializers.Serializer):
    """What is to be done by when, and what became of it. Behind one that was extended or replaced comes another."""

    duty = serializers.ChoiceField(choices=Duty.choices)
    policy = serializers.CharField(source="policy_code", allow_null=True, help_text="The code of the rule.")
    started_at = Moment(help_text="The event from which the period runs.")
    due_on = serializers.DateField(help_text="The last day, in Brussels.")
    due_at = Moment(help_text="The instant after the last day: what happens before is in time.")
    told_on = serializers.DateField(
        allow_null=True, help_text="The date that the partner was told; no change of rules moves it."
    )
    end = serializers.ChoiceField(choices=TicketDeadline.End.choices, allow_blank=True, help_text="Empty: open.")
    ended_at = Moment(allow_null=True)
    extends = serializers.SerializerMethodField(help_text="Whether it extends an earlier one, with notice.")

    def get_extends(self, row: TicketDeadline) -> bool:
        return row.extends_id is not None


class TicketFull(TicketLine):
    """A ticket with what hangs on it."""

    need = Need(allow_null=True, default=None)
    participants = Person(many=True, source="people")
    links = serializers.SerializerMethodField(help_text="At most 50 each way, and only to what the owner may see.")
    newest_inbound = serializers.IntegerField(
        allow_null=True, help_text="The id of the partner's newest message: `last_seen` of a reply."
    )

    deadlines = serializers.SerializerMethodField(help_text="At most 50, the newest first.")

    @extend_schema_field(Deadline(many=True))
    def get_deadlines(self, ticket: Any) -> list[dict[str, Any]]:
        rows = [row_of(columns) for columns in ticket.due]
        for row, columns in zip(rows, ticket.due, strict=True):
            row.policy_code = columns["policy_code"]  # type: ignore[attr-defined]
        shown: list[dict[str, Any]] = Deadline(rows, many=True).data
        return shown

    @extend_schema_field(Link(many=True))
    def get_links(self, ticket: Any) -> list[dict[str, str]]:
        return [
            {**link, "direction": direction}
            for direction, links in (("out", ticket.links_out), ("in", ticket.links_in))
            for link in links
        ]


class TicketMade(serializers.Serializer):
    """What is told of a new ticket to whoever may open tickets and read none."""

    reference = serializers.CharField(source="ticket.reference")
    message = serializers.IntegerField(source="pk", help_text="The id of its first message.")
    received_at = Moment()
    answer_by = serializers.DateField(source="ticket.answer_by", allow_null=True)


class File(serializers.Serializer):
    """A file of a message. A quarantined one is opened by `POST …/open` alone."""

    id = serializers.IntegerField()
    message = serializers.IntegerField(source="message_id")
    name = serializers.CharField()
    content_type = serializers.CharField(help_text="By its content, not by its name.")
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    inline = serializers.BooleanField()
    quarantine = serializers.CharField(help_text="Why it is in quarantine, as a code; empty when it is not.")
    scan = serializers.ChoiceField(choices=[each for each in Attachment.Scan.choices if each[0]], allow_blank=True)


class TranslationShown(serializers.Serializer):
    """A message in another language, made by a machine for reading. Its text is empty until it is done."""

    language = serializers.CharField()
    state = serializers.ChoiceField(choices=Translation.State.choices)
    engine = serializers.CharField()
    whole = serializers.BooleanField(help_text="With quoted text and signature.")
    text = serializers.CharField()
    error = serializers.CharField(help_text="Why it failed, or waits for another attempt, as a code.")
    asked_at = Moment()
    finished_at = Moment(allow_null=True)


class MessageShown(serializers.Serializer):
    """A message of a ticket. The HTML of a mail is in its raw file."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Message.Kind.choices)
    nature = serializers.ChoiceField(choices=Message.Nature.choices, allow_blank=True)
    channel = serializers.ChoiceField(choices=Ticket.Channel.choices)
    author = Named(allow_null=True)
    requester = serializers.IntegerField(source="requester_id", allow_null=True)
    sender_name = serializers.CharField()
    sender_address = serializers.CharField()
    reply_to = serializers.CharField()
    to = serializers.SerializerMethodField()
    cc = serializers.SerializerMethodField()
    subject = serializers.CharField()
    text = serializers.CharField()
    quote_start = serializers.IntegerField(allow_null=True, help_text="Where quoted history begins, in characters.")
    language = serializers.CharField()
    automatic = serializers.CharField(help_text="Why it is automatic mail, as a code; empty when it is none.")
    delivery = serializers.ChoiceField(choices=[each for each in Message.Delivery.choices if each[0]], allow_blank=True)
    received_at = Moment(help_text="When the house could know; for our own, when it was written.")
    sent_at = Moment(allow_null=True)
    has_raw = serializers.SerializerMethodField(help_text="Whether the mail can be had as it was received.")
    attachments = File(many=True)
    translations = TranslationShown(many=True)

    def get_to(self, message: Message) -> list[str]:
        return [address for _name, address in message.to]

    def get_cc(self, message: Message) -> list[str]:
        return [address for _name, address in message.cc]

    def get_has_raw(self, message: Message) -> bool:
        return bool(message.raw_path)


class Suggested(serializers.Serializer):
    """What a field of a new ticket seems to be, and why."""

    field = serializers.ChoiceField(choices=list(FIELDS))
    value = serializers.CharField(
        help_text="A code; of an organisation its id, or the KATOTTG code of a hromada that is none here yet."
    )
    strong = serializers.BooleanField(help_text="Right unless somebody sees that it is wrong.")
    reason = serializers.CharField(help_text="Why, as a code.")
    facts = serializers.DictField(child=serializers.CharField(), help_text="What the reason names.")


class Alike(serializers.Serializer):
    """Another ticket that may be about the same matter."""

    reference = serializers.CharField(source="ticket.reference")
    status = serializers.ChoiceField(choices=Ticket.Status.choices, source="ticket.status")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What the two share, as codes.")
    sure = serializers.BooleanField()
    joinable = serializers.BooleanField(help_text="Whether `merge` takes the two as they are.")


class SuggestionsShown(serializers.Serializer):
    """What is suggested for a ticket."""

    suggestions = Suggested(many=True)
    duplicates = Alike(many=True)


class EventShown(serializers.Serializer):
    """One act in the history of a ticket. `data` holds ids and codes; its members depend on the verb."""

    id = serializers.IntegerField()
    verb = serializers.ChoiceField(choices=Event.Verb.choices)
    actor_kind = serializers.ChoiceField(choices=Event.ActorKind.choices)
    actor = Named(allow_null=True)
    message = serializers.IntegerField(source="message_id", allow_null=True)
    data = serializers.DictField()
    at = Moment()


class RequesterShown(serializers.Serializer):
    """A person or mailbox that wrote to us."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    addresses = serializers.SerializerMethodField(help_text="The oldest first; it is the main one.")
    language = serializers.CharField()
    phone = serializers.CharField()
    organisation = Named(allow_null=True)
    created_at = Moment()
    erased_at = Moment(allow_null=True)

    def get_addresses(self, requester: Any) -> list[str]:
        return [each.address for each in requester.addresses.all()]


class OrganisationShown(serializers.Serializer):
    """A body that asks or offers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices)
    military_administration = serializers.BooleanField()
    country = serializers.CharField()
    region = Coded(allow_null=True)
    hromada = serializers.CharField(source="hromada.katottg", allow_null=True, default=None, help_text="KATOTTG code.")
    created_at = Moment()
