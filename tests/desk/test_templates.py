"""Answers that are given often: in the partner's language, filled, and never sent with a place left empty."""

from typing import Any

import pytest
from django.test import Client

from tests import making
from tests.desk.test_answer import ANSWER, post
from tests.desk.test_ticket import page_of
from tickets.incoming import Details
from tickets.models import Contact, Draft, Message, Queue, ReplyTemplate, Ticket, Topic, User

BODIES = {"en": "Dear {name},\n\nyour {topic}: {details}.", "uk": "Добрий день, {name}! {topic}: {details}."}


@pytest.fixture
def template(anna: User) -> ReplyTemplate:
    return make("about-it", "About it", BODIES, nature="holding")


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return making.opened(language="uk", details=Details(topic="energy"))


def make(code: str, name: str, bodies: dict[str, str], **fields: Any) -> ReplyTemplate:
    template = ReplyTemplate.objects.create(code=code, name=name, **fields)
    for language, body in bodies.items():
        template.texts.create(language=language, body=body)
    return template


def inserted(client: Client, ticket: Ticket, template: ReplyTemplate, **data: str) -> dict[str, Any]:
    answer = client.post(
        f"/desk/tickets/{ticket.reference}/draft/",
        {"template": template.pk, **data},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_a_template_comes_in_the_language_of_the_answer_with_what_is_known(
    desk: Client, ticket: Ticket, template: ReplyTemplate
) -> None:
    found = inserted(desk, ticket, template)
    assert found["text"] == "Добрий день, Olena Example! Енергетика: {details}."
    assert found["fields"] == {"nature": "holding", "contact": ""}
    assert found["told"] == "Fill in what is still in braces: {details}"
    assert not Draft.objects.exists(), "the page puts it where the cursor is"


def test_a_language_that_is_missing_is_said(desk: Client, ticket: Ticket, template: ReplyTemplate) -> None:
    template.texts.filter(language="uk").delete()
    found = inserted(desk, ticket, template)
    assert found["text"].startswith("Dear Olena Example,\n\nyour Energy")
    assert found["told"].startswith("This template has no text in українська: it stands there in English.")


def test_a_template_names_the_body_that_it_goes_to(desk: Client, ticket: Ticket) -> None:
    body = Contact.objects.get(code="u-lead")
    template = make("to-body", "To a body", {"en": "{body} answers."}, nature="transfer")
    assert inserted(desk, ticket, template)["text"] == "{body} answers."
    assert inserted(desk, ticket, template, contact=str(body.pk))["text"] == "U-LEAD with Europe answers."
    template.contact = body
    template.save()
    found = inserted(desk, ticket, template)
    assert (found["text"], found["fields"]["contact"]) == ("U-LEAD with Europe answers.", str(body.pk))


def test_without_scripts_it_stands_below_what_was_typed(desk: Client, ticket: Ticket, template: ReplyTemplate) -> None:
    answer = post(desk, ticket, "draft", {"text": "Mine.", "nature": "answer", "template": template.pk})
    assert answer.status_code == 302
    page = page_of(desk, ticket)
    assert "Mine.\n\nДобрий день, Olena Example! Енергетика: {details}.</textarea>" in page
    assert '<option value="holding" selected>' in page
    assert "Fill in what is still in braces" in page


@pytest.mark.parametrize("left", ["{details}", "{ скільки }", "{Ім’я та прізвище}", "{answer_by}"])
def test_what_is_still_in_braces_is_not_sent(desk: Client, ticket: Ticket, left: str) -> None:
    refused = post(desk, ticket, "reply", {**ANSWER, "text": f"We have {left} for you.", "anyway": "1"})
    assert refused.status_code == 409
    assert f"Fill in what is still in braces, or take it out: {left}" in refused.content.decode()
    assert not Message.objects.filter(kind="outbound").exists()


def test_braces_that_are_no_place_are_sent(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "reply", {**ANSWER, "text": "The sets {1, 2} and {} are fine."})
    assert Message.objects.filter(kind="outbound").exists()


def test_those_of_the_topic_come_first_and_those_not_offered_not_at_all(desk: Client, ticket: Ticket) -> None:
    make("a", "For all", {}, position=1)
    make("b", "For energy", {}, position=2, topic=Topic.objects.get(code="energy"))
    gone = make("c", "No longer", {}, active=False)
    page = page_of(desk, ticket)
    assert page.index(">For energy<") < page.index(">For all<")
    assert "No longer" not in page
    assert post(desk, ticket, "draft", {"template": gone.pk}).status_code == 404
    assert post(desk, ticket, "draft", {"template": "x"}).status_code == 404


def test_the_signature_is_shown_in_the_language_of_the_mail_and_leaves_with_it(
    desk: Client, ticket: Ticket, anna: User
) -> None:
    page = page_of(desk, ticket)
    assert "Anna Agent<br>CIVEX<br>" in page
    profile = {"name": "Anna Agent", "unit": "CIVEX", "phone": "", "language": "en"}
    saved = desk.post("/desk/profile/", {**profile, "signature_uk": "З повагою\r\nАнна Агент", "signature_lv": " "})
    assert saved.status_code == 302
    anna.refresh_from_db()
    assert anna.signatures == {"uk": "З повагою\nАнна Агент"}
    assert "З повагою<br>Анна Агент" in page_of(desk, ticket)
    post(desk, ticket, "reply", ANSWER)
    mail = Message.objects.get(kind="outbound").outgoing
    assert f"-- \nЗ повагою\nАнна Агент\n{ticket.reference}\n" in mail.text
    assert "З повагою<br>Анна Агент<br>" in mail.html
    assert "CIVEX" not in mail.text


def test_names_of_templates_and_queues_are_in_the_language_of_the_page(
    desk: Client, ticket: Ticket, anna: User
) -> None:
    make("named", "Thank you", {}, name_fr="Remercier")
    make("plain", "Only English", {})
    Queue.objects.filter(code="general").update(name="General", name_fr="Général")
    assert ">Thank you<" in page_of(desk, ticket)
    User.objects.filter(pk=anna.pk).update(language="fr")
    page = page_of(desk, ticket)
    assert ">Remercier<" in page
    assert ">Only English<" in page
    assert "</span> Général<" in page
    assert desk.get("/desk/?q=queue:général").context["problems"] == ()
