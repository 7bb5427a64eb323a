import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from pytest_django import Settings

from notifications import delivery, emails, outbox
from notifications.delivery import MOST_ATTEMPTS, Result, deliver, pause_after
from notifications.models import OutgoingMail, Suppression
from notifications.outbox import Address, File
from tests.environment import free_port
from tests.making import NOW
from tests.notifications.sink import Sink
from tests.services import wait_until

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OLENA, TARAS = "olena@hromada.example", "taras@rada.example"


def read(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def test_a_mail_leaves_as_it_was_put(put: Any, sink: Sink) -> None:
    mail = put(
        cc=[Address("Тарас", TARAS)],
        reply_to="SupportUkraine+pabc@cor.europa.eu",
        in_reply_to="asked@hromada.example",
        references=["first@hromada.example", "asked@hromada.example"],
        text="Добрий день\n",
        html="<p>Добрий день</p>",
    )
    assert deliver(mail.pk, now=NOW) is Result.SENT
    (taken,) = sink.taken
    message = taken.message
    assert taken.sender == "SupportUkraine@cor.europa.eu"
    assert taken.recipients == [OLENA, TARAS]
    assert message["Message-ID"] == f"<{mail.message_id}>"
    assert message["From"] == "Anna Agent <SupportUkraine@cor.europa.eu>"
    assert message["To"] == f"Olena Example <{OLENA}>"
    assert message["Cc"] == f"Тарас <{TARAS}>"
    assert message["Reply-To"] == "SupportUkraine+pabc@cor.europa.eu"
    assert message["In-Reply-To"] == "<asked@hromada.example>"
    assert message["References"].split() == ["<first@hromada.example>", "<asked@hromada.example>"]
    assert message["Content-Language"] == "en"
    assert message["Auto-Submitted"] is None
    assert message["X-Auto-Response-Suppress"] is None
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content().strip() for part in message.iter_parts()] == ["Добрий день", "<p>Добрий день</p>"]
    sent = read(mail)
    assert (sent.state, sent.error, sent.attempts, sent.lease_until) == ("sent", "", 1, None)
    assert NOW <= sent.sent_at < NOW + MINUTE
    assert list(OutgoingMail.objects.unsettled()) == [mail]


def test_automatic_mail_says_so_and_takes_no_bounces(put: Any, sink: Sink) -> None:
    answer = put(name="acknowledgement", automatic=True, envelope_sender="", in_reply_to="asked@hromada.example")
    notice = put(name="assigned", automatic=True, envelope_sender="", audience="staff")
    deliver(answer.pk, now=NOW)
    deliver(notice.pk, now=NOW)
    assert [taken.sender for taken in sink.taken] == ["<>", "<>"]
    assert [taken.message["Auto-Submitted"] for taken in sink.taken] == ["auto-replied", "auto-generated"]
    assert [taken.message["X-Auto-Response-Suppress"] for taken in sink.taken] == ["All", "All"]


def test_a_server_that_refuses_the_null_sender_gets_the_address_of_the_house(put: Any, sink: Sink) -> None:
    sink.answers["MAIL <>"] = "550 5.7.60 not allowed to send as this sender"
    mail = put(automatic=True, envelope_sender="")
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert [taken.sender for taken in sink.taken] == ["SupportUkraine@cor.europa.eu"]


def test_a_mail_that_is_not_due_stays(put: Any, sink: Sink) -> None:
    mail = put(not_before=NOW + MINUTE)
    assert deliver(mail.pk, now=NOW) is None
    assert read(mail).state == "queued"
    assert sink.taken == []


def test_a_cancelled_mail_never_leaves(put: Any, sink: Sink) -> None:
    mail = put()
    assert outbox.cancel(mail.pk, now=NOW)
    assert deliver(mail.pk, now=NOW + MINUTE) is None
    assert sink.taken == []


