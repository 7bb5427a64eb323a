import pytest
from django.test import Client

from desk.views import account
from tests import making
from tickets.models import User

PASSWORD = "a long enough password"


def sign_in(client: Client, person: User, password: str = PASSWORD, **data: str) -> int:
    return client.post("/desk/login/", {"username": person.email, "password": password, **data}).status_code


def test_staff_sign_in_by_address_in_any_case_and_out_by_post(client: Client, anna: User) -> None:
    answer = client.post("/desk/login/", {"username": anna.email.upper(), "password": PASSWORD})
    assert answer.headers["Location"] == "/desk/"
    assert client.get("/desk/logout/").status_code == 405
    assert client.post("/desk/logout/").headers["Location"] == "/desk/login/"
    assert client.get("/desk/").headers["Location"] == "/desk/login/?next=/desk/"


def test_signing_in_leads_on_to_where_one_wanted_to_go_and_nowhere_else(client: Client, anna: User) -> None:
    for wanted, location in (("/desk/profile/", "/desk/profile/"), ("https://evil.example/", "/desk/")):
        data = {"username": anna.email, "password": PASSWORD, "next": wanted}
        assert client.post("/desk/login/", data).headers["Location"] == location
        client.post("/desk/logout/")


def test_a_wrong_password_and_an_unknown_address_say_the_same(client: Client, anna: User) -> None:
    wrong = client.post("/desk/login/", {"username": anna.email, "password": "wrong"}).content.decode()
    unknown = client.post("/desk/login/", {"username": "nobody@example.org", "password": "wrong"}).content.decode()
    words = "Address and password do not fit together."
    assert words in wrong
    assert words in unknown


def test_a_closed_account_stays_outside(client: Client, anna: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, anna) == 200
    assert client.get("/desk/").status_code == 302


def test_too_many_tries_for_one_address_wait(client: Client, anna: User) -> None:
    for _ in range(account.TRIES_PER_ADDRESS):
        assert sign_in(client, anna, "wrong") == 200
    answer = client.post("/desk/login/", {"username": anna.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    page = answer.content.decode()
    assert "too many tries to sign in" in page
    assert "possible in 10 minutes" in page
    assert anna.email in page
    assert sign_in(client, making.staff("Ben")) == 302


def test_too_many_tries_from_one_place_wait(client: Client, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "TRIES_PER_NETWORK", 3)
    for number in range(3):
        client.post("/desk/login/", {"username": f"{number}@example.org", "password": "wrong"})
    assert sign_in(client, anna) == 429
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(other, anna) == 302


def test_the_profile_is_kept_and_the_desk_speaks_its_language(desk: Client, anna: User) -> None:
    data = {"name": "Anna Neu", "unit": "CIVEX", "phone": "+32 2 111 11 11", "language": "fr", "role": "administrator"}
    assert desk.post("/desk/profile/", data).status_code == 302
    anna.refresh_from_db()
    assert (anna.name, anna.phone, anna.language, anna.role) == ("Anna Neu", "+32 2 111 11 11", "fr", "agent")
    page = desk.get("/desk/profile/").content.decode()
    assert '<html lang="fr">' in page


def test_a_profile_without_a_name_keeps_what_was_typed(desk: Client, anna: User) -> None:
    answer = desk.post("/desk/profile/", {"name": "", "unit": "New unit", "phone": "", "language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="New unit"' in page
    assert "Anna Agent" in page
    anna.refresh_from_db()
    assert anna.unit != "New unit"


def test_a_new_password_ends_other_sessions_and_keeps_this_one(desk: Client, anna: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(anna)
    wrong = desk.post("/desk/profile/password/", {"old_password": "x", "new_password1": "a", "new_password2": "b"})
    assert wrong.status_code == 422
    new = "another long password"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert desk.post("/desk/profile/password/", data).status_code == 302
    assert desk.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert sign_in(Client(), anna, new) == 302
