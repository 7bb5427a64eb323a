"""Events that made something of a ticket another, in words: one whole sentence each, as in `history`."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desk.choices import Choices, endonym, region_name
from tickets.models import Event, Ticket

Verb = Event.Verb


def who(event: Event) -> str:
    """Who acted, as the subject of a sentence."""
    if event.actor is not None:
        return event.actor.name
    if event.actor_kind == Event.ActorKind.REQUESTER:
        return pgettext("subject of a sentence", "The partner")
    return pgettext("subject of a sentence", "The system")


def _assigned(event: Event, choices: Choices) -> str:
    target = event.data.get("to")
    if target is None:
        return _("%(who)s gave the ticket to nobody") % {"who": who(event)}
    if target == event.actor_id:
        return _("%(who)s took the ticket") % {"who": who(event)}
    name = choices.name("people", target) or _("a former colleague")
    return _("%(who)s gave the ticket to %(name)s") % {"who": who(event), "name": name}


def _status(event: Event, choices: Choices) -> str:
    outcome = event.data.get("outcome", "")
    facts = {
        "who": who(event),
        "before": _label(Ticket.Status, event.data.get("from")),
        "after": _label(Ticket.Status, event.data.get("to")),
        "outcome": _label(Ticket.Outcome, outcome),
    }
    if facts["before"] == facts["after"]:
        return _("%(who)s changed whom the ticket waits for") % facts
    if outcome:
        return _("%(who)s moved the ticket from %(before)s to %(after)s: %(outcome)s") % facts
    return _("%(who)s moved the ticket from %(before)s to %(after)s") % facts


def _priority(event: Event, choices: Choices) -> str:
    before, after = (_label(Ticket.Priority, event.data.get(end)) for end in ("from", "to"))
    return _("%(who)s changed the priority from %(before)s to %(after)s") % {
        "who": who(event),
        "before": before,
        "after": after,
    }


def _topic(event: Event, choices: Choices) -> str:
    name = choices.name("topics", event.data.get("to"))
    if not name:
        return _("%(who)s took the topic away") % {"who": who(event)}
    return _("%(who)s set the topic to %(name)s") % {"who": who(event), "name": name}


def _queue(event: Event, choices: Choices) -> str:
    name = choices.name("queues", event.data.get("to"))
    return _("%(who)s moved the ticket to the queue %(name)s") % {"who": who(event), "name": name}


def _kind(event: Event, choices: Choices) -> str:
    return _("%(who)s set the kind to %(name)s") % {
        "who": who(event),
        "name": _label(Ticket.Kind, event.data.get("to")),
    }


def _region(event: Event, choices: Choices) -> str:
    if not event.data.get("to"):
        return _("%(who)s took the region away") % {"who": who(event)}
    return _("%(who)s set the region to %(name)s") % {"who": who(event), "name": region_name(event.data["to"])}


def _organisation(event: Event, choices: Choices) -> str:
    if not event.data.get("to"):
        return _("%(who)s took the organisation away") % {"who": who(event)}
    name = choices.name("organisations", event.data["to"])
    if not name:
        return _("%(who)s changed the organisation") % {"who": who(event)}
    return _("%(who)s set the organisation to %(name)s") % {"who": who(event), "name": name}


def _language(event: Event, choices: Choices) -> str:
    return _("%(who)s set the language to %(name)s") % {
        "who": who(event),
        "name": endonym(event.data.get("to", "")) or "–",
    }


def _reply_language(event: Event, choices: Choices) -> str:
    if not event.data.get("to"):
        return _("%(who)s set the language of replies to that of the request") % {"who": who(event)}
    return _("%(who)s set the language of replies to %(name)s") % {"who": who(event), "name": endonym(event.data["to"])}


def _accepted_languages(event: Event, choices: Choices) -> str:
    names = ", ".join(endonym(code) for code in event.data.get("to", []))
    if not names:
        return _("%(who)s took away what else the partner reads") % {"who": who(event)}
    return _("%(who)s wrote down what else the partner reads: %(names)s") % {"who": who(event), "names": names}


def _danger(event: Event, choices: Choices) -> str:
    if event.data.get("to"):
        return _("%(who)s marked the ticket as danger to life") % {"who": who(event)}
    return _("%(who)s took the mark of danger to life away") % {"who": who(event)}


def _sensitive(event: Event, choices: Choices) -> str:
    if event.data.get("to"):
        return _("%(who)s marked the ticket as sensitive") % {"who": who(event)}
    return _("%(who)s took the sensitive mark away") % {"who": who(event)}


def _reader_named(event: Event, choices: Choices) -> str:
    names = {"who": who(event), "name": choices.name("people", event.data.get("user"))}
    return _("%(who)s named %(name)s to read the ticket while it is sensitive") % names


def _reader_removed(event: Event, choices: Choices) -> str:
    names = {"who": who(event), "name": choices.name("people", event.data.get("user"))}
    return _("%(who)s took %(name)s from the named readers") % names


def _label(labels: type[Ticket.Status | Ticket.Outcome | Ticket.Priority | Ticket.Kind], value: object) -> str:
    return str(dict(labels.choices).get(value, value or "–"))


WORDS: dict[Verb, Callable[[Event, Choices], str]] = {
    Verb.ASSIGNED: _assigned,
    Verb.STATUS: _status,
    Verb.PRIORITY: _priority,
    Verb.TOPIC: _topic,
    Verb.QUEUE: _queue,
    Verb.KIND: _kind,
    Verb.REGION: _region,
    Verb.ORGANISATION: _organisation,
    Verb.LANGUAGE: _language,
    Verb.REPLY_LANGUAGE: _reply_language,
    Verb.ACCEPTED_LANGUAGES: _accepted_languages,
    Verb.DANGER: _danger,
    Verb.SENSITIVE: _sensitive,
    Verb.READER_NAMED: _reader_named,
    Verb.READER_REMOVED: _reader_removed,
}
