from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from intake.models import RawMail
from notifications.models import OutgoingMail
from tests.intake.letters import HOUSE, OLENA, TARAS, letter, received, ticket_of
from tests.making import opened, staff
from tickets.actions import triage
from tickets.actions.erasing import erase_person
from tickets.actions.record import Actor
from tickets.actions.tracking import send_link
from tickets.addresses import reply_address
from tickets.models import Message, Participant, Requester, Ticket, TicketLink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(params=[True, False], ids=["plus-addressing", "plain addresses"])
def addressing(request: pytest.FixtureRequest, settings: Any) -> bool:
    settings.MAIL_PLUS_ADDRESSING = request.param
    return bool(request.param)


def acknowledgement_id(ticket: Ticket) -> str:
    return OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}").message_id


def suggested(mail: RawMail) -> list[tuple[Ticket, str]]:
    links = TicketLink.objects.filter(source=ticket_of(mail), kind="suggested").order_by("id")
    return [(link.target, link.reason) for link in links]


def assert_new_with_suggestion(mail: RawMail, ticket: Ticket, reason: str) -> None:
    assert ticket_of(mail) != ticket
    assert suggested(mail) == [(ticket, reason)]


def test_a_token_in_the_envelope_finds_the_ticket() -> None:
    ticket = opened()
    mail = received(letter("Thank you."), to=[reply_address(ticket.pk, "partner")])
    assert ticket_of(mail) == ticket
    assert mail.reason == "token"


def test_a_token_in_the_to_field_finds_the_ticket_in_any_case() -> None:
    ticket = opened()
    mail = received(letter("Thank you.", to=reply_address(ticket.pk, "partner").upper()))
    assert ticket_of(mail) == ticket


def test_a_forged_token_counts_for_nothing() -> None:
    ticket = opened()
    forged = reply_address(ticket.pk, "partner").replace("+p", "+pa", 1)
    forged = forged[: forged.index("@") - 1] + forged[forged.index("@") :]
    mail = received(letter("Send it to me.", sender=TARAS), to=[forged])
    assert ticket_of(mail) != ticket
    assert suggested(mail) == []


