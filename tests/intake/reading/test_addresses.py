"""Addresses as senders really write them."""

import pytest

from intake.reading.addresses import first_mailbox, mailboxes


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("olena@hromada.example", "", "olena@hromada.example"),
        ("<Olena@Hromada.Example>", "", "olena@hromada.example"),
        ("Olena Koval <olena@hromada.example>", "Olena Koval", "olena@hromada.example"),
        ('"Koval, Olena" <olena@hromada.example>', "Koval, Olena", "olena@hromada.example"),
        ("Koval, Olena <olena@hromada.example>", "Koval, Olena", "olena@hromada.example"),
        ("olena@hromada.example (Olena Koval)", "Olena Koval", "olena@hromada.example"),
        ("Olena Koval olena@hromada.example", "Olena Koval", "olena@hromada.example"),
        ("Olena <olena@hromada.example", "Olena", "olena@hromada.example"),
        ("=?utf-8?B?0J7Qu9C10L3QsA==?= <olena@hromada.example>", "Олена", "olena@hromada.example"),
        ("=?utf-8?Q?Koval,_Olena?= <olena@hromada.example>", "Koval, Olena", "olena@hromada.example"),
        ("=?utf-8?Q?Olena_=3Colena=40hromada.example=3E?=", "Olena", "olena@hromada.example"),
        ("<olena@hromada.example.>", "", "olena@hromada.example"),
        ("<@relay.example:olena@hromada.example>", "", "olena@hromada.example"),
        ("mailto:olena@hromada.example", "mailto:", "olena@hromada.example"),
        ("o'neill@hromada.example", "", "o'neill@hromada.example"),
        ('"two words"@hromada.example', "", '"two words"@hromada.example'),
        ("\"'Olena'\" <olena@hromada.example>", "Olena", "olena@hromada.example"),
        ("Olena Koval", "Olena Koval", ""),
        ("<>", "", ""),
        ("", "", ""),
    ],
)
def test_one_mailbox_is_read(written: str, name: str, address: str) -> None:
    box = first_mailbox(written)
    assert (box.name, box.address) == (name, address)


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("a@x.example, B <b@x.example>", ["a@x.example", "b@x.example"]),
        ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
        ("Team: a@x.example, b@x.example;, c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("undisclosed-recipients:;", []),
        ('"a,b" <a@x.example>, (a comment, with (another)) c@x.example', ["a@x.example", "c@x.example"]),
    ],
)
def test_lists_and_groups_are_read(written: str, addresses: list[str]) -> None:
    assert [box.address for box in mailboxes(written)] == addresses


def test_no_more_addresses_than_allowed_are_read() -> None:
    assert len(mailboxes(", ".join(f"u{n}@x.example" for n in range(3_000)))) == 1_000
