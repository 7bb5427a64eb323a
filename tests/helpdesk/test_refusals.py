"""The bounds of the refusals are those of the code that they stand for; whole values pass."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from helpdesk import refusals
from intake.sources import posted
from portal import abuse
from tickets.addresses import reply_address, token

MIB = 1024 * 1024


def test_the_room_for_a_token_is_what_a_token_takes() -> None:
    assert len("+" + token(2**39, "partner")) == refusals.REPLY_TOKEN


@pytest.mark.parametrize("length", [38, 39])
def test_an_address_is_refused_exactly_when_its_reply_addresses_are_too_long(settings, length: int) -> None:
    settings.MAIL_ADDRESS = "a" * length + "@example.org"
    too_long = len(reply_address(1, "partner").rpartition("@")[0]) > 64
    assert too_long == (length == 39)
    if too_long:
        with pytest.raises(ImproperlyConfigured, match="MAIL_ADDRESS"):
            refusals.long_reply_address(settings.MAIL_ADDRESS)
    else:
        refusals.long_reply_address(settings.MAIL_ADDRESS)


def test_the_room_in_a_form_is_what_the_form_allows_besides_its_files() -> None:
    assert abuse.WORDS <= refusals.FORM_ROOM_MIB * MIB


def test_a_webhook_may_post_what_the_proxy_is_judged_by() -> None:
    assert posted.OVERHEAD == refusals.WEBHOOK_TIMES
    refusals.mails_too_large_for_proxy(100, 200)
    with pytest.raises(ImproperlyConfigured, match="REQUEST_MAX_MIB"):
        refusals.mails_too_large_for_proxy(101, 200)


def test_the_limits_of_a_form_are_those_that_are_judged() -> None:
    files, file_mib = settings.FORM_MAX_FILES, settings.FILE_MAX_BYTES // MIB
    needed = files * file_mib + refusals.FORM_ROOM_MIB
    refusals.forms_too_large_for_proxy(files, file_mib, needed)
    with pytest.raises(ImproperlyConfigured, match="REQUEST_MAX_MIB"):
        refusals.forms_too_large_for_proxy(files, file_mib, needed - 1)


@pytest.mark.parametrize("password", ["choose-one", "CHANGEME", "helpdesk", "postgres"])
def test_a_password_that_nobody_chose_is_refused(password: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        refusals.default_password("helpdesk", password)


@pytest.mark.parametrize(("user", "password"), [("helpdesk", "v9Qm2xLr"), ("helpdesk", ""), ("", "")])
def test_a_password_of_ones_own_passes_and_none_is_no_default(user: str, password: str) -> None:
    refusals.default_password(user, password)


def test_the_providers_are_those_that_send() -> None:
    assert {"mailgun", "postmark", "brevo"} <= set(refusals.PROVIDERS)
    assert not {"base", "console", "test"} & set(refusals.PROVIDERS)
