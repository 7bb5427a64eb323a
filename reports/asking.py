"""What a report is about, as its address says: a period, a search that narrows it, and which clock counts.

`period` is the code of a preset, or `from` and `to` are days, which come first; `q` is a text of the search language,
and each `add` a term more; `time=working`, `pauses=net` and `average=1` are the switches. What is usual is left out;
unknown values mean the usual: a link never breaks. Days that cannot be read are said, and the usual period holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from reports.periods import LAST_MONTH, LONGEST, PRESETS, Period, preset
from tickets.search.query import parse
from tickets.search.terms import Group, Query


@dataclass(frozen=True)
class Asked:
    """What was asked for. `preset` is empty for days of one's own; `mistake` says what is wrong with those.

    `typed` are the days as they were typed.
    """

    period: Period
    preset: str
    query: Query
    working: bool = False
    net: bool = False
    average: bool = False
    typed: tuple[str, str] = ("", "")
    mistake: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """What the address says after its question mark."""
        said: dict[str, str] = {}
        if not self.preset:
            said |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        elif self.preset != LAST_MONTH:
            said["period"] = self.preset
        if self.query.text:
            said["q"] = self.query.text
        switches = {"time": "working" * self.working, "pauses": "net" * self.net, "average": "1" * self.average}
        return said | {name: value for name, value in switches.items() if value}

    @property
    def address(self) -> str:
        """The same report's address, from its question mark on; empty for the usual one."""
        return f"?{urlencode(self.parts)}" if self.parts else ""

    @property
    def key(self) -> str:
        """What the figures depend on: equal if and only if they are."""
        return repr((self.period, self.query.text, self.working, self.net))

    def of(self, code: str, today: date) -> "Asked":
        """The same for the period of a preset."""
        return replace(self, period=preset(code, today), preset=code, typed=("", ""), mistake="")

    def over(self, period: Period) -> "Asked":
        """The same over days of one's own."""
        return replace(self, period=period, preset="", typed=("", ""), mistake="")

    def without(self, group: Group) -> "Asked":
        """The same with one condition less."""
        return replace(self, query=self.query.without(group))

    def switched(self, **switches: bool) -> "Asked":
        """The same by another clock: `working`, `net` or `average`."""
        return replace(self, **switches)  # type: ignore[arg-type]


def read(asked: QueryDict, today: date, *, usual: str = LAST_MONTH) -> Asked:
    """The report that an address asks for."""
    added = [text for text in asked.getlist("add") if text.strip()]
    query = parse(" ".join([asked.get("q", ""), *added]))
    code = asked.get("period", "")
    found = Asked(
        preset(usual, today),
        usual,
        query,
        working=asked.get("time") == "working",
        net=asked.get("pauses") == "net",
        average=asked.get("average") == "1",
    )
    if code in PRESETS:
        found = found.of(code, today)
    first, last = asked.get("from", "").strip(), asked.get("to", "").strip()
    if not first and not last:
        return found
    days = [_day(text) for text in (first, last)]
    mistake = _mistake(days)
    if mistake or days[0] is None or days[1] is None:
        return replace(found, typed=(first, last), mistake=mistake)
    return found.over(Period(days[0], days[1]))


def as_fields(parts: Mapping[str, str], *but: str) -> list[tuple[str, str]]:
    """What a form has to carry along, without what its own fields say."""
    return [(name, value) for name, value in parts.items() if name not in but]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _mistake(days: list[date | None]) -> str:
    first, last = days
    if first is None or last is None:
        return _("Give both days, such as 2026-11-01 and 2026-11-30.")
    if last < first:
        return _("The last day comes before the first one. Change one of them.")
    if (last - first).days >= LONGEST or first.year < 1970:
        return _("A report covers ten years at most. Choose fewer days.")
    return ""
