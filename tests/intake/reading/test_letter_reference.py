"""The number and date that a letter gives itself are found; the numbers of others are not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.reading.letter_reference import LetterReference, find
from intake.reading.mail import read

DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("line", "number", "day"),
    [
        ("вих. № 123/01-45 від 05.11.2026", "123/01-45", DAY),
        ("Вих. №123/01-45", "123/01-45", None),
        ("вих.№ 01-12/345 від 5 листопада 2026 року", "01-12/345", DAY),
        ("вих № 45", "45", None),
        ("Вихідний № 45 від 05.11.2026 р.", "45", DAY),
        ("Вихідний номер: 02-14/88 від «05» листопада 2026 р.", "02-14/88", DAY),
        ("Реєстраційні дані: вих. № 7-к/2026, 05.11.2026", "7-к/2026", DAY),
        ("№ 123/01-45 від 05.11.2026", "123/01-45", DAY),
        ("№ 123/01-45 від 05.11.2026 на № 77/02 від 01.10.2026", "123/01-45", DAY),
        ("від 05.11.2026 № 01-12/345", "01-12/345", DAY),
        ("05.11.2026 № 01-12/345", "01-12/345", DAY),
        ("м. Зелене, 5 листопада 2026 року № 12", "12", DAY),
        ("исх. № 77 от 05.11.2026 г.", "77", DAY),
        ("Изх. № 12-34/05.11.2026 г.", "12-34", DAY),
        ("Mūsu Nr. 1-13/245", "1-13/245", None),
        ("05.11.2026. Nr. 1-13/245", "1-13/245", DAY),
        ("Rīgā, 05.11.2026., Nr. 1-13/245", "1-13/245", DAY),
        ("Rīgā, 2026. gada 5. novembrī Nr. 1.2-3/45", "1.2-3/45", DAY),
        ("2026-11-05 Nr. 1-23", "1-23", DAY),
        ("Znak: OR.033.12.2026", "OR.033.12.2026", None),
        ("Nasz znak: AB-12 z dnia 05.11.2026", "AB-12", DAY),
        ("L.dz. 123/2026", "123/2026", None),
        ("Réf. : DG/2026/45", "DG/2026/45", None),
        ("Nos réf. : DG/45 du 5 novembre 2026", "DG/45", DAY),
        ("Notre référence : 2026-45 du 05/11/2026", "2026-45", DAY),
        ("Our ref: ABC/123 dated 5 November 2026", "ABC/123", DAY),
        ("Our reference number: ABC/123", "ABC/123", None),
        ("Ref. No. 12-34, November 5, 2026", "12-34", DAY),
        ("Ref: WG/2026-7", "WG/2026-7", None),
        ("Unser Zeichen: III-4/2026 vom 05.11.2026", "III-4/2026", DAY),
        ("Prot. n. 123/2026 del 05/11/2026", "123/2026", DAY),
        ("Č. j.: MV-123/2026", "MV-123/2026", None),
        ("Ons kenmerk: 2026/12", "2026/12", None),
        ("Αρ. πρωτ.: 12345/2026", "12345/2026", None),
        ("вих. № 45 від 31.02.2026", "45", None),
    ],
)
def test_the_letters_own_number_and_date_are_found(line: str, number: str, day: date | None) -> None:
    assert find(f"Шановні колеги!\n{line}\nПросимо допомогти.") == LetterReference(number=number, date=day)


@pytest.mark.parametrize(
    "line",
    [
        "на № 55 від 01.10.2026",
        "На ваш вих. № 55 від 01.10.2026",
        "Ваш вих. № 55 від 01.10.2026 отримали",
        "Uz Nr. 55, 01.10.2026.",
        "Jūsu Nr. 55",
        "Wasz znak: AB-12",
        "V/Réf : 12/2026",
        "Vos réf. : 12/2026",
        "Your ref: ABC/1",
        "Ihr Zeichen: AB/1",
        "постанова № 1364 від 06.12.2022",
        "Згідно з постановою КМУ № 1364 від 06.12.2022",
        "Закон України № 2402-III від 05.11.2026",
        "Договір № 5 від 01.01.2026",
        "школа № 12",
        "вул. Садова, буд. № 5",
        "тел. +380 44 123 45 67",
        "Ref: +32 2 123 45 67",
        "вих. № +380441234567",
        "IBAN: UA213223130000026007233566001",
        "Ref: UA213223130000026007233566001",
        "Reģ. Nr. 40003123456",
        "ЄДРПОУ 12345678",
        "05.11.2026",
        "вих. № ______ від ______",
        "вихідні 7-8 листопада",
        "вихід № 3",
        "Reference: see page 12",
        "prefix: 12",
        "> вих. № 123/01-45 від 05.11.2026",
    ],
)
def test_the_numbers_of_others_are_not(line: str) -> None:
    assert (
        find(f"Шановні колеги!\n{line}\nПросимо допомогти.", subject=line.strip("> ") if line[0] != ">" else "") is None
    )


@pytest.mark.parametrize(
    "subject",
    [
        "Лист № 123/01-45 від 05.11.2026",
        "Запит на генератор, вих. № 123/01-45 від 05.11.2026",
        "№ 123/01-45 від 05.11.2026",
    ],
)
def test_the_subject_is_asked_last(subject: str) -> None:
    assert find("Просимо допомогти.", subject) == LetterReference(number="123/01-45", date=DAY)
    assert find("вих. № 9 від 05.11.2026", subject) == LetterReference(number="9", date=DAY)


def test_the_history_below_a_letter_has_numbers_of_its_own() -> None:
    raw = (
        "From: o@hromada.example\nSubject: x\n\nДякуємо!\n\nOn 1.1.2026 a@b.example wrote:\n> вих. № 5 від 01.01.2026\n"
    )
    assert read(raw.encode()).reference is None
    assert read(raw.replace("Дякуємо!", "вих. № 6").encode()).reference == LetterReference(number="6", date=None)


@given(st.text(alphabet="вих. №0123456789/-відNrRef: \n", max_size=400))
def test_any_text_is_searched(text: str) -> None:
    find(text, text)
