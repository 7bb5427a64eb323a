"""The form above each report: the period, the search that narrows it, its mistakes, and what else to narrow by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from reports.asking import as_fields
from reports.names import DIMENSIONS, Names, Part
from reports.periods import PRESETS
from reports.reading import Reading
from tickets.search.terms import Problem, group_text


@dataclass(frozen=True)
class Way:
    """A link to the report as it would be otherwise. `now` when it is so already."""

    words: str | Promise
    address: str
    now: bool = False


@dataclass(frozen=True)
class Mistake:
    """What is wrong with the search: a sentence, and what was typed, cut where the mistake stands."""

    message: str
    parts: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Narrowing:
    """What a report can be narrowed by."""

    words: str | Promise
    parts: Sequence[Part]


def context(reading: Reading, names: Names, path: str, *, periods: bool = True) -> dict[str, Any]:
    """What the template of the form needs. `path` is the report's own; `periods` where it has one."""
    asked, own_fields = reading.asked, ("q", "from", "to", "period")
    ways = [
        Way(words, path + asked.of(code, reading.today).address, asked.preset == code)
        for code, words in PRESETS.items()
    ]
    usual = not asked.preset and not asked.mistake
    return {
        "asked": asked,
        "own": reading.own,
        "periods": ways if periods else [],
        "days": asked.typed
        if asked.mistake
        else (asked.period.first.isoformat(), asked.period.last.isoformat())
        if usual
        else ("", ""),
        "carried": as_fields(asked.parts, *own_fields)
        + ([("period", asked.preset)] if asked.preset and periods else []),
        "mistakes": [_mistake(asked.query.typed, problem) for problem in reading.problems],
        "chips": [Way(group_text(group), path + asked.without(group).address) for group in asked.query.groups],
        "narrowing": [Narrowing(each.words, names.choices(each.code)) for each in DIMENSIONS.values()],
    }


def _mistake(typed: str, problem: Problem) -> Mistake:
    end = problem.start + problem.length
    parts = ((typed[: problem.start], False), (typed[problem.start : end], True), (typed[end:], False))
    return Mistake(problem.message, [part for part in parts if part[0]])