def changed_letter(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"


@pytest.mark.parametrize("changed", ["signature", "ticket", "audience", "house", "length", "key"])
def test_no_forged_token_finds_a_ticket(changed: str, settings: Any) -> None:
    ticket, other = opened(), opened()
    real, others = reply_address(ticket.pk, "partner"), reply_address(other.pk, "partner")
    local, _, domain = real.partition("@")
    name, _, token = local.partition("+")
    signature = token[9:]  # the audience and 40 bits of ticket stand before it
    forged = {
        "signature": changed_letter(real),
        "ticket": f"{others.partition('@')[0][: len(name) + 10]}{signature}@{domain}",
        "audience": real.replace("+p", "+s", 1),
        "house": f"{local}@elsewhere.example",
        "length": f"{local[:-1]}@{domain}",
        "key": real,
    }[changed]
    if changed == "key":
        settings.SECRET_KEY = "another house's key, as long as ours is and as random as ours is"
    mail = received(letter("Send it to me.", sender="eve@other.example", to=f"{HOUSE}, {forged}"), to=[HOUSE, forged])
    assert ticket_of(mail) not in (ticket, other)
    assert suggested(mail) == []


def test_a_token_of_a_former_key_still_counts(settings: Any) -> None:
    ticket = opened()
    address = reply_address(ticket.pk, "partner")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the key of this year, long and random"
    assert ticket_of(received(letter("Thank you."), to=[address])) == ticket


@pytest.mark.parametrize("change", [str.upper, str.title, str.swapcase, str.lower])
@pytest.mark.parametrize("place", ["envelope", "To", "Cc", "Delivered-To"])
def test_a_token_counts_in_any_case_wherever_it_stands(change: Any, place: str) -> None:
    ticket = opened()
    address = change(reply_address(ticket.pk, "partner"))
    fields = {"Cc": {"Cc": address}, "Delivered-To": {"Delivered_To": address}, "To": {"to": address}}.get(place, {})
    mail = received(letter("Thank you.", **fields), to=[address if place == "envelope" else HOUSE])
    assert ticket_of(mail) == ticket


def test_a_token_from_a_new_address_joins_and_is_marked() -> None:
    ticket = opened()
    mail = received(letter("I write for Olena.", sender=TARAS), to=[reply_address(ticket.pk, "partner")])
    assert ticket_of(mail) == ticket
    assert mail.message is not None
    assert mail.message.marked == "new-address"
    assert Participant.objects.get(ticket=ticket, requester__addresses__address=TARAS).marked


def test_a_mail_from_a_new_address_with_too_many_parts_says_both() -> None:
    ticket = opened()
    raw = letter("I write for Olena.", sender=TARAS, attachments=[(f"{number}.txt", b"x") for number in range(1_100)])
    mail = received(raw, to=[reply_address(ticket.pk, "partner")])
    assert mail.message is not None
    assert mail.message.marked == "parts-left-out new-address"


def test_an_answer_to_our_mail_finds_its_ticket(addressing: bool) -> None:
    ticket = opened()
    mail = received(letter("Thank you.", answers=acknowledgement_id(ticket)))
    assert ticket_of(mail) == ticket
    assert mail.reason == "answered"


def test_an_answer_to_the_mail_with_a_new_link_finds_its_ticket(addressing: bool) -> None:
    ticket = opened()
    send_link(reference=ticket.reference, address=OLENA, language="en", now=timezone.now())
    link = OutgoingMail.objects.get(name="tracking_link")
    mail = received(letter("Thank you.", subject="Re: link", answers=link.message_id), to=[link.reply_to or HOUSE])
    assert ticket_of(mail) == ticket
    assert mail.reason == ("token" if addressing else "answered")


def test_an_answer_to_our_mail_from_a_new_address_joins_and_is_marked(addressing: bool) -> None:
    ticket = opened()
    mail = received(letter("I write for Olena.", sender=TARAS, answers=acknowledgement_id(ticket)))
    assert ticket_of(mail) == ticket
    assert mail.message is not None
    assert mail.message.marked == "new-address"


def test_references_to_our_mail_count_from_a_participant() -> None:
    ticket = opened()
    mail = received(letter("One more thing.", answers="phone@x.example", references=[acknowledgement_id(ticket)]))
    assert ticket_of(mail) == ticket
    assert mail.reason == "references"


def test_two_tickets_in_one_references_are_a_doubt_even_from_their_own_partner(addressing: bool) -> None:
    one, two = opened(), opened()
    mail = received(
        letter("Thanks.", answers="x@x.example", references=[acknowledgement_id(one), acknowledgement_id(two)])
    )
    assert ticket_of(mail) not in (one, two)
    assert {ticket for ticket, _why in suggested(mail)} == {one, two}
    assert {why for _ticket, why in suggested(mail)} == {"references-several"}


def test_two_tickets_in_one_references_are_settled_by_what_is_answered(addressing: bool) -> None:
    one, two = opened(), opened()
    answer = received(letter("Thanks.", answers=acknowledgement_id(two), references=[acknowledgement_id(one)]))
    assert ticket_of(answer) == two
    chain = [acknowledgement_id(one), acknowledgement_id(two)]
    assert answer.message is not None
    further = received(letter("One more.", answers=answer.message.message_id, references=chain))
    assert (ticket_of(further), further.reason) == (two, "earlier")


def test_two_tickets_of_others_in_one_references_are_only_suggestions() -> None:
    one, two = opened(), opened(sender_address=TARAS)
    chain = [acknowledgement_id(one), acknowledgement_id(two)]
    mail = received(letter("Tell me all.", sender="eve@other.example", references=chain))
    assert {ticket for ticket, _why in suggested(mail)} == {one, two}


def test_two_tickets_in_one_in_reply_to_are_a_doubt() -> None:
    one, two = opened(), opened()
    both = f"<{acknowledgement_id(one)}> <{acknowledgement_id(two)}>"
    mail = received(letter("Thanks.", In_Reply_To=both))
    assert ticket_of(mail) not in (one, two)
    assert suggested(mail) == [(one, "several"), (two, "several")]


def test_two_references_in_the_subject_are_a_doubt() -> None:
    one, two = opened(), opened()
    mail = received(letter("Thanks.", subject=f"{one.reference} and {two.reference}"))
    assert ticket_of(mail) not in (one, two)
    assert suggested(mail) == [(one, "several"), (two, "several")]


# Providers that put a Message-ID of their own in the place of ours, and what they tell us of it.
REPLACED = {
    "Amazon SES": ("0102019f0a1b2c3d-6b1f0c2e-000000", "0102019f0a1b2c3d-6b1f0c2e-000000@eu-west-1.amazonses.com"),
    "Postmark": ("b7bc2f4a-e38e-4336-af7d-e6c392c2f817", "b7bc2f4a-e38e-4336-af7d-e6c392c2f817@mtasv.net"),
    "with brackets": ("<20261123.1@eu.provider.example>", "20261123.1@eu.provider.example"),
}


@pytest.mark.parametrize("provider", REPLACED)
def test_an_answer_to_our_mail_under_its_providers_message_id_finds_its_ticket(provider: str, addressing: bool) -> None:
    ticket = opened()
    told, seen = REPLACED[provider]
    OutgoingMail.objects.update(provider_id=told)
    mail = received(letter("Thank you.", sender=TARAS, answers=seen))
    assert (ticket_of(mail), mail.reason) == (ticket, "answered")


def test_references_to_our_mail_under_its_providers_message_id_count_from_a_participant(addressing: bool) -> None:
    ticket = opened()
    told, seen = REPLACED["Amazon SES"]
    OutgoingMail.objects.update(provider_id=told)
    mail = received(letter("One more thing.", answers="phone@x.example", references=[seen]))
    assert (ticket_of(mail), mail.reason) == (ticket, "references")
    stranger = received(letter("Mine.", sender="eve@other.example", answers="fwd@x.example", references=[seen]))
    assert_new_with_suggestion(stranger, ticket, "references-stranger")


def test_a_short_number_of_a_provider_is_no_secret() -> None:
    opened()
    OutgoingMail.objects.update(provider_id="4711")
    mail = received(letter("Tell me all.", sender="eve@other.example", answers="4711@other.example"))
    assert suggested(mail) == []


def test_a_stranger_who_writes_on_a_forwarded_thread_opens_a_new_ticket_with_a_suggestion() -> None:
    ticket = opened()
    mail = received(
        letter("My own question.", sender=TARAS, answers="fwd@x.example", references=[acknowledgement_id(ticket)])
    )
    assert_new_with_suggestion(mail, ticket, "references-stranger")


def test_the_partners_own_earlier_mail_counts_from_a_participant(addressing: bool) -> None:
    first = received(letter(message_id="first@hromada.example"))
    second = received(letter("And a bus.", subject="a bus", answers="first@hromada.example"))
    assert ticket_of(second) == ticket_of(first)
    assert second.reason == "earlier"


def test_the_partners_own_earlier_mail_does_not_count_from_a_stranger() -> None:
    first = received(letter(message_id="first@hromada.example"))
    second = received(letter("And a bus.", sender="eve@other.example", answers="first@hromada.example"))
    assert_new_with_suggestion(second, ticket_of(first), "earlier-stranger")


@pytest.mark.parametrize("tag", ["[{}] Re: generators", "Re: generators {}", "Re: {}."])
def test_a_reference_in_the_subject_counts_from_a_participant(tag: str, addressing: bool) -> None:
    ticket = opened()
    mail = received(letter("Thank you.", subject=tag.format(ticket.reference)))
    assert ticket_of(mail) == ticket
    assert mail.reason == "subject"


def test_a_reference_in_the_subject_from_a_stranger_is_only_a_suggestion() -> None:
    ticket = opened()
    mail = received(letter("Tell me all.", sender="eve@other.example", subject=f"Re: [{ticket.reference}]"))
    assert_new_with_suggestion(mail, ticket, "subject-stranger")


@pytest.mark.parametrize(
    "tag", ["[SU-2026-999999]", "[SU-2026-0000012345678901]", "[XX-2026-000001]", "[su-2026-000001", "SU-26-1"]
)
def test_a_made_up_reference_in_the_subject_leads_nowhere(tag: str) -> None:
    opened()
    mail = received(letter("Thank you.", subject=f"Re: {tag}", sender="eve@other.example"))
    assert mail.reason == "new"
    assert all(why == "subject-stranger" for _ticket, why in suggested(mail))


def test_a_partner_cannot_reach_the_ticket_of_another_by_its_reference() -> None:
    mine, theirs = opened(), opened(sender_address=TARAS)
    mail = received(letter("Tell me all.", subject=f"Re: [{theirs.reference}]"))
    assert_new_with_suggestion(mail, theirs, "subject-stranger")
    assert ticket_of(mail) != mine


def test_a_partner_in_the_display_name_alone_is_a_stranger() -> None:
    ticket = opened()
    mail = received(letter("Tell me all.", sender=f'"{OLENA}" <eve@other.example>', subject=f"[{ticket.reference}]"))
    assert_new_with_suggestion(mail, ticket, "subject-stranger")


def test_a_participant_who_wants_the_answer_elsewhere_is_not_believed() -> None:
    ticket = opened()
    mail = received(letter("Tell me all.", subject=f"[{ticket.reference}]", Reply_To="eve@other.example"))
    assert_new_with_suggestion(mail, ticket, "subject-stranger")


def test_a_participant_whom_a_server_found_forged_is_not_believed() -> None:
    ticket = opened()
    verdict = "mx.example; dmarc=fail header.from=hromada.example"
    mail = received(letter("Tell me all.", subject=f"[{ticket.reference}]", Authentication_Results=verdict))
    assert_new_with_suggestion(mail, ticket, "subject-stranger")
    assert mail.message is not None
    assert mail.message.trust == {"dmarc": "fail"}


def test_two_tickets_in_the_addresses_are_a_doubt() -> None:
    one, two = opened(), opened()
    mail = received(letter("Thank you."), to=[reply_address(each.pk, "partner") for each in (one, two)])
    assert ticket_of(mail) not in (one, two)
    assert suggested(mail) == [(one, "several"), (two, "several")]


def test_an_old_address_under_an_answer_to_another_ticket_is_a_doubt() -> None:
    one, two = opened(), opened()
    mail = received(letter("Thanks.", answers=acknowledgement_id(two)), to=[reply_address(one.pk, "partner")])
    assert ticket_of(mail) not in (one, two)
    assert {ticket for ticket, _why in suggested(mail)} == {one, two}


def test_a_weaker_clue_never_overrules_a_stronger_one() -> None:
    one, two = opened(), opened()
    mail = received(letter("Thanks.", subject=f"[{two.reference}]"), to=[reply_address(one.pk, "partner")])
    assert ticket_of(mail) == one


def test_a_merged_ticket_stands_for_the_one_it_went_into() -> None:
    one, two = opened(), opened()
    Ticket.objects.filter(pk=one.pk).update(status="merged", merged_into=two)
    mail = received(letter("Thanks.", answers=acknowledgement_id(two)), to=[reply_address(one.pk, "partner")])
    assert ticket_of(mail) == two


@pytest.mark.parametrize("way", ["answered", "token", "references", "subject"])
def test_by_every_way_a_merged_ticket_stands_for_the_one_it_went_into(way: str) -> None:
    one, two = opened(), opened()
    Ticket.objects.filter(pk=one.pk).update(status="merged", merged_into=two)
    sent = acknowledgement_id(one)
    ways: dict[str, tuple[dict[str, Any], str]] = {
        "answered": ({"answers": sent}, HOUSE),
        "token": ({}, reply_address(one.pk, "partner")),
        "references": ({"answers": "phone@x.example", "references": [sent]}, HOUSE),
        "subject": ({"subject": f"Re: [{one.reference}]"}, HOUSE),
    }
    fields, to = ways[way]
    mail = received(letter("Thanks.", **fields), to=[to])
    assert (ticket_of(mail), mail.reason) == (two, way)


def test_a_reply_takes_up_a_ticket_closed_a_short_while_ago(addressing: bool) -> None:
    ticket = opened()
    triage.set_status(
        actor=Actor.staff(staff()),
        ticket_id=ticket.pk,
        status="closed",
        outcome="withdrawn",
        reason="no need",
        now=timezone.now(),
    )
    mail = received(letter("There is need again.", answers=acknowledgement_id(ticket)))
    assert ticket_of(mail) == ticket
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ticket.waiting_since is not None


@pytest.mark.parametrize("way", ["token", "answered"])
def test_a_reply_to_an_erased_ticket_opens_a_linked_new_one_and_brings_no_words_back(way: str) -> None:
    ticket = opened()
    sent, address = acknowledgement_id(ticket), reply_address(ticket.pk, "partner")
    assert ticket.requester is not None
    erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester.pk, now=timezone.now())
    messages = ticket.messages.count()
    fields = {"answers": sent} if way == "answered" else {}
    mail = received(letter("I write again.", **fields), to=[address if way == "token" else HOUSE])
    assert ticket_of(mail) != ticket
    assert TicketLink.objects.get(source=ticket_of(mail), target=ticket).kind == "follows"
    assert ticket.messages.count() == messages
    assert OutgoingMail.objects.filter(key=f"acknowledgement:{ticket_of(mail).pk}").exists()


