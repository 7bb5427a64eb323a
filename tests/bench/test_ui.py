from bench.ui import Seen, in_french, table, without_names


def test_a_page_of_the_portal_has_its_language_in_its_address_and_one_of_the_desk_has_not() -> None:
    assert in_french("http://127.0.0.1:1/en/request/?a=/en/") == "http://127.0.0.1:1/fr/request/?a=/en/"
    assert in_french("http://127.0.0.1:1/desk/") == "http://127.0.0.1:1/desk/"


def test_pages_of_two_tickets_are_one_kind_of_page() -> None:
    one, two = (without_names(f"http://127.0.0.1:{n}/desk/tickets/SU-2026-00000{n}/history/") for n in (1, 2))
    assert one == two == "/desk/tickets/#/history/"
    assert without_names("http://127.0.0.1:1/desk/?view=mine") != without_names("http://127.0.0.1:1/desk/?view=spam")


def test_the_table_counts_and_then_names_the_faults() -> None:
    shown = table([Seen("a", "list", 10), Seen("a", "ticket", 3, ["ticket 320: wider than its window"])]).splitlines()
    assert [line.split()[:2] for line in shown[1:3]] == [["0", "10"], ["1", "3"]]
    assert shown[3:] == ["ticket 320: wider than its window", "1 faults in 13 looks at 2 states"]
