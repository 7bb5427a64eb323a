"""Events in words: who did what, from what to what.

Each verb is one whole sentence, because languages order and bend its parts differently.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from desk import changes, rule_words, words
from desk.changes import who
from desk.choices import Choices, endonym
from tickets.models import Duty, Event, Message
from web import times

Verb = Event.Verb

# What a message on the page shows by itself.
SHOWN_AS_MESSAGE = (Verb.OPENED, Verb.RECEIVED, Verb.REPLIED, Verb.NOTED, Verb.ACKNOWLEDGED, Verb.SENT, Verb.CALLED)
ICONS = {
    Verb.ASSIGNED: "user",
    Verb.ROUTED: "filter",
    Verb.STATUS: "check",
    Verb.PRIORITY: "flag",
    Verb.DANGER: "warning",
    Verb.SENSITIVE: "lock",
    Verb.READER_NAMED: "lock",
    Verb.READER_REMOVED: "lock",
    Verb.VIEWED: "eye",
    Verb.TAGS: "pin",
    Verb.FOLLOWED: "eye",
    Verb.UNFOLLOWED: "eye",
    Verb.SNOOZED: "clock",
    Verb.WOKEN: "clock",
    Verb.CALLED: "phone",
    Verb.EXTENDED: "clock",
    Verb.REMEASURED: "clock",
    Verb.OFFICIAL: "user",
    Verb.LINKED: "link",
    Verb.UNLINKED: "link",
    Verb.LINK_CONFIRMED: "link",
    Verb.LINK_REJECTED: "link",
    Verb.MERGED: "link",
    Verb.TOOK_IN: "link",
    Verb.UNMERGED: "undo",
    Verb.GAVE_BACK: "undo",
    Verb.SPLIT: "plus",
    Verb.JOINED: "users",
    Verb.NOT_SENT: "warning",
    Verb.COMPLAINED: "warning",
    Verb.REPLY_UNDONE: "undo",
    Verb.TRACKING: "link",
    Verb.TRACKING_REVOKED: "link",
    Verb.ERASED: "trash",
    Verb.INFECTED: "warning",
    Verb.UNSEALED: "warning",
    Verb.VERIFIED: "phone",
    Verb.UNVERIFIED: "undo",
    Verb.PHISHING: "warning",
    Verb.TRANSLATION_ASKED: "globe",
    Verb.DEADLINE: "clock",
    Verb.ALERTED: "warning",
    Verb.REMINDED: "mail",
    Verb.CLOSING: "mail",
}
PLAIN = {
    Verb.OPENED: gettext_lazy("%(who)s opened the ticket"),
    Verb.RECEIVED: gettext_lazy("%(who)s wrote"),
    Verb.ACKNOWLEDGED: gettext_lazy("The acknowledgement was written"),
    Verb.REPLY_UNDONE: gettext_lazy("%(who)s took the reply back before it left"),
    Verb.NOTED: gettext_lazy("%(who)s wrote a note"),
    Verb.CALLED: gettext_lazy("%(who)s wrote down a phone call"),
    Verb.QUESTION: gettext_lazy("%(who)s said that the mail from another program was a question"),
    Verb.COMPLAINED: gettext_lazy("The partner’s mail server reported our mail as unwanted: write to another address"),
    Verb.JOINED: gettext_lazy("Somebody joined from a new address"),
    Verb.TRACKING: gettext_lazy("%(who)s asked for a new tracking link"),
    Verb.TRACKING_REVOKED: gettext_lazy("%(who)s closed the tracking links"),
    Verb.ERASED: gettext_lazy("%(who)s erased the personal text"),
    Verb.UNSEALED: gettext_lazy("%(who)s opened a file in quarantine"),
    Verb.VERIFIED: gettext_lazy("%(who)s called the sender back: they did write it"),
    Verb.UNVERIFIED: gettext_lazy("%(who)s withdrew the call back"),
    Verb.PHISHING: gettext_lazy("%(who)s reported a mail to IT security as phishing"),
    Verb.REMINDED: gettext_lazy("The partner was reminded of our question"),
    Verb.VIEWED: gettext_lazy("%(who)s read the sensitive ticket"),
}

# Acts that name another ticket. Older rows do not tell which.
WITH_OTHER = {
    Verb.LINKED: gettext_lazy("%(who)s linked %(reference)s"),
    Verb.UNLINKED: gettext_lazy("%(who)s took the link with %(reference)s away"),
    Verb.LINK_CONFIRMED: gettext_lazy("%(who)s confirmed that %(reference)s belongs here"),
    Verb.LINK_REJECTED: gettext_lazy("%(who)s said that %(reference)s does not belong here"),
    Verb.MERGED: gettext_lazy("%(who)s merged this ticket into %(reference)s"),
    Verb.TOOK_IN: gettext_lazy("%(who)s merged %(reference)s into this ticket"),
    Verb.UNMERGED: gettext_lazy("%(who)s undid the merge into %(reference)s"),
    Verb.GAVE_BACK: gettext_lazy("%(who)s undid the merge of %(reference)s into this ticket"),
    Verb.SPLIT: gettext_lazy("%(who)s split a message off as %(reference)s"),
}


@dataclass(frozen=True)
class Line:
    """One event on the page."""

    at: datetime
    icon: str
    words: str


def line(event: Event, choices: Choices) -> Line:
    """An event in words. `choices` knows the names behind the numbers."""
    verb = Verb(event.verb)
    special = _SPECIAL.get(verb)
    if special:
        text = special(event, choices)
    elif verb in WITH_OTHER:
        reference = event.data.get("reference") or _("another ticket")
        text = str(WITH_OTHER[verb]) % {"who": who(event), "reference": reference}
    else:
        text = str(PLAIN[verb]) % {"who": who(event)}
    return Line(event.at, ICONS.get(verb, "info"), text)


def _replied(event: Event, choices: Choices) -> str:
    nature = event.data.get("nature", "")
    label = Message.Nature(nature).label if nature in Message.Nature.values else nature
    copies = event.data.get("copies", 0)
    facts = {"who": who(event), "nature": label, "number": copies}
    if not copies:
        return _("%(who)s wrote a reply (%(nature)s)") % facts
    return (
        ngettext(
            "%(who)s wrote a reply (%(nature)s) with %(number)d copy",
            "%(who)s wrote a reply (%(nature)s) with %(number)d copies",
            copies,
        )
        % facts
    )


def _tags(event: Event, choices: Choices) -> str:
    names = sorted(choices.name("tags", pk) or "–" for pk in event.data.get("to") or [])
    if not names:
        return _("%(who)s took all tags off") % {"who": who(event)}
    return _("%(who)s set the tags to %(names)s") % {"who": who(event), "names": ", ".join(names)}


def _followed(event: Event, choices: Choices) -> str:
    name = choices.name("people", event.data.get("user")) or _("a former colleague")
    own, facts = event.data.get("user") == event.actor_id, {"who": who(event), "name": name}
    if event.verb == Verb.FOLLOWED:
        return (_("%(who)s follows the ticket") if own else _("%(who)s had %(name)s follow the ticket")) % facts
    return (_("%(who)s follows it no more") if own else _("%(who)s took %(name)s off the followers")) % facts


def _snoozed(event: Event, choices: Choices) -> str:
    until = datetime.fromisoformat(event.data["to"])
    return _("%(who)s put the ticket off until %(date)s") % {"who": who(event), "date": times.day(until)}


def _woken(event: Event, choices: Choices) -> str:
    if event.actor_kind == Event.ActorKind.USER:
        return _("%(who)s took the ticket back to the list") % {"who": who(event)}
    if event.actor_kind == Event.ActorKind.REQUESTER:
        return _("The ticket is back on the list: the partner wrote")
    return _("The ticket is back on the list: its day has come")


def _extended(event: Event, choices: Choices) -> str:
    before, after = (_day(event.data.get(end)) for end in ("from", "to"))
    if not before:
        return _("%(who)s promised an answer by %(after)s") % {"who": who(event), "after": after}
    facts = {"who": who(event), "before": before, "after": after}
    return _("%(who)s moved the date of the answer from %(before)s to %(after)s, with a mail") % facts


def _remeasured(event: Event, choices: Choices) -> str:
    told = []
    for each in event.data.get("dates", ()):
        after = _day(each.get("to")) or pgettext("a deadline", "none")
        facts = {"duty": dict(Duty.choices).get(each.get("duty"), ""), "before": _day(each.get("from")), "after": after}
        told.append(pgettext("a deadline that moved", "%(duty)s from %(before)s to %(after)s") % facts)
    facts = {"who": who(event), "moved": "; ".join(told)}
    return _("%(who)s changed the rules, so deadlines moved: %(moved)s") % facts


def _official(event: Event, choices: Choices) -> str:
    name = choices.name("people", event.data.get("to")) or _("a former colleague")
    return _("%(who)s told the partner that %(name)s deals with the request") % {"who": who(event), "name": name}


def _routed(event: Event, choices: Choices) -> str:
    rule = choices.name("rules", event.data.get("rule"))
    return _("The rule “%(rule)s” did this: %(what)s") % {"rule": rule, "what": "; ".join(_parts(event, choices))}


def _parts(event: Event, choices: Choices) -> Iterator[str]:
    for field in rule_words.PARTS:
        said = event.data.get(field)
        if said is None:
            continue
        if field == "told":
            name = ", ".join(choices.name("people", pk) for pk in said)
        elif field == "tags":
            name = ", ".join(sorted(choices.name("tags", pk) or "–" for pk in said["to"]))
        else:
            name = _nobody(said, choices) if "nobody" in said else rule_words.name_of(field, said["to"], choices)
        yield rule_words.part(field, name)


def _nobody(said: Mapping[str, Any], choices: Choices) -> str:
    if said["nobody"] == "queue":
        name = choices.name("people", said.get("user"))
        return _("nobody, because %(name)s may not see the queue") % {"name": name}
    language = endonym(said.get("language", ""))
    if not language:
        return _("nobody, because nobody is there")
    return _("nobody, because nobody who reads %(language)s is there") % {"language": language}


def _day(text: object) -> str:
    return times.day(date.fromisoformat(text)) if isinstance(text, str) else ""


def _not_acknowledged(event: Event, choices: Choices) -> str:
    return _("No acknowledgement was sent: %(reason)s") % {
        "reason": words.not_acknowledged(str(event.data.get("reason", "")))
    }


def _sent(event: Event, choices: Choices) -> str:
    if event.data.get("error") == "some-refused":
        return _("The mail was handed over, but not to all its recipients")
    return _("The mail was handed over")


def _not_sent(event: Event, choices: Choices) -> str:
    if event.data.get("bounce"):
        return _("The mail came back: the partner does not have it")
    if event.data.get("state") == "suppressed":
        return _("The mail was not sent: earlier mail to this address came back")
    return _("The mail could not be sent: the partner does not have it")


def _infected(event: Event, choices: Choices) -> str:
    return _("The virus scanner found something in a file: %(signature)s") % {
        "signature": event.data.get("signature", "")
    }


def _translation_asked(event: Event, choices: Choices) -> str:
    name = endonym(event.data.get("language", ""))
    return _("%(who)s had a message translated by machine (%(name)s)") % {"who": who(event), "name": name}


STAGES = {
    "ceiling": gettext_lazy("%(duty)s: the last date in law, %(date)s, comes near"),
    "soon": gettext_lazy("%(duty)s: due soon, on %(date)s"),
    "today": gettext_lazy("%(duty)s: due today, %(date)s"),
    "overdue": gettext_lazy("%(duty)s: overdue since %(date)s"),
    "escalated": gettext_lazy("%(duty)s: overdue since %(date)s, managers are told"),
}


def _deadline(event: Event, choices: Choices) -> str:
    duty = str(dict(Duty.choices).get(event.data["duty"], event.data["duty"]))
    facts = {"duty": duty[:1].upper() + duty[1:], "date": _day(event.data["due_on"])}
    return str(STAGES[event.data["stage"]]) % facts


def _alerted(event: Event, choices: Choices) -> str:
    names = ", ".join(filter(None, (choices.name("people", pk) for pk in event.data.get("told", []))))
    return _("Danger to life: told at once to %(names)s") % {"names": names}


def _closing(event: Event, choices: Choices) -> str:
    return _("The partner was told that the ticket is closed on %(date)s unless an answer comes") % {
        "date": _day(event.data.get("closes_on"))
    }


_SPECIAL: dict[Verb, Callable[[Event, Choices], str]] = {
    **changes.WORDS,
    Verb.REPLIED: _replied,
    Verb.TAGS: _tags,
    Verb.FOLLOWED: _followed,
    Verb.UNFOLLOWED: _followed,
    Verb.SNOOZED: _snoozed,
    Verb.WOKEN: _woken,
    Verb.EXTENDED: _extended,
    Verb.REMEASURED: _remeasured,
    Verb.OFFICIAL: _official,
    Verb.ROUTED: _routed,
    Verb.NOT_ACKNOWLEDGED: _not_acknowledged,
    Verb.SENT: _sent,
    Verb.NOT_SENT: _not_sent,
    Verb.INFECTED: _infected,
    Verb.TRANSLATION_ASKED: _translation_asked,
    Verb.DEADLINE: _deadline,
    Verb.ALERTED: _alerted,
    Verb.CLOSING: _closing,
}