def test_the_same_task_twice_sends_once(put: Any, sink: Sink) -> None:
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert deliver(mail.pk, now=NOW + timedelta(days=1)) is None
    assert len(sink.taken) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_an_answer_of_4xx_is_tried_again_with_growing_pauses(put: Any, sink: Sink, command: str) -> None:
    sink.answers[command] = "451 4.3.0 try later"
    mail, now = put(), NOW
    for minutes in (1, 2, 5, 15, 30, 60, 60):
        assert deliver(mail.pk, now=now) is Result.LATER
        waiting = read(mail)
        assert (waiting.state, waiting.not_before) == ("queued", now + minutes * MINUTE)
        assert "try later" in waiting.error_detail
        assert deliver(mail.pk, now=waiting.not_before - timedelta(seconds=1)) is None
        now = waiting.not_before
    sink.answers.clear()
    assert deliver(mail.pk, now=now) is Result.SENT
    assert [taken.message["Message-ID"] for taken in sink.taken] == [f"<{mail.message_id}>"]
    assert (read(mail).error, read(mail).error_detail) == ("", "")


def test_after_three_days_of_pauses_it_is_given_up() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert pauses[-1] is None
    total = sum((pause for pause in pauses if pause is not None), timedelta())
    assert timedelta(days=3) - timedelta(hours=1) < total <= timedelta(days=3)


def test_the_last_attempt_that_fails_for_now_fails_for_good(put: Any, sink: Sink) -> None:
    sink.answers["MAIL"] = "451 try later"
    mail = put()
    OutgoingMail.objects.update(attempts=MOST_ATTEMPTS - 1)
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert (read(mail).state, read(mail).error) == ("failed", "refused")


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("MAIL", "550 5.7.1 no", "refused"),
        ("MAIL", "552 5.3.4 too big", "too-big"),
        ("RCPT", "550 5.1.1 no such user", "recipients-refused"),
        ("DATA", "554 5.6.0 no", "refused"),
    ],
)
def test_an_answer_of_5xx_to_the_mail_ends_it_at_once(
    put: Any, sink: Sink, command: str, answer: str, error: str
) -> None:
    sink.answers[command] = answer
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    failed = read(mail)
    assert (failed.state, failed.error, failed.attempts) == ("failed", error, 1)
    assert answer[4:] in failed.error_detail
    assert list(OutgoingMail.objects.unsettled()) == [mail]


def test_some_recipients_refused_is_sent_and_recorded(put: Any, sink: Sink) -> None:
    sink.answers[TARAS] = "550 5.1.1 no such user"
    mail = put(cc=[Address("", TARAS)])
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert sink.taken[0].recipients == [OLENA]
    assert (read(mail).state, read(mail).error) == ("sent", "some-refused")
    assert read(mail).error_detail == f"{TARAS}: 550 5.1.1 no such user"
    assert read(mail).refused == [TARAS]
    assert read(mail).reached_partner()
    mail.erase()
    assert mail.refused == []


def test_a_copy_that_arrived_is_not_the_partner_reached(put: Any, sink: Sink) -> None:
    sink.answers[OLENA] = "550 5.1.1 no such user"
    mail = put(cc=[Address("", TARAS)])
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert (read(mail).refused, read(mail).reached_partner()) == ([OLENA], False)


def test_all_refused_is_tried_again_when_one_of_them_was_refused_for_now(put: Any, sink: Sink) -> None:
    sink.answers[OLENA], sink.answers[TARAS] = "450 4.2.1 busy", "550 5.1.1 no such user"
    mail = put(cc=[Address("", TARAS)])
    assert deliver(mail.pk, now=NOW) is Result.LATER


