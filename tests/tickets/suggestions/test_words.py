"""What a request is about, by its words, in the languages of those who write."""

import pytest

from tickets.reference import queues, regions, stems, topics
from tickets.suggestions.values import Asked
from tickets.suggestions.words import by_words, named_regions


def found(subject: str, text: str = "") -> dict[str, tuple[str, bool]]:
    """The first suggestion of each field, and whether it is strong."""
    made: dict[str, tuple[str, bool]] = {}
    for each in by_words(Asked(subject=subject, text=text)):
        made.setdefault(each.field, (each.value, each.strong))
    return made


@pytest.mark.parametrize(
    ("subject", "topic", "kind"),
    [
        ("Просимо допомогти з генераторами", "energy", "need"),
        ("We need two school buses", "vehicles-school-buses", "need"),
        ("Piedāvājam ģeneratorus slimnīcai", "energy", "offer"),
        ("Nous proposons un hébergement", "shelter-housing", "offer"),
        ("Chcemy pomóc: przekazanie karetki", "health-rehabilitation", "offer"),
        ("Wir benötigen Pumpen für Trinkwasser", "water-waste", "need"),
        ("Предлагаем помощь в разминировании", "demining-civil-protection", "offer"),
        ("Invitation to our conference", "events", "enquiry"),
    ],
)
def test_topic_and_kind_are_found_in_seven_languages(subject: str, topic: str, kind: str) -> None:
    assert (found(subject)["topic"][0], found(subject)["kind"][0]) == (topic, kind)


@pytest.mark.parametrize(
    ("subject", "queue"),
    [
        ("Access to documents under Regulation 1049/2001", "access-to-documents"),
        ("Прошу видалити мої персональні дані", "data-protection"),
        ("Beschwerde über die Bearbeitung", "complaints"),
    ],
)
def test_what_is_not_for_all_eyes_brings_its_queue(subject: str, queue: str) -> None:
    assert found(subject)["queue"] == (queue, True)
    assert "queue" not in found("Generators for the hospital")


def test_a_word_of_the_text_alone_is_not_sure_and_one_of_the_subject_counts_more() -> None:
    assert found("Letter", "We lost a pump.")["topic"] == ("water-waste", False)
    assert found("A pump", "We lost a pump.")["topic"] == ("water-waste", True)


def test_where_two_topics_are_near_neither_is_sure_and_both_are_told() -> None:
    both = [each for each in by_words(Asked("Generators and pumps")) if each.field == "topic"]
    assert {each.value for each in both} == {"energy", "water-waste"}
    assert not any(each.strong for each in both)


def test_a_phrase_is_one_only_where_its_words_are_near_and_a_whole_word_only_as_a_whole() -> None:
    assert found("A partner in another city")["topic"][0] == "partnership-twinning"
    assert "topic" not in found("Our partner told us of a far away city")
    assert found("Two buses")["topic"][0] == "vehicles-school-buses"
    assert "topic" not in found("Business as usual")


def test_the_reason_names_the_words_as_they_stand_in_the_letter() -> None:
    topic = next(iter(by_words(Asked("Генератори", "Два дизельні ГЕНЕРАТОРИ по 100 кВт"))))
    assert topic.facts["words"] == "Генератори, дизельні, кВт"


def test_a_letter_without_any_such_word_suggests_nothing() -> None:
    assert found("", "") == {}
    assert found("Hello", "Good morning to all of you.") == {}


def test_towns_tell_their_region() -> None:
    assert named_regions(Asked("Help for Kharkiv and Sumy")).keys() == {"UA-63", "UA-59"}


def test_the_table_speaks_of_topics_kinds_and_regions_that_there_are() -> None:
    known = {
        "topic": {each.code for each in topics()},
        "kind": {"enquiry", "need", "offer"},
        "region": {each.code for each in regions()},
    }
    for row in stems():
        assert row.value in known[row.field], row
    assert known["topic"] - {row.value for row in stems()} == {"other"}
    assert {topic.queue for topic in topics()} <= {queue.code for queue in queues()}
