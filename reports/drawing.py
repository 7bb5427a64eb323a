"""What all pictures are drawn with: an SVG element and its parts, the same text for the same values on every machine.

Lines and letters take the colour of the text around them, so that a picture is right in the dark and on paper.
"""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree

FONT = 13

Element = ElementTree.Element
Point = tuple[float, float]


def picture_of(name: str, title: str, description: str, width: int, height: int, *, role: str = "img") -> Element:
    """An empty picture. `title` and `description` are read out; `name` begins its ids: unique on its page.

    `role` is "group" where there are links in the picture, as nothing in an image can be followed.
    """
    picture = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "role": role,
            "aria-labelledby": f"{name}-title {name}-description",
            "class": "chart",
            "font-size": str(FONT),
            "fill": "currentColor",
        },
    )
    add(picture, "title", title, id=f"{name}-title")
    add(picture, "desc", description, id=f"{name}-description")
    return picture


def add(picture: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """Put a part into the picture; an underscore in the name of an attribute is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    element = ElementTree.SubElement(picture, tag, named)
    element.text = text
    return element


def path(points: Sequence[Point]) -> str:
    """Lines between points, most of them level or upright: said so they take half the room."""
    said = [f"M{coordinate(points[0][0])} {coordinate(points[0][1])}"]
    for (x_before, y_before), (x, y) in pairwise(points):
        if y == y_before:
            said.append(f"H{coordinate(x)}")
        else:
            said.append(f"V{coordinate(y)}" if x == x_before else f"L{coordinate(x)} {coordinate(y)}")
    return "".join(said)


def coordinate(value: float) -> str:
    """A tenth of a point at most."""
    return f"{value:.1f}".removesuffix(".0")