def test_nobody_listening_is_tried_again(put: Any, sink: Sink, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert read(mail).error == "unreachable"


@pytest.mark.parametrize("command", ["MAIL", "DATA"])
def test_a_server_that_hangs_is_left_and_tried_again(put: Any, sink: Sink, settings: Settings, command: str) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    sink.hang_at = command
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert (read(mail).state, read(mail).error) == ("queued", "no-answer")
    sink.hang_at = ""
    settings.EMAIL_TIMEOUT = 5
    assert deliver(mail.pk, now=NOW + MINUTE) is Result.SENT
    assert {taken.message["Message-ID"] for taken in sink.taken} == {f"<{mail.message_id}>"}


def test_a_connection_that_breaks_is_tried_again(put: Any, sink: Sink) -> None:
    sink.close_at = "DATA"
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert read(mail).error == "no-answer"


@pytest.mark.parametrize("trouble", ["hang", "close"])
def test_a_goodbye_that_fails_leaves_an_accepted_mail_sent(
    put: Any, sink: Sink, settings: Settings, trouble: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    sink.hang_at, sink.close_at = ("QUIT", "") if trouble == "hang" else ("", "QUIT")
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert len(sink.taken) == 1


def test_what_a_dead_worker_left_is_taken_up_after_its_lease_under_the_same_message_id(put: Any, sink: Sink) -> None:
    mail = put()
    assert delivery._claim(mail.pk, NOW) is not None
    assert deliver(mail.pk, now=NOW + delivery.LEASE - timedelta(seconds=1)) is None
    assert deliver(mail.pk, now=NOW + delivery.LEASE) is Result.SENT
    assert sink.taken[0].message["Message-ID"] == f"<{mail.message_id}>"


def test_a_mail_that_kills_each_worker_is_given_up(put: Any, sink: Sink) -> None:
    mail = put()
    OutgoingMail.objects.update(attempts=MOST_ATTEMPTS, state="sending", lease_until=NOW)
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert (read(mail).state, read(mail).error) == ("failed", "given-up")
    assert sink.taken == []


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_mail_once(put: Any, sink: Sink) -> None:
    mail = put()

    def one(_: int) -> Result | None:
        try:
            return deliver(mail.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(one, range(8)))
    assert sorted(results, key=str) == [None] * 7 + [Result.SENT]
    assert len(sink.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_too_slow_does_not_undo_the_work_of_the_next(put: Any, sink: Sink) -> None:
    mail = put()
    later = NOW + delivery.LEASE

    def next_worker() -> None:
        sink.on_data = None
        deliver(mail.pk, now=later)
        connection.close()
        sink.answers["DATA"] = "554 no"

    sink.on_data = next_worker
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert (read(mail).state, read(mail).error) == ("sent", "")


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_network_is_used(put: Any, sink: Sink) -> None:
    names = connection.settings_dict
    seen: list[int] = []

    def look() -> None:
        with psycopg.connect(
            dbname=names["NAME"],
            user=names["USER"],
            password=names["PASSWORD"],
            host=names["HOST"],
            port=names["PORT"] or None,
        ) as other:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in transaction%%'"
            row = other.execute(asked, [names["NAME"]]).fetchone()
            assert row is not None
            seen.append(row[0])

    sink.on_data = look
    assert deliver(put().pk, now=NOW) is Result.SENT
    assert seen == [0]


def test_a_secret_leaves_the_row_with_the_mail(put: Any, sink: Sink) -> None:
    link = "https://example.org/uk/track/abc-DEF_123/"
    mail = put(text=f"See {link} now", html=f'<a href="{link}">{link}</a>', secret=link)
    deliver(mail.pk, now=NOW)
    assert link.encode() in sink.taken[0].content
    assert (read(mail).text, read(mail).html, read(mail).secret) == ("See … now", '<a href="…">…</a>', "")


def suppress(address: str, until: datetime = NOW + MINUTE) -> None:
    Suppression.objects.create(address=address, reason="hard", expires_at=until)


def test_a_mail_to_a_suppressed_address_is_visibly_not_sent(put: Any, sink: Sink) -> None:
    suppress(OLENA)
    mail = put(to=[Address("", OLENA.upper())])
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert (read(mail).state, read(mail).error) == ("suppressed", "suppressed")
    assert list(OutgoingMail.objects.unsettled()) == [mail]
    assert sink.taken == []


def test_a_suppression_ends(put: Any, sink: Sink) -> None:
    suppress(OLENA, until=NOW)
    assert deliver(put().pk, now=NOW) is Result.SENT


def test_a_suppressed_copy_is_left_out_and_recorded(put: Any, sink: Sink) -> None:
    suppress(TARAS)
    mail = put(cc=[Address("", TARAS)])
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert sink.taken[0].recipients == [OLENA]
    assert (read(mail).error, read(mail).error_detail) == ("some-refused", f"{TARAS}: suppressed")


def test_only_the_mail_of_a_check_is_sent_to_ourselves(sink: Sink) -> None:
    with transaction.atomic():
        mail = emails.probe(address="SupportUkraine+x@cor.europa.eu", token="xtoken", key="probe:xtoken")
    assert deliver(mail.pk, now=mail.not_before) is Result.SENT
    (taken,) = sink.taken
    assert taken.recipients == ["SupportUkraine+x@cor.europa.eu"]
    assert taken.message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("own", ["SupportUkraine@cor.europa.eu", "supportukraine+ptoken@COR.europa.eu"])
def test_nothing_is_sent_to_ourselves(put: Any, sink: Sink, own: str) -> None:
    mail = put(to=[Address("", own)])
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert read(mail).state == "suppressed"


@pytest.mark.parametrize("address", ["nobody", "two@at@example.org", "a b@example.org", "олена@hromada.example", "x@"])
def test_an_address_that_is_none_fails_at_once(put: Any, sink: Sink, address: str) -> None:
    mail = put(to=[Address("", address)])
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert (read(mail).state, read(mail).error) == ("failed", "invalid-address")


def test_a_domain_in_ukrainian_letters_is_written_to(put: Any, sink: Sink) -> None:
    mail = put(to=[Address("Рада", "lyst@громада.укр")])
    assert deliver(mail.pk, now=NOW) is Result.SENT
    assert sink.taken[0].recipients == ["lyst@" + "громада.укр".encode("idna").decode()]


def test_an_erased_mail_is_not_sent(put: Any, sink: Sink) -> None:
    mail = put()
    mail.erase()
    assert deliver(mail.pk, now=NOW) is None
    OutgoingMail.objects.update(state="queued")
    assert deliver(mail.pk, now=NOW) is Result.ENDED
    assert read(mail).error == "no-recipient"


@pytest.mark.parametrize("content_type", ["application/pdf", "text/csv", "message/rfc822", "nonsense", "text/x\r\ny"])
def test_a_file_arrives_byte_for_byte(put: Any, sink: Sink, content_type: str) -> None:
    content = "a;б\r\n1;2\nlast\xa0line".encode("cp1251")
    path = default_storage.save("any", ContentFile(content))
    mail = put(files=[File("Лист №5.csv", content_type, path, len(content))])
    assert deliver(mail.pk, now=NOW) is Result.SENT
    message = sink.taken[0].message
    assert message.get_content_type() == "multipart/mixed"
    (file,) = message.iter_attachments()
    assert file.get_payload(decode=True) == content
    assert file.get_filename() == "Лист №5.csv"


def test_a_file_that_is_missing_is_tried_again_and_the_mail_never_leaves_without_it(put: Any, sink: Sink) -> None:
    mail = put(files=[File("a.pdf", "application/pdf", "aa/bb/none", 1)])
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert read(mail).error == "file-missing"
    assert sink.taken == []


def test_the_log_names_the_mail_and_no_person(put: Any, sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="notifications")
    sink.answers["RCPT"] = f"550 no such user {OLENA}"
    mail = put(correlation="c0ffee")
    deliver(mail.pk, now=NOW)
    (record,) = [each for each in caplog.records if each.name == "notifications.delivery"]
    assert (record.__dict__["mail"], record.__dict__["correlation"]) == (mail.pk, "c0ffee")
    assert OLENA not in str(record.__dict__)
    assert "Generators" not in str(record.__dict__)


def test_the_time_of_sending_is_when_the_server_took_it(put: Any, sink: Sink) -> None:
    sink.on_data = lambda: time.sleep(0.4)
    mail = put()
    deliver(mail.pk, now=NOW)
    assert read(mail).sent_at >= NOW + timedelta(seconds=0.4)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_the_server_took_the_mail_costs_one_copy_under_the_same_message_id(
    put: Any, sink: Sink
) -> None:
    mail = put()
    sink.hang_at = "QUIT"
    names = connection.settings_dict
    script = (
        "import sys, datetime, django; django.setup()\n"
        "from notifications.delivery import deliver\n"
        "deliver(int(sys.argv[1]), now=datetime.datetime.fromisoformat(sys.argv[2]))\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{names['USER']}@/{names['NAME']}?host={names['HOST']}&port={names['PORT']}",
        "PGPASSWORD": names["PASSWORD"],
        "MAIL_OUT": "smtp",
        "SMTP_OUT_HOST": "127.0.0.1",
        "SMTP_OUT_PORT": str(sink.port),
        "SMTP_OUT_SECURITY": "none",
    }
    worker = subprocess.Popen([sys.executable, "-c", script, str(mail.pk), NOW.isoformat()], env=environment)
    try:
        wait_until(lambda: sink.taken, "the server takes the mail")
    finally:
        worker.kill()
        worker.wait()
    sink.hang_at = ""
    assert read(mail).state == "sending"
    assert deliver(mail.pk, now=NOW + delivery.LEASE) is Result.SENT
    assert [taken.message["Message-ID"] for taken in sink.taken] == [f"<{mail.message_id}>"] * 2