def test_on_a_ticket_closed_long_ago_a_linked_new_one_is_opened() -> None:
    then = timezone.now() - timedelta(days=120)
    ticket = opened(now=then)
    triage.set_status(
        actor=Actor.staff(staff()),
        ticket_id=ticket.pk,
        status="closed",
        outcome="withdrawn",
        reason="no need",
        now=then + timedelta(days=1),
    )
    mail = received(letter("Again."), to=[reply_address(ticket.pk, "partner")])
    assert ticket_of(mail) != ticket
    assert TicketLink.objects.get(source=ticket_of(mail)).kind == "follows"
    assert OutgoingMail.objects.filter(key=f"acknowledgement:{ticket_of(mail).pk}").exists()


def notice(ticket: Ticket) -> OutgoingMail:
    """Have the assignee told, and give the notice back."""
    triage.assign(
        actor=Actor.staff(staff("Boss", role="manager")), ticket_id=ticket.pk, assignee=staff(), now=timezone.now()
    )
    return OutgoingMail.objects.filter(audience="staff").latest("id")


def test_a_colleagues_answer_to_a_notice_is_a_note(addressing: bool) -> None:
    ticket = opened()
    told = notice(ticket)
    people = Requester.objects.count()
    before = OutgoingMail.objects.count()
    mail = received(
        letter("I know this mayor.", sender=told.to[0]["address"], to=told.reply_to or HOUSE, answers=told.message_id)
    )
    assert mail.message is not None
    assert ticket_of(mail) == ticket
    assert mail.message.kind == Message.Kind.NOTE
    assert mail.message.author is not None
    assert mail.message.author.email == told.to[0]["address"]
    assert Requester.objects.count() == people
    assert OutgoingMail.objects.count() == before


