"""Whoever changes how somebody signs in: the owner of the account has a mail about it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import translation

from notifications.models import OutgoingMail
from tests import second_factors
from tests.desk.signing_in.test_factors import confirm
from tests.desk.test_account import PASSWORD
from tickets.actions.accounts import CHANGES
from tickets.models import User

Committed = Callable[..., AbstractContextManager[object]]
FACTORS = "/desk/profile/second-factor/"
NEW = "another long password"


def told(person: User) -> list[str]:
    """What the mails to this person say happened, in English."""
    mails = OutgoingMail.objects.filter(name="sign_in_changed").order_by("pk")
    assert all([each["address"] for each in mail.to] == [person.email] for mail in mails)
    with translation.override("en"):
        known = {str(words): what for what, words in CHANGES.items()}
    return [known[mail.text.split("\n")[0]] for mail in mails]


def change_password(client: Client, old: str = PASSWORD) -> int:
    data = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    return client.post("/desk/profile/password/", data).status_code


def test_a_password_is_changed_and_its_owner_told_once(desk: Client, anna: User) -> None:
    assert change_password(desk, "wrong") == 422
    assert told(anna) == []
    assert change_password(desk) == 302
    assert told(anna) == ["password_changed"]
    mail = OutgoingMail.objects.get()
    assert mail.subject == "How you sign in was changed"
    for body in (mail.text, mail.html):
        assert "change your password at once" in body
        assert "/desk/profile/" in body
        assert NEW not in body
    assert (mail.audience, mail.automatic, mail.reply_to) == ("staff", True, "")


def test_each_change_of_a_factor_is_told(
    desk: Client, anna: User, django_capture_on_commit_callbacks: Committed
) -> None:
    confirm(desk)
    desk.get(FACTORS + "app/")
    code = second_factors.code(desk.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(FACTORS + "app/", {"code": code}).status_code == 302
    assert told(anna) == ["totp_activated"]
    OutgoingMail.objects.all().delete()
    key = Authenticator.objects.create(user=anna, type="webauthn", data={"name": "Key", "credential": {}})
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(FACTORS + "recovery-codes/new/")
        desk.post(f"{FACTORS}passkeys/{key.pk}/remove/")
        desk.post(FACTORS + "app/remove/")
    assert sorted(told(anna)) == ["recovery_codes_generated", "totp_deactivated", "webauthn_removed"]


def test_a_code_that_is_wrong_changes_nothing_and_tells_nothing(
    desk: Client, anna: User, django_capture_on_commit_callbacks: Committed
) -> None:
    confirm(desk)
    desk.get(FACTORS + "app/")
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(FACTORS + "app/", {"code": "000000"})
    assert told(anna) == []


@pytest.mark.parametrize("language", ["fr", "uk"])
def test_the_mail_speaks_the_language_of_its_reader(desk: Client, anna: User, language: str) -> None:
    User.objects.filter(pk=anna.pk).update(language=language)
    change_password(desk)
    mail = OutgoingMail.objects.get()
    assert mail.language == language
    assert f'<html lang="{language}">' in mail.html
