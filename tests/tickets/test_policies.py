"""Of the policies of a duty the first that fits holds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.policies import SHIPPED, Conditions, Rule, Traits, choose, fits
from tickets.reference import policies
from tickets.regulation import Period, Unit

PLAIN = Traits(queue=1, kind="enquiry", topic=None, priority=2, danger_to_life=False)
TRAITS = st.builds(
    Traits,
    queue=st.integers(1, 3),
    kind=st.sampled_from(["enquiry", "need"]),
    topic=st.none() | st.integers(1, 2),
    priority=st.integers(1, 4),
    danger_to_life=st.booleans(),
)
CONDITIONS = st.builds(
    Conditions,
    queue=st.none() | st.integers(1, 3),
    kind=st.sampled_from(["", "enquiry", "need"]),
    topic=st.none() | st.integers(1, 2),
    priority=st.none() | st.integers(1, 4),
    danger_to_life=st.booleans(),
)


def rule(number: int, duty: str = "reply", fits: Conditions | None = None) -> Rule:
    return Rule(number, duty, Period(number, Unit.DAYS), fits or Conditions())


@pytest.mark.parametrize(
    ("asked", "traits", "fitting"),
    [
        ({}, {}, True),
        ({"queue": 1}, {}, True),
        ({"queue": 2}, {}, False),
        ({"kind": "need"}, {}, False),
        ({"kind": "need"}, {"kind": "need"}, True),
        ({"topic": 7}, {}, False),
        ({"topic": 7}, {"topic": 7}, True),
        ({"priority": 3}, {}, False),
        ({"priority": 3}, {"priority": 3}, True),
        ({"priority": 3}, {"priority": 4}, True),
        ({"danger_to_life": True}, {}, False),
        ({"danger_to_life": True}, {"danger_to_life": True}, True),
        ({}, {"danger_to_life": True}, True),
        ({"kind": "need", "danger_to_life": True}, {"danger_to_life": True}, False),
    ],
)
def test_every_condition_must_be_met(asked: dict[str, Any], traits: dict[str, Any], fitting: bool) -> None:
    assert fits(Conditions(**asked), replace(PLAIN, **traits)) is fitting


def test_the_first_that_fits_holds_for_each_duty() -> None:
    rules = [rule(1, fits=Conditions(queue=2)), rule(2), rule(3), rule(4, "final")]
    assert {duty: each.policy for duty, each in choose(rules, PLAIN).items()} == {"reply": 2, "final": 4}
    assert choose(rules, replace(PLAIN, queue=2))["reply"].policy == 1


def test_where_none_fits_nothing_is_due() -> None:
    assert choose([rule(1, fits=Conditions(queue=2))], PLAIN) == {}


@given(TRAITS, st.lists(CONDITIONS, max_size=6))
def test_what_is_chosen_fits_and_nothing_before_it_does(traits: Traits, asked: list[Conditions]) -> None:
    rules = [rule(number, fits=each) for number, each in enumerate(asked, start=1)]
    found = choose(rules, traits).get("reply")
    fitting = [each.policy for each in rules if fits(each.fits, traits)]
    assert (found.policy if found else None) == (fitting[0] if fitting else None)


def test_what_ships_is_called_by_words_that_the_catalogues_know() -> None:
    assert {word for each in policies() for word in (each.name, each.source)} == set(SHIPPED)
    assert len({each.code for each in policies()}) == len(policies())


def test_every_duty_that_ships_has_a_policy_that_fits_all() -> None:
    for_all = {each.duty for each in policies() if not (each.queue or each.kind or each.danger_to_life)}
    assert for_all == {"acknowledge", "official", "reply", "final"}