def test_a_colleagues_answer_is_a_note_where_a_provider_replaced_the_message_id() -> None:
    ticket = opened()
    told = notice(ticket)
    answer = letter("I know this mayor.", sender=told.to[0]["address"], answers="0102018f@mail.provider.example")
    mail = received(answer, to=[told.reply_to])
    assert ticket_of(mail) == ticket
    assert mail.message is not None
    assert (mail.message.kind, mail.reason) == (Message.Kind.NOTE, "note")
    assert Ticket.objects.count() == 1


def test_a_staff_token_from_anybody_else_is_only_a_suggestion() -> None:
    ticket = opened()
    mail = received(letter("Tell me all."), to=[reply_address(ticket.pk, "staff")])
    assert_new_with_suggestion(mail, ticket, "staff-token")


def test_a_staff_token_from_a_colleague_who_may_not_see_the_ticket_is_only_a_suggestion() -> None:
    ticket = opened()
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=True)
    person = staff()
    mail = received(letter("A note.", sender=person.email), to=[reply_address(ticket.pk, "staff")])
    assert_new_with_suggestion(mail, ticket, "staff-token")


def test_a_colleague_with_a_partners_token_is_not_taken_for_the_partner() -> None:
    ticket = opened()
    person = staff()
    mail = received(letter("Ship it.", sender=person.email), to=[reply_address(ticket.pk, "partner")])
    assert_new_with_suggestion(mail, ticket, "staff")


def test_a_request_that_a_colleague_forwards_opens_a_ticket_in_the_colleagues_name() -> None:
    person = staff()
    mail = received(letter("Please register this.", sender=person.email, subject="Fwd: Generators"))
    requester = ticket_of(mail).requester
    assert mail.reason == "new"
    assert requester is not None
    assert requester.addresses.get().address == person.email


def test_a_colleagues_out_of_office_is_ignored() -> None:
    told = notice(opened())
    away = letter("Away.", sender=told.to[0]["address"], answers=told.message_id, Auto_Submitted="auto-replied")
    mail = received(away)
    assert (mail.state, mail.reason) == ("ignored", "staff-automatic")


def test_another_mail_with_the_identifier_of_a_partners_does_not_draw_the_thread_away() -> None:
    first = received(letter(message_id="first@hromada.example"))
    received(letter("Mine.", sender="eve@other.example", message_id="first@hromada.example"))
    answer = received(letter("And a bus.", sender=OLENA, answers="first@hromada.example"))
    assert ticket_of(answer) == ticket_of(first)
