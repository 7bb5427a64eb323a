import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from notifications import composing, outbox
from notifications.models import OutgoingMail, Suppression
from notifications.outbox import Address, Draft, File
from tests.environment import free_port
from tests.making import NOW
from tests.planning import disable, plan_of


def draft(**changes: Any) -> Draft:
    values: dict[str, Any] = {
        "key": "one",
        "name": "reply",
        "audience": "partner",
        "automatic": False,
        "language": "en",
        "to": [Address("Olena", "olena@hromada.example")],
        "subject": "Generators",
        "text": "Good day",
        "html": "<p>Good day</p>",
        "not_before": NOW,
    }
    return Draft(**{**values, **changes})


@pytest.mark.django_db
def test_one_key_makes_one_mail(put: Any) -> None:
    put(key="reply:1")
    with pytest.raises(IntegrityError, match="mail_key_unique"), transaction.atomic():
        put(key="reply:1", subject="another")
    assert OutgoingMail.objects.get().subject == "Re: Generators [SU-2026-000042]"


@pytest.mark.django_db(transaction=True)
def test_eight_threads_with_one_key_make_one_mail(put: Any) -> None:
    def put_once(_: int) -> int:
        try:
            return int(put(key="acknowledgement:1").pk)
        except IntegrityError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(put_once, range(8))) == [0] * 7 + [OutgoingMail.objects.get().pk]


@pytest.mark.django_db(transaction=True)
def test_a_mail_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        outbox.put(draft())
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_with_its_cause_when_that_is_rolled_back() -> None:
    with transaction.atomic():
        outbox.put(draft())
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_the_message_id_is_our_own_and_fixed(put: Any) -> None:
    one, two = put(), put()
    assert one.message_id != two.message_id
    assert one.message_id.endswith("@cor.europa.eu")
    assert "<" not in one.message_id


@pytest.mark.django_db(transaction=True)
def test_after_the_commit_a_hint_with_the_id_alone_lies_in_the_delivery_queue(put: Any) -> None:
    broker = redis.Redis.from_url(django_settings.BROKER_URL)
    broker.delete("delivery")
    with transaction.atomic():
        mail = put(not_before=timezone.now())
        assert broker.llen("delivery") == 0
    (hint,) = broker.lrange("delivery", 0, -1)
    broker.delete("delivery")
    broker.close()
    assert b"notifications.tasks.deliver" in hint
    assert b"hromada.example" not in hint
    assert str(mail.pk).encode() in hint


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_neither_raises_nor_blocks() -> None:
    options = connection.settings_dict
    name, user, host, port = options["NAME"], options["USER"], options["HOST"], options["PORT"]
    script = (
        "import time, django; django.setup()\n"
        "from django.db import transaction\n"
        "from notifications.outbox import Address, Draft, put\n"
        "started = time.monotonic()\n"
        "with transaction.atomic():\n"
        "    put(Draft(key='away', name='reply', audience='partner', automatic=False, language='en',\n"
        "              to=[Address('', 'olena@hromada.example')], subject='s', text='t', html=''))\n"
        "print(time.monotonic() - started)\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}@/{name}?host={host}&port={port}",
        "PGPASSWORD": options["PASSWORD"],
        "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert float(done.stdout) < 2
    assert "no hint to the broker" in done.stderr
    assert "hromada.example" not in done.stderr
    assert OutgoingMail.objects.get().state == OutgoingMail.State.QUEUED


@pytest.mark.django_db
def test_a_waiting_mail_can_be_cancelled_once(put: Any) -> None:
    mail = put()
    assert outbox.cancel(mail.pk, now=NOW)
    assert not outbox.cancel(mail.pk, now=NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.cancelled_at) == (OutgoingMail.State.CANCELLED, NOW)
    assert list(OutgoingMail.objects.unsettled()) == [mail]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["sent", "failed", "suppressed"])
def test_a_mail_with_a_result_cannot_be_cancelled(put: Any, state: str) -> None:
    mail = put()
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, sent_at=NOW)
    assert not outbox.cancel(mail.pk, now=NOW)


@pytest.mark.django_db
def test_a_claimed_mail_cannot_be_cancelled(put: Any) -> None:
    mail = put()
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sending", lease_until=NOW)
    assert not outbox.cancel(mail.pk, now=NOW)


@pytest.mark.django_db
def test_a_mail_that_may_have_arrived_cannot_be_cancelled(put: Any) -> None:
    mail = put()
    OutgoingMail.objects.filter(pk=mail.pk).update(error="no-answer", attempts=1)
    assert not outbox.cancel(mail.pk, now=NOW)


@pytest.mark.django_db
def test_a_failed_mail_can_be_sent_again_under_its_message_id(put: Any) -> None:
    mail = put()
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", error="refused", attempts=76, settled_at=NOW)
    later = NOW + timedelta(hours=1)
    assert outbox.send_again(mail.pk, now=later)
    again = OutgoingMail.objects.get()
    assert (again.state, again.attempts, again.error, again.not_before) == ("queued", 0, "", later)
    assert again.message_id == mail.message_id
    assert not outbox.send_again(mail.pk, now=later)


