"""The tables of the house."""

from tickets.models.alarm import Alarm
from tickets.models.calendar import Calendar, CalendarOpening, CalendarVersion, Holiday
from tickets.models.contact import Contact
from tickets.models.cycle import CyclesRead, ReplyCycle, Resolution
from tickets.models.draft import Draft, DraftFile
from tickets.models.event import Event
from tickets.models.export import ReportExport
from tickets.models.following import Follower, Tag
from tickets.models.message import Attachment, DiscardedFile, Message
from tickets.models.people import ErasedAddress, Organisation, Requester, RequesterAddress, User
from tickets.models.places import Hromada, Region
from tickets.models.policy import Duty, PeriodUnit, Policy, RulesChange, TicketDeadline
from tickets.models.reading import CallBack, Translation
from tickets.models.routing import Absence, RoutingRule, RuleChange
from tickets.models.search import SearchDocument
from tickets.models.switch import Switch
from tickets.models.template import ReplyTemplate, ReplyTemplateText
from tickets.models.ticket import Need, Participant, Queue, Ticket, TicketLink, TicketReader, Topic, TrackingLink
from tickets.models.view import SavedView

__all__ = [
    "Absence",
    "Alarm",
    "Attachment",
    "Calendar",
    "CalendarOpening",
    "CalendarVersion",
    "CallBack",
    "Contact",
    "CyclesRead",
    "DiscardedFile",
    "Draft",
    "DraftFile",
    "Duty",
    "ErasedAddress",
    "Event",
    "Follower",
    "Holiday",
    "Hromada",
    "Message",
    "Need",
    "Organisation",
    "Participant",
    "PeriodUnit",
    "Policy",
    "Queue",
    "Region",
    "ReplyCycle",
    "ReplyTemplate",
    "ReplyTemplateText",
    "ReportExport",
    "Requester",
    "RequesterAddress",
    "Resolution",
    "RoutingRule",
    "RuleChange",
    "RulesChange",
    "SavedView",
    "SearchDocument",
    "Switch",
    "Tag",
    "Ticket",
    "TicketDeadline",
    "TicketLink",
    "TicketReader",
    "Topic",
    "TrackingLink",
    "Translation",
    "User",
]
