"""The picture of a curve: read as a tree, for what it says, where its lines run, and what must not be in it."""

import random
import re
from xml.etree import ElementTree

import pytest

from reports.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Mark, Words, waiting
from reports.survival import Curve, End, Wait, estimate

DAY = 86_400
SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words(
    "Waiting in March", "Half had an answer within 2 days.", "without an answer", "days", ("100 %", "50 %", "0 %")
)


def curve(*waits: tuple[float, End]) -> Curve:
    return estimate(Wait(int(days * DAY), end) for days, end in waits).answered


SMALL = curve((1, End.ANSWERED), (2, End.ANSWERED), (4, End.OPEN), (5, End.OPEN))


def drawn(answered: Curve, days: int = 10, words: Words = WORDS, marks: tuple[Mark, ...] = ()) -> ElementTree.Element:
    return ElementTree.fromstring(waiting("first", answered, days, words, marks))


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def line(picture: ElementTree.Element) -> list[tuple[float, float]]:
    """The corners of the one thick line."""
    (path,) = (each for each in picture.iter(f"{SVG}path") if each.get("stroke-width"))
    x = y = 0.0
    corners = []
    for command, numbers in re.findall(r"([MLHV])([\d. ]+)", path.attrib["d"]):
        values = [float(number) for number in numbers.split()]
        if command in "ML":
            x, y = values
        else:
            x, y = (values[0], y) if command == "H" else (x, values[0])
        corners.append((x, y))
    return corners


def test_it_is_one_picture_with_a_name_and_a_description() -> None:
    picture = drawn(SMALL)
    assert picture.get("role") == "img"
    named = {element.get("id"): element.text for element in picture if element.get("id")}
    assert [named[part] for part in picture.attrib["aria-labelledby"].split()] == [WORDS.title, WORDS.description]


def test_the_line_falls_in_steps_to_where_the_last_one_was_watched() -> None:
    day, height = (RIGHT - LEFT) / 10, BOTTOM - TOP
    three, two = TOP + height / 4, TOP + height / 2
    corners = [
        (LEFT, TOP),
        (LEFT + day, TOP),
        (LEFT + day, three),
        (LEFT + 2 * day, three),
        (LEFT + 2 * day, two),
        (LEFT + 5 * day, two),
    ]
    assert line(drawn(SMALL)) == [pytest.approx(corner, abs=0.06) for corner in corners]


def test_what_ended_for_good_is_drawn_to_the_edge() -> None:
    ended = curve((1, End.ANSWERED), (2, End.CLOSED))
    assert line(drawn(ended))[-1] == (RIGHT, pytest.approx((TOP + BOTTOM) / 2))


def test_the_line_stops_at_the_edge_of_the_time_that_is_shown() -> None:
    assert max(x for x, _ in line(drawn(SMALL, days=3))) == RIGHT
    assert line(drawn(SMALL, days=1))[-1] == (RIGHT, pytest.approx(TOP + (BOTTOM - TOP) / 4))


def test_a_mark_stands_where_its_share_was_reached_and_nowhere_else() -> None:
    marks = (Mark(0.5, "half: 2 days"), Mark(0.9, "9 in 10: never"))
    picture = drawn(SMALL, marks=marks)
    (circle,) = picture.iter(f"{SVG}circle")
    assert float(circle.attrib["cx"]) == pytest.approx(LEFT + 2 * (RIGHT - LEFT) / 10, abs=0.06)
    assert "half: 2 days" in texts(picture)
    assert "9 in 10: never" not in texts(picture)
    assert not list(drawn(SMALL, days=1, marks=marks).iter(f"{SVG}circle"))


def test_without_tickets_only_the_axes_are_drawn() -> None:
    picture = drawn(estimate([]).answered)
    assert texts(picture) == ["100 %", "50 %", "0 %", "0", "2", "4", "6", "8", "10", "days"]


def test_words_are_words_whatever_stands_in_them() -> None:
    nasty = '</title><script>alert("1")</script>&'
    picture = drawn(SMALL, words=Words(nasty, nasty, nasty, nasty, (nasty, nasty, nasty)), marks=(Mark(0.5, nasty),))
    assert not list(picture.iter(f"{SVG}script"))
    assert set(texts(picture)) - {"0", "2", "4", "6", "8", "10"} == {nasty}


def test_nothing_in_it_needs_a_style_a_script_an_address_or_a_colour() -> None:
    for element in drawn(SMALL, marks=(Mark(0.5, "half"),)).iter():
        assert not {"style", "href", "onload", "onclick"} & set(element.attrib)
        assert element.get("fill", "none") in ("none", "currentColor")
        assert element.get("stroke", "none") in ("none", "currentColor")


def test_thousands_of_steps_take_no_more_room_than_the_picture_has_columns() -> None:
    draw = random.Random(1)
    waits = [Wait(int(draw.expovariate(1 / (5 * DAY))), draw.choice(list(End))) for _ in range(5_000)]
    answered = estimate(waits).answered
    made = waiting("first", answered, 30, WORDS)
    assert made == waiting("first", answered, 30, WORDS)
    assert len(made) < 25_000
    corners = line(ElementTree.fromstring(made))
    assert len(corners) <= 2 * (RIGHT - LEFT) + 2
    assert [y for _, y in corners] == sorted(y for _, y in corners)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)


@pytest.mark.parametrize(("days", "numbers"), [(1, 2), (7, 8), (30, 7), (90, 7), (1_000, 2)])
def test_few_numbers_stand_below(days: int, numbers: int) -> None:
    assert sum(text.isdigit() for text in texts(drawn(SMALL, days=days))) == numbers


def test_a_chart_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="a day at least"):
        waiting("first", SMALL, 0, WORDS)