@pytest.mark.django_db
def test_no_header_takes_a_second_line(put: Any) -> None:
    mail = put(
        subject="Generators\r\nBcc: everybody@example.org",
        from_name="Anna\nX-Evil: 1",
        to=[Address("Olena\r\nCc: b@example.org", "olena@hromada.example")],
        files=[File("list\r\nX-Evil: 1.pdf", "application/pdf", "aa/bb/none", 1)],
    )
    assert mail.subject == "Generators Bcc: everybody@example.org"
    assert "\n" not in mail.from_name + mail.to[0]["name"] + mail.files[0]["name"]
    OutgoingMail.objects.update(files=[])
    mail.refresh_from_db()
    message = composing.compose(mail, leave_out=set()).message()
    assert message["Bcc"] is None
    assert message["Cc"] is None
    assert message["X-Evil"] is None


@pytest.mark.django_db
def test_what_the_database_refuses_is_taken_out_of_a_text(put: Any) -> None:
    mail = put(text="a\0b\ud800c", html="<p>\0</p>", subject="a\0b")
    mail.refresh_from_db()
    assert (mail.text, mail.html, mail.subject) == ("ab?c", "<p></p>", "a b")


@pytest.mark.django_db
def test_long_references_keep_the_first_and_the_last_and_end_with_what_is_answered(put: Any) -> None:
    chain = [f"{number}@example.org" for number in range(100)]
    mail = put(in_reply_to="<50@example.org>", references=chain)
    assert len(mail.references) == 21
    assert mail.references[0] == "0@example.org"
    assert mail.references[-2:] == ["99@example.org", "50@example.org"]
    assert mail.in_reply_to == "50@example.org"


@pytest.mark.django_db
def test_references_that_are_no_message_ids_are_left_out(put: Any) -> None:
    mail = put(
        in_reply_to="not an id\r\nBcc: x@example.org",
        references=["<good@example.org>", "two words", "x" * 300, "<a>b<c>", "кирилиця@example.org", ""],
    )
    assert (mail.in_reply_to, mail.references) == ("", ["good@example.org"])


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["short", "Добрий день, шановні колеги! " * 500, "=" * 5000, "line\n" * 3000])
def test_the_estimated_size_is_not_below_the_real_one_and_not_far_above(put: Any, text: str) -> None:
    content = os.urandom(100_000)
    path = default_storage.save("any", ContentFile(content))
    one = draft(text=text, html=f"<p>{text}</p>", files=[File("план.pdf", "application/pdf", path, len(content))])
    with transaction.atomic():
        mail = outbox.put(one)
    real = len(composing.compose(mail, leave_out=set()).message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
    assert real <= outbox.size_of(one) <= 2.5 * real


@pytest.mark.django_db
def test_a_mail_too_big_for_the_server_is_refused_before_it_is_written(settings: Settings) -> None:
    settings.MAIL_OUT_MAX_BYTES = 1_000_000
    with pytest.raises(outbox.TooBig) as refused:
        outbox.put(draft(files=[File("a.pdf", "application/pdf", "aa/bb/none", 800_000)]))
    assert refused.value.size > refused.value.limit == 1_000_000
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_erasing_empties_the_words_and_cancels_what_waits(put: Any) -> None:
    mail = put(cc=[Address("B", "b@example.org")], secret="https://example.org/secret", reply_to="a@example.org")
    Suppression.objects.create(address="olena@hromada.example", reason="hard", mail=mail, expires_at=NOW)
    mail.erase()
    assert mail.state == OutgoingMail.State.CANCELLED
    words = (mail.to, mail.cc, mail.subject, mail.text, mail.html, mail.secret, mail.reply_to, mail.recipient_key)
    assert not any(words)
    assert not Suppression.objects.exists()
    assert mail.key
    assert mail.message_id


@pytest.mark.django_db
def test_the_due_questions_are_answered_by_their_indexes(put: Any) -> None:
    put()
    due = OutgoingMail.objects.filter(state="queued", not_before__lte=NOW).order_by("not_before")[:100]
    left = OutgoingMail.objects.filter(state="sending", lease_until__lte=NOW).order_by("lease_until")[:100]
    unsettled = OutgoingMail.objects.unsettled().order_by("id")[:100]
    disable("seqscan", "bitmapscan", "sort")
    plans = [query.explain() for query in (due, left, unsettled)]
    for plan, index in zip(plans, ("mail_due", "mail_left_behind", "mail_unsettled"), strict=True):
        assert f"using {index} " in plan
        assert "Sort" not in plan


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert outbox.one_line("a b\tc\u202e d", 4) == "a b…"
    started = time.process_time()
    outbox.one_line("x " * 200_000, 100)
    assert time.process_time() - started < 2


@pytest.mark.django_db
def test_what_waits_is_found_by_an_index_however_much_was_sent(put: Any) -> None:
    mail = put(group="ticket:42")
    sent = [
        OutgoingMail(
            key=f"old:{n}", message_id=f"{n}@old.example", automatic=False, state="sent", sent_at=NOW, not_before=NOW
        )
        for n in range(3000)
    ]
    OutgoingMail.objects.bulk_create(sent)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
        assert outbox.waiting("ticket:42", audience="partner") == [mail]
        cursor.execute("ANALYZE notifications_outgoingmail")
    plan = plan_of(captured.captured_queries[0]["sql"])
    assert "Seq Scan" not in plan, plan
    assert "mail_due" in plan or "mail_of_group" in plan, plan


@pytest.mark.django_db
def test_a_mail_that_has_left_is_not_reworded(put: Any) -> None:
    mail = put()
    assert outbox.reword(mail.pk, subject="one\nline", text="a", html="<p>a</p>")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=NOW)
    assert not outbox.reword(mail.pk, subject="two", text="b", html="<p>b</p>")
    mail.refresh_from_db()
    assert (mail.subject, mail.text, mail.html) == ("one line", "a", "<p>a</p>")
