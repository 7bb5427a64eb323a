"""Charts as SVG: pure, the same text for the same values, without scripts or styles, and readable without colour.

All lines and letters take the colour of the text around them, so a chart is right in the dark and on paper. The words
come finished and in the reader's language; a table with the same numbers belongs beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree

from reports.drawing import FONT, Element, Point, add, coordinate, path, picture_of
from reports.survival import Curve, NotReached

DAY = 86_400
WIDTH, HEIGHT = 400, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 384, 14, 208
_LETTER = 7  # what a letter of a label takes, about; a label without room to the right ends there, a little higher


@dataclass(frozen=True)
class Words:
    """What is written: the title and description that are read out, the line's name, the time axis, and the shares.

    `shares`: how all, half and none are written, such as "100 %", "50 %" and "0 %".
    """

    title: str
    description: str
    line: str
    axis: str
    shares: tuple[str, str, str]


@dataclass(frozen=True)
class Mark:
    """A point of the curve to be named: where the `share` had their answer, between 0 and 1, and what to say there."""

    share: float
    text: str


def waiting(name: str, answered: Curve, days: int, words: Words, marks: Sequence[Mark] = ()) -> str:
    """The share of those without an answer over `days` days, falling, with its band; times of the curve in seconds.

    The line ends where nobody was watched any longer. `name` begins the ids in the picture: unique on its page.
    """
    if days < 1:
        raise ValueError("a chart shows a day at least")
    picture = picture_of(name, words.title, words.description, WIDTH, HEIGHT)
    _axes(picture, days, words)
    end = _x(days * DAY if answered.last is None else min(answered.last, days * DAY), days)
    if answered.n:
        high, line, low = (list(_stairs(points, end)) for points in _columns(answered, days))
        band = path([*high, *reversed(low)]) + "Z"
        add(picture, "path", d=band, fill="currentColor", fill_opacity="0.12", stroke="none")
        for limit in (high, low):
            dashes = {"stroke": "currentColor", "stroke_dasharray": "3 3", "stroke_opacity": "0.5"}
            add(picture, "path", d=path(limit), fill="none", **dashes)
        add(picture, "path", d=path(line), fill="none", stroke="currentColor", stroke_width="2.5")
        add(
            picture,
            "text",
            words.line,
            x=coordinate(RIGHT),
            y=coordinate(TOP + FONT),
            text_anchor="end",
            font_weight="bold",
        )
    for mark in marks:
        _mark(picture, answered, days, mark)
    return ElementTree.tostring(picture, encoding="unicode")


def _columns(curve: Curve, days: int) -> Iterator[list[Point]]:
    """Upper limit, curve and lower limit of those without an answer: one point a column of the picture is enough.

    A hundred thousand steps fall into some hundreds of columns; the last step of a column stands for it.
    """
    shown = ((_x(time, days), step) for step, time in enumerate(curve.times) if time <= days * DAY)
    columns = (list(column) for _, column in groupby(shown, key=lambda step: int(step[0])))
    steps = [(x, curve.share(step)) for x, step in (column[-1] for column in columns)]
    start = curve.within(0)
    above = start.high if start else 0.0
    yield [(LEFT, _y(1.0)), *((x, _y(1 - share.low)) for x, share in steps)]
    yield [(LEFT, _y(1.0)), *((x, _y(1 - share.value)) for x, share in steps)]
    yield [(LEFT, _y(1 - above)), *((x, _y(1 - share.high)) for x, share in steps)]


def _stairs(points: Iterable[Point], end: float) -> Iterator[Point]:
    """The corners of a line that stays until the next point and then drops to it."""
    height: float | None = None
    for x, y in points:
        if height is not None:
            yield x, height
        yield x, y
        height = y
    if height is not None:
        yield end, height


def _mark(picture: Element, answered: Curve, days: int, mark: Mark) -> None:
    at = answered.reached(mark.share).at
    if isinstance(at, NotReached) or at > days * DAY:
        return
    x, y = _x(at, days), _y(1 - mark.share)
    add(picture, "circle", cx=coordinate(x), cy=coordinate(y), r="4", fill="currentColor")
    where, above, anchor = (RIGHT, 14, "end") if x + 8 + _LETTER * len(mark.text) > RIGHT else (x + 8, 7, "start")
    add(picture, "text", mark.text, x=coordinate(where), y=coordinate(y - above), text_anchor=anchor)


def _axes(picture: Element, days: int, words: Words) -> None:
    for share, text in zip((1.0, 0.5, 0.0), words.shares, strict=True):
        y = coordinate(_y(share))
        add(picture, "path", d=f"M{LEFT} {y}H{RIGHT}", stroke="currentColor", stroke_opacity="0.4", fill="none")
        add(picture, "text", text, x=coordinate(LEFT - 6), y=coordinate(_y(share) + 4), text_anchor="end")
    for day in range(0, days + 1, _stride(days)):
        x = coordinate(_x(day * DAY, days))
        add(picture, "path", d=f"M{x} {BOTTOM}v4", stroke="currentColor", fill="none")
        add(picture, "text", str(day), x=x, y=coordinate(BOTTOM + 4 + FONT), text_anchor="middle")
    add(picture, "text", words.axis, x=coordinate(RIGHT), y=coordinate(HEIGHT - 6), text_anchor="end")


def _stride(days: int) -> int:
    """Days between two numbers of the axis, so that at most eight stand there."""
    round_ones = (1, 2, 5, 7, 10, 14, 30, 60, 90)
    return next((stride for stride in round_ones if days <= 7 * stride), days)


def _x(seconds: float, days: int) -> float:
    return LEFT + (RIGHT - LEFT) * seconds / (days * DAY)


def _y(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share
