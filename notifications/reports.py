"""The report by mail: figures in sentences, and charts that every mail program shows.

The charts are tables whose cells are as wide as their numbers: no picture to be blocked, nothing to be loaded, and read
out as what they are. They take frozen values and finished words and links, in the recipient's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from notifications.models import OutgoingMail
from notifications.outbox import Address, Draft, put
from notifications.rendering import language_of, render

REPORT = "report"


@dataclass(frozen=True)
class Statement:
    """What is told: a heading, a sentence, and the page that shows more of it."""

    heading: str
    sentence: str
    link: str


@dataclass(frozen=True)
class Bar:
    """A number, and how long its bar is: whole percent of the longest."""

    number: int
    percent: int

    @property
    def rest(self) -> int:
        """What is left of the row."""
        return 100 - self.percent


@dataclass(frozen=True)
class Row:
    """A line of a chart: its name and a bar for each column."""

    name: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Chart:
    """A chart: what it shows, its columns by name, and its lines."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    link: str


@dataclass(frozen=True)
class Report:
    """The whole report. `title` names the period."""

    title: str
    statements: Sequence[Statement]
    charts: Sequence[Chart]
    choose_link: str


def bars(numbers: Sequence[int], most: int) -> list[Bar]:
    """The bars of a line; what is there at all has a bar that can be seen."""
    return [Bar(each, max(round(100 * each / most), 2) if each and most else 0) for each in numbers]


def report(*, to: Address, language: str, made: Report, key: str) -> OutgoingMail:
    """Send a manager the report of a week or a month. `made` is in `language` already."""
    with translation.override(language_of(language)):
        text, html = render(REPORT, {"report": made})
    return put(
        Draft(
            key=key,
            name=REPORT,
            audience=OutgoingMail.Audience.STAFF,
            automatic=True,
            language=language_of(language),
            to=[to],
            subject=made.title,
            text=text,
            html=html,
            from_name=settings.MAIL_FROM_NAME,
        )
    )
