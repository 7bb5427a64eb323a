"""A desk in the middle of its work: tickets of every state, and one with every kind of message."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests import making
from tickets import files
from tickets.actions import answering, joining, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.claims import Verdict
from tickets.incoming import Details
from tickets.models import Message, Ticket, Topic, User

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PROGRAM = b"MZ\x90\x00 this program cannot be run"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
LETTER = """Добрий день!

Просимо допомогти з генераторами для міської лікарні. Потрібні два генератори по 100 кВт до початку морозів.
Наш лист додаємо: https://hromada.example/letters/112.

З повагою
Олена Прикладна
"""
HTML = (
    '<p style="color:#234">Добрий день!</p><p>Просимо допомогти з <b>генераторами</b>.</p>'
    '<img src="cid:plan@hromada.example" alt="plan" width="40" height="40">'
    '<img src="https://tracker.example/p.gif" alt=""><script>document.title="owned"</script>'
    '<p>See <a href="https://hromada.example/plan">the plan</a>.</p>'
)
CONTAINER = b"PK\x05\x06" + bytes(18)
SIGNERS = ("Koval Olena, Sumy city council",)
MEETING = making.invitation(
    what="Generators: how to connect them",
    starts=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    ends=datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
    where="https://meet.hromada.example/112",
    organiser_name="Ivan Prykladnyi",
    organiser_address="ivan@hromada.example",
    repeats=False,
)


def raw_mail() -> tuple[str, str]:
    """A raw mail in the storage: path and hash."""
    content = b"From: olena@hromada.example\r\nSubject: Generators\r\n\r\nHello\r\n"
    kept = files.keep(content, name="raw.eml")
    return kept.path, hashlib.sha256(content).hexdigest()


def busy_ticket(anna: User, now: datetime) -> Ticket:
    """One ticket with a letter, a note, an answer, a question back, an out-of-office, files and a bounce."""
    start = now - timedelta(days=6)
    path, sha256 = raw_mail()
    ticket = making.opened(
        now=start,
        subject="Generators for the hospital in Sumy",
        sender_name="Olena Prykladna",
        text=LETTER + "\n> On Monday you wrote:\n> What do you need?\n",
        quote_start=len(LETTER),
        html=HTML,
        language="uk",
        raw_path=path,
        raw_sha256=sha256,
        verdicts=(
            Verdict(method="spf", result="pass", domain="hromada.example"),
            Verdict(method="dkim", result="none", domain=""),
            Verdict(method="dmarc", result="fail", domain="hromada.example"),
        ),
        files=(
            replace(files.keep(CONTAINER, name="Лист.asice"), signers=SIGNERS),
            replace(files.keep(b"List of rooms", name="annex.txt"), container=0, signers=SIGNERS),
            files.keep(PDF, name="Лист 112 від 17.11.2026.pdf"),
            files.keep(PROGRAM, name="invoice.pdf.exe"),
            files.keep(PICTURE, name="plan.png", content_id="plan@hromada.example", inline=True),
        ),
        details=Details(
            kind="need",
            topic="energy",
            region="UA-59",
            organisation="Sumy city council",
            organisation_kind="hromada",
            need_item="Diesel generators, 100 kW",
            need_quantity="2",
            need_recipient="City hospital no. 3",
            danger_to_life=True,
            letter_number="02-17/112",
        ),
    )
    actor = Actor.staff(anna)
    triage.assign(actor=actor, ticket_id=ticket.pk, assignee=anna, now=start + timedelta(hours=2))
    answering.note(
        actor=actor,
        ticket_id=ticket.pk,
        text="Called Riga: they have two generators in stock and can send them next week.",
        now=start + timedelta(hours=3),
    )
    holding = answering.reply(
        actor=actor,
        ticket_id=ticket.pk,
        text="Dear Olena,\n\nwe have your letter and are asking two cities.",
        nature="holding",
        answer_by=ticket.answer_by,
        now=start + timedelta(hours=5),
    )
    Message.objects.filter(pk=holding.pk).update(delivery="sent", sent_at=start + timedelta(hours=5, seconds=12))
    joining.receive(
        ticket_id=ticket.pk,
        incoming=making.incoming(
            received_at=start + timedelta(hours=6),
            subject="Automatic reply",
            text="I am out of office until Monday.",
            automatic="auto-submitted",
        ),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=start + timedelta(hours=6),
    )
    question = answering.reply(
        actor=actor,
        ticket_id=ticket.pk,
        text="Dear Olena,\n\nwhich voltage do you need?",
        nature="clarification",
        now=start + timedelta(days=2),
    )
    Message.objects.filter(pk=question.pk).update(delivery="bounced", sent_at=start + timedelta(days=2))
    joining.receive(
        ticket_id=ticket.pk,
        incoming=making.incoming(
            received_at=start + timedelta(days=4),
            sender_name="Ivan Prykladnyi",
            sender_address="ivan@hromada.example",
            reply_to="office@hromada.example",
            text="400 V, three phases.\n\n> which voltage do you need?",
            quote_start=21,
            language="en",
            invitations=(MEETING,),
        ),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=start + timedelta(days=4),
    )
    ticket.refresh_from_db()
    return ticket


def full_list(anna: User, now: datetime) -> list[Ticket]:
    """Tickets of every look: new, taken, late, soon due, pending, solved, spam, sensitive, without subject."""
    ben = making.staff("Bérénice Collègue")
    topics = {topic.code: topic for topic in Topic.objects.all()}
    lines = (
        ("Partner city for the renovation of two schools, and who pays for the journey", "fr", 1, ben, "UA-63"),
        ("Re: Participation in the plenary session of the Committee", "lv", 26, None, ""),
        ("Запит щодо шкільних автобусів", "uk", 20, anna, "UA-46"),
        ("Invitation to a conference on recovery", "fr", 0, None, ""),
        ("", "uk", 2, None, "UA-32"),
        ("Water pumps after the flood", "uk", 18, ben, "UA-65"),
        ("We offer 40 places in summer camps", "en", 3, anna, ""),
    )
    tickets = []
    for number, (subject, language, days, assignee, region) in enumerate(lines):
        ticket = making.opened(
            now=now - timedelta(days=days, hours=2),
            subject=subject,
            language=language,
            sender_name=f"Person {number} Example",
            sender_address=f"person{number}@hromada.example",
            details=Details(
                region=region,
                organisation="Example hromada" if region else "",
                kind="offer" if "offer" in subject else "enquiry",
                topic="education-children" if "school" in subject else "",
            ),
        )
        if assignee:
            triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=assignee, now=now)
        tickets.append(ticket)
    actor = Actor.staff(anna)
    triage.set_topic(actor=actor, ticket_id=tickets[5].pk, topic=topics["water-waste"], now=now)
    triage.set_status(actor=actor, ticket_id=tickets[5].pk, status="open", now=now)
    triage.set_status(actor=actor, ticket_id=tickets[6].pk, status="pending", waiting_for="third_party", now=now)
    triage.set_priority(actor=actor, ticket_id=tickets[2].pk, priority=4, now=now)
    triage.set_status(
        actor=actor, ticket_id=tickets[3].pk, status="solved", outcome="withdrawn", reason="Mistake", now=now
    )
    return tickets
