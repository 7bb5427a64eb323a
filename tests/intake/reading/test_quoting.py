"""Where the quoted history begins, in every language of our users, and where nothing may be folded."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.reading.mail import read
from intake.reading.quoting import new_words, quote_start

OWN = "Дякуємо за відповідь.\n\nОлена"

INTRODUCTIONS = [
    "On Mon, 1 Jan 2024 at 10:00, Olena Koval <olena@hromada.example> wrote:",
    "Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Olena Koval <olena@hromada.example>:",
    "Le lun. 1 janv. 2024 à 10:00, Olena Koval <olena@hromada.example> a écrit :",
    "El lun, 1 ene 2024 a las 10:00, Olena Koval (<olena@hromada.example>) escribió:",
    "Il giorno lun 1 gen 2024 alle ore 10:00 Olena Koval <olena@hromada.example> ha scritto:",
    "Em seg., 1 de jan. de 2024 às 10:00, Olena Koval <olena@hromada.example> escreveu:",
    "Op ma 1 jan 2024 om 10:00 schreef Olena Koval <olena@hromada.example>:",
    "pon., 1 sty 2024 o 10:00 Olena Koval <olena@hromada.example> napisał(a):",
    "po 1. 1. 2024 v 10:00 odesílatel Olena Koval <olena@hromada.example> napsal:",
    "po 1. 1. 2024 o 10:00 Olena Koval <olena@hromada.example> napísal(a):",
    "V V pon., 1. jan. 2024 ob 10:00 je oseba Olena Koval <olena@hromada.example> napisala:",
    "pon, 1. sij 2024. u 10:00 Olena Koval <olena@hromada.example> napisao je:",
    "Olena Koval <olena@hromada.example> ezt írta (időpont: 2024. jan. 1., H, 10:00):",
    "În lun., 1 ian. 2024 la 10:00, Olena Koval <olena@hromada.example> a scris:",
    "На пн, 1.01.2024 г. в 10:00 Olena Koval <olena@hromada.example> написа:",
    "Στις Δευ 1 Ιαν 2024 στις 10:00 π.μ., ο χρήστης Olena Koval <olena@hromada.example> έγραψε:",
    "ma 1. tammik. 2024 klo 10.00 Olena Koval (olena@hromada.example) kirjoitti:",
    "Den mån 1 jan. 2024 kl 10:00 skrev Olena Koval <olena@hromada.example>:",
    "Den man. 1. jan. 2024 kl. 10.00 skrev Olena Koval <olena@hromada.example>:",
    "Kontakt Olena Koval (<olena@hromada.example>) kirjutas kuupäeval E, 1. jaanuar 2024 kell 10:00:",
    "pirmd., 2024. g. 1. janv., plkst. 10:00 — lietotājs Olena Koval (<olena@hromada.example>) rakstīja:",
    "2024-01-01, pr, 10:00 Olena Koval <olena@hromada.example> rašė:",
    "Fit-Tnejn 1 Jan 2024, 10:00 Olena Koval <olena@hromada.example> kiteb:",
    "Ar Luan 1 Ean 2024 ag 10:00 scríobh Olena Koval <olena@hromada.example>:",
    "пн, 1 січ. 2024 р. о 10:00 Olena Koval <olena@hromada.example> пише:",
    '1 січня 2024, 10:00:12, від "Olena Koval" <olena@hromada.example>:',
    "понеділок, 1 січня 2024 р. Olena Koval <olena@hromada.example> написала:",
    "пн, 1 янв. 2024 г. в 10:00, Olena Koval <olena@hromada.example>:",
    "1 января 2024 г., 10:00:12, вы написали:",
    "Понедельник, 1 января 2024, 10:00 +03:00 от Olena Koval <olena@hromada.example>:",
    "Wiadomość napisana przez Olena Koval <olena@hromada.example> w dniu 1.01.2024, o godz. 10:00:",
    "Kuupäev E, 1. jaanuar 2024 kell 10:00 kirjutas Olena Koval <olena@hromada.example>:",
    "Olena Koval <olena@hromada.example>, 1 Oca 2024 Pzt, 10:00 tarihinde şunu yazdı:",
    "2024年1月1日(月) 10:00 Olena Koval <olena@hromada.example>:",
    "בתאריך יום ב׳, 1 בינו׳ 2024 ב-10:00 מאת Olena Koval <olena@hromada.example>:",
    "2024-01-01 10:00 GMT+02:00 Olena Koval <olena@hromada.example>:",
    "--- Оригінальне повідомлення ---",
    "-----Ursprüngliche Nachricht-----",
]
BLOCKS = [
    ("From:", "Sent:", "To:", "Subject:"),
    ("Von:", "Gesendet:", "An:", "Betreff:"),
    ("De :", "Envoyé :", "À :", "Objet :"),
    ("De:", "Enviado el:", "Para:", "Asunto:"),
    ("Da:", "Inviato:", "A:", "Oggetto:"),
    ("De:", "Enviado:", "Para:", "Assunto:"),
    ("Van:", "Verzonden:", "Aan:", "Onderwerp:"),
    ("Od:", "Wysłano:", "Do:", "Temat:"),
    ("Od:", "Odesláno:", "Komu:", "Předmět:"),
    ("Od:", "Odoslané:", "Komu:", "Predmet:"),
    ("Od:", "Poslano:", "Za:", "Zadeva:"),
    ("Šalje:", "Poslano:", "Prima:", "Predmet:"),
    ("Feladó:", "Elküldve:", "Címzett:", "Tárgy:"),
    ("De la:", "Trimis:", "Către:", "Subiect:"),
    ("От:", "Изпратено:", "До:", "Относно:"),
    ("Από:", "Στάλθηκε:", "Προς:", "Θέμα:"),
    ("Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Aihe:"),
    ("Från:", "Skickat:", "Till:", "Ämne:"),
    ("Fra:", "Sendt:", "Til:", "Emne:"),
    ("Saatja:", "Saadetud:", "Adressaat:", "Teema:"),
    ("No:", "Nosūtīts:", "Kam:", "Temats:"),
    ("Nuo:", "Išsiųsta:", "Kam:", "Tema:"),
    ("Minn:", "Mibgħut:", "Lil:", "Suġġett:"),
    ("Ó:", "Seolta:", "Chuig:", "Ábhar:"),
    ("Від:", "Надіслано:", "Кому:", "Тема:"),
    ("От:", "Отправлено:", "Кому:", "Тема:"),
]


@pytest.mark.parametrize("width", [400, 72, 50])
@pytest.mark.parametrize("old", ["> old words\n> and more", "old words\nand more"])
@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_history_begins_at_the_line_that_introduces_it(introduction: str, old: str, width: int) -> None:
    wrapped = "\n".join(textwrap.wrap(introduction, width))
    text = f"{OWN}\n\n{wrapped}\n\n{old}"
    assert text[: quote_start(text)].strip() == OWN


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("labels", BLOCKS)
def test_history_begins_at_the_header_block_of_the_earlier_mail(labels: tuple[str, ...], gap: str) -> None:
    values = ("Support <support@wg.example>", "15.01.2024 10:00", "olena@hromada.example", "Re: Request")
    block = gap.join(f"{label} {value}" for label, value in zip(labels, values, strict=True))
    text = f"{OWN}\n\n________________________________\n{block}\n\nold words"
    assert text[: quote_start(text)].strip() == OWN


@pytest.mark.parametrize(
    "tail",
    [
        "-- \nOlena Koval\n+380 00 000 00 00",
        "Sent from my iPhone",
        "Надіслано з iPhone",
        "> only quoted lines\n> at the end",
        "-- \nOlena\n\nOn Mon, 1 Jan 2024 at 10:00, S <s@wg.example> wrote:\n> old",
        "## Please type your reply above this line ##\nold words",
    ],
)
def test_signatures_and_closing_quotes_are_folded(tail: str) -> None:
    text = f"{OWN}\n\n{tail}"
    assert text[: quote_start(text)].strip() == OWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line.",
        "On Monday we wrote a letter.\nIt was about: roads",
        "From: the north\nwe need help.",
        "Three needs:\n- water\n- light\n\nPlease answer.",
        "On 5 May 2024 I wrote:\n",
        "We need transport.\n\nFrom: Lviv\nTo: Kyiv\nDate: 15 May 2024\n\nTen people.",
        "Потрібен транспорт.\n\nВід: Львів\nДо: Київ\nДата: 15 травня\n\nДесять осіб.",
        "The story so far.\n\nOn 5 May 2024 the mayor wrote:\n\nWe need help, and nobody answered.",
        "> only quoted",
        "Date: 5 May\nPlace: school",
        "Here is the list:\n\n> first\n\nAnd my answer below it.",
        "Sent from my desk, which is a better place than a phone.",
        "My thoughts -- and there are many --\nare these.",
    ],
)
def test_what_a_person_wrote_is_never_folded(text: str) -> None:
    assert quote_start(text) == len(text)


def test_an_answer_between_quoted_lines_stays_open() -> None:
    text = "A <a@x.example> wrote:\n> How many?\nTwo thousand.\n> Which road?\nThe north road.\n> Regards"
    start = quote_start(text)
    assert text[start:] == "> Regards"
    assert new_words(text[:start]) == "Two thousand.\nThe north road."


def test_the_html_form_tells_where_the_history_of_the_plain_form_begins() -> None:
    raw = (
        b"From: a@x.example\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\n\nNew words here.\n\nOlder words without any mark.\n--b\nContent-Type: text/html\n\n"
        b'<p>New words here.</p><div class="gmail_quote">Older words without any mark.</div>\n--b--'
    )
    mail = read(raw)
    assert mail.text[: mail.quote_start].strip() == "New words here."


def test_an_answer_below_the_quote_in_html_stays_open() -> None:
    mail = read(
        b"Content-Type: text/html\n\n<div>On 1.1.2024 A wrote:</div><blockquote>old</blockquote><p>my answer</p>"
    )
    assert mail.quote_start == len(mail.text)
    assert new_words(mail.text) == "my answer"


LINES = st.sampled_from(
    [
        "own words",
        "Відповідь тут",
        "> quoted",
        "> > deeper",
        "",
        "-- ",
        "Sent from my phone",
        *INTRODUCTIONS[:3],
        *map("> {}".format, INTRODUCTIONS[:2]),
    ]
)


@given(st.lists(LINES, max_size=30))
def test_folding_loses_no_line_and_no_answer_below_a_quotation(lines: list[str]) -> None:
    body = "\n".join([*lines, "> the last quotation", "", "my answer", ""])
    mail = read(f"Content-Type: text/plain; charset=utf-8\n\n{body}".encode())
    assert mail.text.split() == body.split()
    if not any(line.startswith(("-- ", "Sent", "On", "Am", "Le")) for line in lines):
        assert "my answer" in mail.text[: mail.quote_start]
