import pytest

from tickets.placeholders import PLACES, fill, left_in, unknown_in


def test_a_place_with_a_value_is_filled_and_one_without_stays() -> None:
    text = "Dear {name}, {quantity} of {item}; { Name } again."
    assert fill(text, {"name": "Olena", "quantity": " ", "item": "a {bus}"}) == (
        "Dear Olena, {quantity} of a {bus}; Olena again."
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{name} and {name} and {ім’я}", ["{name}", "{ім’я}"]),
        ("{скільки}", ["{скільки}"]),
        ("{ how many }", ["{ how many }"]),
        ("{}, {1}, {1, 2}, { }, {a\nb}", []),
        ("{" + "a" * 41 + "}", []),
    ],
)
def test_what_is_left_is_found_in_any_script_and_sets_are_not_taken_for_it(text: str, left: list[str]) -> None:
    assert left_in(text) == left


def test_places_of_no_ticket_are_told() -> None:
    assert unknown_in("{name} {Body} {bdoy} {скільки}") == ["{bdoy}", "{скільки}"]
    assert not any(unknown_in(f"{{{name}}}") for name in PLACES)
