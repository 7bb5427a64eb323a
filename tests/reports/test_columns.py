"""The picture of columns: how high they are, where they lead, and that nothing in it traps a keyboard."""

from xml.etree import ElementTree

import pytest

from reports.columns import BOTTOM, LEFT, RIGHT, TOP, Column, columns, scale

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*values: int, **options: int) -> ElementTree.Element:
    made = [Column(f"w{n}", value, f"week {n}: {value}", f"/desk/find/?q={n}") for n, value in enumerate(values)]
    return ElementTree.fromstring(columns("came", "Came", "Most in week 2.", made, **options))


def bars(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return [each for each in picture.iter(f"{SVG}rect") if each.get("fill-opacity") != "0"]


def test_the_height_of_a_column_is_its_number() -> None:
    one, two = bars(drawn(5, 10))
    assert float(two.attrib["height"]) == pytest.approx(BOTTOM - TOP)
    assert float(one.attrib["height"]) == pytest.approx((BOTTOM - TOP) / 2)


def test_pictures_that_are_compared_have_one_scale() -> None:
    (bar,) = bars(drawn(5, top=20))
    assert float(bar.attrib["height"]) == pytest.approx((BOTTOM - TOP) / 4)


def test_each_column_leads_to_its_tickets_and_says_what_it_is() -> None:
    picture = drawn(3, 0, 4)
    links = list(picture.iter(f"{SVG}a"))
    assert [link.get("href") for link in links] == ["/desk/find/?q=0", "/desk/find/?q=2"]
    assert {link.get("tabindex") for link in links} == {"-1"}
    told = [each.text for each in picture.iter(f"{SVG}title")]
    assert told == ["Came", "week 0: 3", "week 1: 0", "week 2: 4"]


def test_the_picture_is_named_and_its_parts_are_hidden_from_who_has_the_table() -> None:
    picture = drawn(3)
    assert picture.get("role") == "group"
    assert picture.get("aria-labelledby") == "came-title came-description"
    assert picture.find(f"{SVG}g").get("aria-hidden") == "true"  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [0, 1, 2, 7, 53, 157])
def test_however_many_columns_all_are_inside_and_few_are_labelled(number: int) -> None:
    picture = drawn(*range(1, number + 1))
    for bar in bars(picture):
        left, width = float(bar.attrib["x"]), float(bar.attrib["width"])
        assert left >= LEFT - 0.1
        assert left + width <= RIGHT + 0.6
    labels = [each.text for each in picture.iter(f"{SVG}text") if (each.text or "").startswith("w")]
    assert len(labels) <= 6 + 1


@pytest.mark.parametrize("number", range(1, 63))
def test_no_label_stands_on_another(number: int) -> None:
    taken = LEFT - 44.0
    for each in drawn(*range(number)).iter(f"{SVG}text"):
        if (each.text or "").startswith("w"):
            left = float(each.attrib["x"]) - {"start": 0, "middle": 22, "end": 44}[each.attrib["text-anchor"]]
            assert left >= taken, each.text
            taken = left + 44


def test_a_shorter_time_is_drawn_hollow() -> None:
    made = [Column("a", 3, "a", whole=False), Column("b", 3, "b")]
    hollow, whole = bars(ElementTree.fromstring(columns("x", "X", "Y", made)))
    assert hollow.get("stroke") == "currentColor"
    assert whole.get("stroke") is None


@pytest.mark.parametrize(
    ("most", "edge"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 6), (10, 10), (11, 20), (99, 100), (101, 200)]
)
def test_the_upper_edge_is_a_round_number(most: int, edge: int) -> None:
    assert scale(most) == edge


def test_nothing_but_attributes_dresses_it() -> None:
    text = columns("x", "X", "Y", [Column("<b>", 3, "&", "/?q=a&b=c")])
    assert "style" not in text
    assert "<b>" not in text
