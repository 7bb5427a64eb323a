"""Columns over time as SVG: how many in each day, week or month. Pure; see `reports.charts` for the style.

Each column leads to its tickets by mouse; by keyboard the table below the picture does, so that nobody has to go
through fifty columns to pass it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from reports.drawing import FONT, Element, add, coordinate, picture_of

WIDTH, HEIGHT = 400, 170
LEFT, RIGHT, TOP, BOTTOM = 44, 392, 22, 138
_GAP = 0.25  # of the width of a column with the gap behind it
_LABELS = 6  # below the columns, at most
_LABEL = 44  # points that one needs
_WIDE = 22  # points from which on a column bears its number
_ROUND = (1, 2, 4, 6, 8)


@dataclass(frozen=True)
class Column:
    """One time: its short name below the axis, how many, what is told of it, and where its tickets are.

    `whole` is False for one that is shorter than the others, such as the week that the period begins in.
    """

    label: str
    value: int
    told: str
    address: str = ""
    whole: bool = True


def columns(name: str, title: str, description: str, values: Sequence[Column], *, top: int = 0) -> str:
    """The picture. `top` is the least value at the upper edge: the same for pictures that are compared.

    Columns of shorter times are drawn hollow. `name` begins the ids in the picture: unique on its page.
    """
    picture = picture_of(name, title, description, WIDTH, HEIGHT, role="group")
    shown = add(picture, "g", aria_hidden="true")
    highest = scale(max([top, *(each.value for each in values)], default=0))
    for value in (0, highest // 2, highest) if highest > 1 else (0, highest):
        y = coordinate(_y(value, highest))
        add(shown, "path", d=f"M{LEFT} {y}H{RIGHT}", stroke="currentColor", stroke_opacity="0.3", fill="none")
        add(shown, "text", str(value), x=coordinate(LEFT - 6), y=coordinate(_y(value, highest) + 4), text_anchor="end")
    step = (RIGHT - LEFT) / max(len(values), 1)
    stride = -(-len(values) // _LABELS)
    free = float(LEFT)  # from where on there is room for a label
    for number, each in enumerate(values):
        left = LEFT + step * number
        _column(shown, each, left, step, highest)
        if number % stride == 0 and free <= RIGHT - _LABEL:
            _label(shown, each.label, left, step, inside=len(values) <= _LABELS)
            free = left + _LABEL
    return ElementTree.tostring(picture, encoding="unicode")


def scale(most: int) -> int:
    """The round number at the upper edge: even where it has a half that is shown."""
    size = 1
    while True:
        for each in _ROUND:
            edge = each * size
            if edge >= most and (edge % 2 == 0 or edge == 1):
                return edge
        size *= 10


def _column(shown: Element, each: Column, left: float, step: float, highest: int) -> None:
    place = add(shown, "a", href=each.address, tabindex="-1") if each.address and each.value else shown
    group = add(place, "g")
    add(group, "title", each.told)
    width = max(step * (1 - _GAP), 1)
    top = _y(each.value, highest)
    # The whole height can be pointed at; a column of one ticket is too low to be hit.
    whole = {"x": coordinate(left), "y": coordinate(TOP), "width": coordinate(step), "height": coordinate(BOTTOM - TOP)}
    add(group, "rect", fill_opacity="0", **whole)
    if not each.value:
        return
    look = {} if each.whole else {"fill_opacity": "0.15", "stroke": "currentColor", "stroke_width": "1"}
    add(
        group, "rect", x=coordinate(left + (step - width) / 2), y=coordinate(top), width=coordinate(width),
        height=coordinate(max(BOTTOM - top, 1)), **look,
    )  # fmt: skip
    if step >= _WIDE:
        add(group, "text", str(each.value), x=coordinate(left + step / 2), y=coordinate(top - 4), text_anchor="middle")


def _label(shown: Element, text: str, left: float, step: float, *, inside: bool) -> None:
    """Below the middle of its column, or beginning with it where columns are narrow; the last one ends at the edge."""
    x, anchor = (left + step / 2, "middle") if inside else (left, "start")
    if not inside and left > RIGHT - _LABEL:
        x, anchor = RIGHT, "end"
    add(shown, "text", text, x=coordinate(x), y=coordinate(BOTTOM + 6 + FONT), text_anchor=anchor)


def _y(value: float, highest: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / highest if highest else BOTTOM
