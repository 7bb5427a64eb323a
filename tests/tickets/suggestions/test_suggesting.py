"""All sources together: what was said is left alone, the best reason is told."""

from dataclasses import replace
from datetime import timedelta

from tests.making import NOW
from tickets.neighbours import Neighbour
from tickets.suggestions.suggesting import suggest
from tickets.suggestions.values import FAIR, Asked, Suggestion, best

EARLIER = Neighbour(
    pk=1, reference="SU-2026-000001", subject="Buses", status="solved", received_at=NOW - timedelta(days=120),
    letter_date=None, sensitive=False, queue=1, restricted=False, topic="energy", region="UA-59", organisation=7,
    organisation_name="Example hospital", hromada="", shares=frozenset({"requester"}),
)  # fmt: skip


def told(asked: Asked, *near: Neighbour) -> dict[str, tuple[str, str, bool]]:
    """Value, reason and strength of the first suggestion for each field."""
    found: dict[str, tuple[str, str, bool]] = {}
    for each in suggest(asked, near):
        found.setdefault(each.field, (each.value, each.reason, each.strong))
    return found


def test_the_history_of_the_person_tells_region_and_organisation_and_a_topic_only_after_twice() -> None:
    once = told(Asked(), EARLIER)
    assert once == {"region": ("UA-59", "requester", True), "organisation": ("7", "requester", True)}
    twice = told(Asked(), EARLIER, replace(EARLIER, pk=2))
    assert twice["topic"] == ("energy", "requester", False)
    of_both = [replace(EARLIER, pk=number, shares=frozenset({"requester", "domain"})) for number in (1, 2)]
    assert told(Asked(domain="x.example"), *of_both)["topic"] == ("energy", "requester", False)


def test_a_history_that_does_not_agree_says_nothing() -> None:
    assert told(Asked(), EARLIER, replace(EARLIER, pk=2, region="UA-63", organisation=8)).keys() == {"topic"}


def test_one_colleague_of_the_domain_is_a_hint_and_two_are_sure() -> None:
    other = replace(EARLIER, shares=frozenset({"domain"}))
    assert told(Asked(domain="x.example"), other)["organisation"] == ("7", "domain", False)
    assert told(Asked(domain="x.example"), other, replace(other, pk=2))["organisation"] == ("7", "domain", True)


def test_what_the_letter_says_of_itself_comes_before_what_was_before() -> None:
    found = told(Asked(text="Лебединська міська рада"), EARLIER)
    assert found["organisation"] == ("UA59080110000034361", "text", True)


def test_the_organisation_that_is_known_tells_the_region() -> None:
    asked = Asked(organisation_region="UA-63", said=frozenset({"organisation"}))
    assert told(asked) == {"region": ("UA-63", "of_organisation", True)}


def test_what_was_said_is_not_guessed_at() -> None:
    asked = Asked("Generators for our hospital, we need two", said=frozenset({"topic", "kind"}))
    assert told(asked) == {}


def test_two_fair_reasons_make_a_strong_one_and_the_strongest_values_stay() -> None:
    def fair(value: str, reason: str) -> Suggestion:
        return Suggestion("topic", value, FAIR, reason)

    found = best([fair("a", "words"), fair("b", "words"), fair("b", "requester"), fair("c", "words")], most=2)
    assert [(each.value, each.strong) for each in found] == [("b", True), ("a", False)]
