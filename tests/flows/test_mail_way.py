"""The main way, through its outer doors: mail, ticket, acknowledgement, answer, and the partner's reply on it."""

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from smtplib import SMTP

import pytest
from django.utils import timezone

from tests.flows.conftest import HOUSE, House
from tests.intake.test_processing import bounce
from tests.making import staff
from tests.services import wait_until
from tickets.actions import answering
from tickets.actions.record import Actor
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]


def letter(subject: str, text: str, message_id: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Олена Приклад <olena@hromada.example>"
    mail["To"] = "SupportUkraine@cor.europa.eu"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def sent(house: House, number: int) -> Message:
    wait_until(lambda: len(house.sink.mails) >= number, f"{number} mails have left")
    return message_from_bytes(house.sink.mails[number - 1].content, policy=default)


def body(mail: Message) -> str:
    return mail.get_body(("plain",)).get_content()


def test_a_mail_is_acknowledged_and_answered_and_the_reply_lands_on_its_ticket(house: House) -> None:
    house.send(
        letter("Генератори для лікарні", "Добрий день! Нам потрібні два генератори на 100 кВт.", "1@hromada.example")
    )

    acknowledgement = sent(house, 1)
    ticket = Ticket.objects.get()
    assert ticket.language == "uk"
    assert ticket.reference in acknowledgement["Subject"]
    assert acknowledgement["In-Reply-To"] == "<1@hromada.example>"
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert house.sink.mails[0].sender == ""
    assert acknowledgement["To"].addresses[0].addr_spec == "olena@hromada.example"
    wait_until(lambda: Ticket.objects.get().acknowledged_at, "the acknowledgement is settled")

    agent = staff()
    answering.reply(
        actor=Actor.staff(agent), ticket_id=ticket.pk, text="Два генератори виїжджають у понеділок.", now=timezone.now()
    )
    answer = sent(house, 2)
    assert "Два генератори виїжджають у понеділок." in body(answer)
    assert answer["In-Reply-To"] == "<1@hromada.example>"
    assert answer["Auto-Submitted"] is None
    assert answer["Reply-To"].addresses[0].addr_spec != "SupportUkraine@cor.europa.eu"
    wait_until(lambda: Ticket.objects.get().waiting_since is None, "the wait has ended")

    # Without any reference, from another mail program: the signed address alone must find the ticket.
    reply_to = answer["Reply-To"].addresses[0].addr_spec
    house.send(letter("Дякуємо", "Коли саме?", "2@hromada.example"), to=reply_to)
    wait_until(lambda: Ticket.objects.get().messages.filter(kind="inbound").count() == 2, "the reply is on its ticket")
    assert Ticket.objects.get().waiting_since is not None
    notice = sent(house, 3)
    assert notice["To"].addresses[0].addr_spec == agent.email
    assert ticket.reference in notice["Subject"]
    assert "Коли саме" not in body(notice)


def test_a_robot_is_heard_and_not_answered(house: House) -> None:
    house.send(
        letter("Automatic reply: out of office", "I am away.", "3@hromada.example", Auto_Submitted="auto-replied")
    )
    wait_until(Ticket.objects.exists, "the mail is a ticket")
    ticket = Ticket.objects.get()
    assert ticket.waiting_since is None
    assert list(ticket.events.order_by("id").values_list("verb", flat=True)) == ["opened", "not_acknowledged"]
    assert house.sink.mails == []


def test_an_answer_that_comes_back_opens_the_wait_again(house: House) -> None:
    house.send(letter("Generators", "We need two generators.", "1@hromada.example"))
    sent(house, 1)
    agent = staff()
    answering.reply(
        actor=Actor.staff(agent), ticket_id=Ticket.objects.get().pk, text="They leave on Monday.", now=timezone.now()
    )
    answer = sent(house, 2)
    wait_until(lambda: Ticket.objects.get().waiting_since is None, "the wait has ended")

    with SMTP("127.0.0.1", house.smtp_port, timeout=20) as client:
        client.sendmail("", [HOUSE], bounce(answer["Message-ID"].strip("<>")))
    wait_until(lambda: Ticket.objects.get().waiting_since, "the partner waits again")
    ticket = Ticket.objects.get()
    assert ticket.messages.get(kind="outbound", automatic="").delivery == "bounced"
    request = ticket.messages.filter(kind="inbound").earliest("id")
    assert ticket.waiting_since == request.received_at, "as long as if no answer had been written"
