import pytest
from django.test import Client
from django.urls import reverse

from api.models import Token
from tests import making
from tests.api.conftest import Program, token_of
from tickets.models import User

LIST = reverse("admin:api_token_changelist")


@pytest.fixture
def administrator(client: Client, reference_data: None) -> Client:
    client.force_login(making.staff("Ada Administrator", role="administrator"))
    return client


def test_administrators_see_all_tokens_and_no_secret(administrator: Client, anna: User) -> None:
    token, secret = token_of(anna)
    pages = [administrator.get(LIST, {"q": anna.email}), administrator.get(f"{LIST}{token.pk}/change/")]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert "a program" in text
        assert secret not in text
        assert token.token_hash not in text


def test_administrators_revoke_any_token(administrator: Client, anna: User) -> None:
    token, secret = token_of(anna)
    answer = administrator.post(LIST, {"action": "revoke", "_selected_action": [token.pk]}, follow=True)
    assert "1 token is revoked." in answer.content.decode()
    assert Program(secret).ask("queues").status_code == 401


def test_others_see_no_tokens_there(client: Client, anna: User, maria: User) -> None:
    token = token_of(anna)[0]
    for person in (anna, maria):
        client.force_login(person)
        assert client.get(LIST).status_code == 302
        client.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    assert Token.objects.get().revoked_at is None
