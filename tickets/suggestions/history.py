"""What a new ticket seems to be by what the same person, body or mail domain wrote before. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tickets.neighbours import Neighbour
from tickets.suggestions.values import FAIR, STRONG, Asked, Suggestion

LOOKED_AT = 5  # the newest tickets that count
# Who shares what, the nearest first: where they are equally sure, it speaks.
KIN = ("requester", "organisation", "domain")


def by_history(asked: Asked, near: Sequence[Neighbour]) -> Iterator[Suggestion]:
    """Region and organisation as their tickets agree on them; the topic only where most agree, and never surely."""
    if asked.organisation_region:
        yield Suggestion("region", asked.organisation_region, STRONG, "of_organisation")
    topic_told = False
    for share in KIN:
        kin = [each for each in near if share in each.shares][:LOOKED_AT]
        facts = {"domain": asked.domain} if share == "domain" else {}
        yield from _agreed("region", [one.region for one in kin], share, facts)
        bodies = {one.hromada or str(one.organisation): one.organisation_name for one in kin if one.organisation}
        for each in _agreed("organisation", [one.hromada or str(one.organisation or "") for one in kin], share, facts):
            yield Suggestion(each.field, each.value, each.strength, each.reason, {**facts, "name": bodies[each.value]})
        topic, times = next(iter(Counter(one.topic for one in kin if one.topic).most_common(1)), ("", 0))
        if not topic_told and times >= 2 and 2 * times > len(kin):
            topic_told = True  # the same tickets are no second reason
            yield Suggestion("topic", topic, FAIR, share, facts)


def _agreed(name: str, values: Sequence[str], share: str, facts: dict[str, str]) -> Iterator[Suggestion]:
    """The one value that all those have who have any. Others of a domain must say it twice to be sure."""
    said = Counter(filter(None, values))
    for value, times in said.items() if len(said) == 1 else ():
        yield Suggestion(name, value, STRONG if share != "domain" or times > 1 else FAIR, share, facts)
