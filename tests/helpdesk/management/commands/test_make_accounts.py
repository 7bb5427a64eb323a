"""The first accounts of `make run`."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from tickets.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def accounts(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "accounts.txt"


def test_three_accounts_are_made_and_can_sign_in_with_what_the_file_says(accounts: Path) -> None:
    call_command("make_accounts")

    lines = [line.split() for line in accounts.read_text().splitlines()]
    assert [role for role, _, _ in lines] == ["agent", "manager", "administrator"]
    for role, email, password in lines:
        user = User.objects.get(email=email)
        assert user.role == role
        assert user.check_password(password)
        assert user.is_superuser == (role == "administrator")


def test_the_file_is_readable_by_its_owner_alone(accounts: Path) -> None:
    call_command("make_accounts")

    assert accounts.stat().st_mode & 0o777 == 0o600


def test_accounts_are_made_once(accounts: Path) -> None:
    call_command("make_accounts")
    first = accounts.read_text()
    User.objects.filter(role="agent").delete()
    call_command("make_accounts")

    assert accounts.read_text() == first
    assert User.objects.count() == 2


def test_production_gets_no_example_accounts(settings: Settings, accounts: Path) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("make_accounts")
    assert not accounts.exists()
    assert not User.objects.exists()
