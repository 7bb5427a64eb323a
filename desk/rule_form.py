"""The shape of a rule as it is typed. What makes no rule, the act says."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.choices import Choice, Choices
from tickets.actions.rules import Wording
from tickets.models import Queue, RoutingRule, Ticket, Topic, User

BY_LANGUAGE = "reader"
_AUTO = {"class": "w-auto"}


class RuleForm(forms.Form):
    """When a rule acts, and what it does."""

    name = forms.CharField(
        label=pgettext_lazy("of a rule", "Name"),
        max_length=60,
        help_text=_("Stands in the history of each ticket that the rule touched."),
        error_messages={"required": _("Give the rule a name. The history of tickets tells it.")},
    )
    moment = forms.ChoiceField(
        label=_("When it acts"), choices=RoutingRule.Moment.choices, widget=forms.RadioSelect, initial="creation"
    )
    query = forms.CharField(
        label=_("Which tickets"),
        required=False,
        max_length=1000,
        help_text=_("Written like a search, such as topic:energy lang:uk generators. Left empty, every ticket."),
        widget=forms.TextInput(attrs={"class": "query", "autocomplete": "off", "spellcheck": "false"}),
    )
    queue = forms.ChoiceField(label=_("Queue"), required=False, widget=forms.Select(attrs=_AUTO))
    topic = forms.ChoiceField(label=_("Topic"), required=False, widget=forms.Select(attrs=_AUTO))
    priority = forms.ChoiceField(label=_("Priority"), required=False, widget=forms.Select(attrs=_AUTO))
    assignee = forms.ChoiceField(
        label=_("Assignee"),
        required=False,
        help_text=_("By language: who has the fewest tickets to do, among those who see the queue."),
        widget=forms.Select(attrs=_AUTO),
    )
    tags = forms.CharField(
        label=_("Add tags"), required=False, max_length=1000, help_text=_("With commas between them.")
    )
    notify = forms.MultipleChoiceField(label=_("Tell by mail"), required=False, widget=forms.CheckboxSelectMultiple)
    overrules = forms.BooleanField(
        label=_("Also over what a person chose"),
        required=False,
        help_text=_("Otherwise what the partner or a colleague chose stays as it is."),
    )
    stops = forms.BooleanField(label=_("The rules below are not asked then"), required=False)

    def __init__(self, data: QueryDict | None = None, *, known: Choices, rule: RoutingRule | None = None) -> None:
        super().__init__(data, initial=_said(rule) if rule else None)
        as_is = ("", _("as it is"))
        people = _offered(known.people, rule.assignee_id if rule else None)
        self._offer("queue", [as_is, *_offered(known.queues)])
        self._offer("topic", [as_is, *_offered(known.topics, rule.topic_id if rule else None)])
        self._offer("priority", [as_is, *((str(value), label) for value, label in Ticket.Priority.choices)])
        self._offer("assignee", [as_is, (BY_LANGUAGE, _("somebody who reads the language and is there")), *people])
        self._offer("notify", _offered(known.people))

    def wording(self) -> Wording:
        """What was typed, as the act takes it. Of a valid form; two statements, or three."""
        said = self.cleaned_data
        number = said["assignee"] if said["assignee"] not in ("", BY_LANGUAGE) else None
        people = {person.pk: person for person in User.objects.filter(pk__in=[*said["notify"], number or 0])}
        tags = dict.fromkeys(" ".join(tag.split()) for tag in said["tags"].split(","))
        return Wording(
            name=said["name"],
            moment=said["moment"],
            query=said["query"],
            queue=Queue.objects.get(pk=said["queue"]) if said["queue"] else None,
            topic=Topic.objects.get(pk=said["topic"]) if said["topic"] else None,
            priority=int(said["priority"]) if said["priority"] else None,
            assignee=people[int(number)] if number else None,
            by_language=said["assignee"] == BY_LANGUAGE,
            tags=[tag for tag in tags if tag],
            notify=[people[int(pk)] for pk in said["notify"] if int(pk) in people],
            overrules=said["overrules"],
            stops=said["stops"],
        )

    def _offer(self, name: str, lines: list[Any]) -> None:
        self.fields[name].choices = lines  # type: ignore[attr-defined]


def _offered(lines: list[Choice], now: int | None = None) -> list[tuple[str, str]]:
    """What may be chosen; what stands there `now` may stay."""
    return [(str(each.pk), each.name) for each in lines if each.offered or each.pk == now]


def _said(rule: RoutingRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "moment": rule.moment,
        "query": rule.query,
        "queue": rule.queue_id or "",
        "topic": rule.topic_id or "",
        "priority": rule.priority or "",
        "assignee": BY_LANGUAGE if rule.by_language else rule.assignee_id or "",
        "tags": ", ".join(rule.tags),
        "notify": [str(pk) for pk in rule.told_ids],  # type: ignore[attr-defined]
        "overrules": rule.overrules,
        "stops": rule.stops,
    }
