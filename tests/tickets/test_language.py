import subprocess
import sys

import pytest

from tickets.language import best_of, detect

SENTENCES = {
    "bg": "Нуждаем се от генератори за нашата болница и бихме искали да разберем към кого да се обърнем.",
    "cs": "Dobrý den, naše město by rádo navázalo partnerství s ukrajinskou obcí. Na koho se máme obrátit?",
    "da": "Vores kommune vil gerne hjælpe en ukrainsk by med skolebusser. Hvem skal vi kontakte?",
    "de": "Unsere Gemeinde möchte einer ukrainischen Stadt zwei Feuerwehrfahrzeuge übergeben. Wer ist zuständig?",
    "el": "Ο δήμος μας θέλει να προσφέρει φάρμακα σε ένα νοσοκομείο. Με ποιον πρέπει να μιλήσουμε;",
    "en": "Our town would like to offer two school buses to a municipality. Whom should we write to?",
    "es": "Nuestro ayuntamiento desea ofrecer material médico a un hospital ucraniano. ¿A quién debemos dirigirnos?",
    "et": "Meie vald soovib pakkuda Ukraina koolile arvuteid. Kelle poole peaksime pöörduma?",
    "fi": "Kuntamme haluaa lahjoittaa sairaalalle laitteita. Keneen meidän pitäisi ottaa yhteyttä?",
    "fr": "Notre commune souhaite offrir un véhicule de pompiers à une ville ukrainienne. À qui devons-nous écrire ?",
    "ga": "Ba mhaith lenár gcomhairle contae cabhrú le baile san Úcráin. Cé leis ar cheart dúinn labhairt?",
    "hr": "Naša općina želi darovati školski autobus jednoj ukrajinskoj zajednici. Kome se trebamo obratiti?",
    "hu": "Önkormányzatunk szeretne áramfejlesztőt adományozni egy ukrán kórháznak. Kihez forduljunk?",
    "it": "Il nostro comune desidera donare un'ambulanza a una città ucraina. A chi dobbiamo rivolgerci?",
    "lt": "Mūsų savivaldybė norėtų padovanoti autobusą Ukrainos mokyklai. Į ką turėtume kreiptis?",
    "lv": "Mūsu pašvaldība vēlas dāvināt ģeneratoru Ukrainas slimnīcai. Pie kā mums vērsties?",
    "mt": "Il-kunsill lokali tagħna jixtieq jgħin lil belt fl-Ukrajna. Lil min għandna niktbu?",
    "nl": "Onze gemeente wil graag twee bussen schenken aan een Oekraïense stad. Met wie moeten we contact opnemen?",
    "pl": "Nasza gmina chciałaby przekazać agregat prądotwórczy szpitalowi. Do kogo należy się zwrócić?",
    "pt": "O nosso município gostaria de oferecer uma ambulância a um hospital. A quem nos devemos dirigir?",
    "ro": "Comuna noastră dorește să doneze un microbuz unei școli. Cui ar trebui să ne adresăm?",
    "ru": "Просим сообщить, в какой срок будет рассмотрено наше обращение о помощи больнице.",
    "sk": "Naša obec by chcela darovať školský autobus ukrajinskému mestu. Na koho sa máme obrátiť?",
    "sl": "Naša občina bi rada podarila generator bolnišnici v Ukrajini. Na koga naj se obrnemo?",
    "sv": "Vår kommun vill gärna skänka en ambulans till ett sjukhus. Vem ska vi kontakta?",
    "uk": "Просимо надати громаді генератор потужністю 100 кВт для лікарні.",
}


@pytest.mark.parametrize(("code", "text"), SENTENCES.items())
def test_a_sentence_in_each_language_is_recognised(code: str, text: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Заявка на генератор мiсту",  # a Latin i for the Ukrainian one
        "ПРОСИМО НАДАТИ ГЕНЕРАТОР ДЛЯ ЛІКАРНІ",
        "Добрий день, просимо генератор",  # no letter that Russian lacks
        "Доброго дня",
    ],
)
def test_short_ukrainian_is_recognised(text: str) -> None:
    assert detect(text) == "uk"


def test_an_english_signature_does_not_hide_the_language_of_the_letter() -> None:
    text = f"{SENTENCES['uk']}\n\nOlena Ivanenko\nHead of department, https://hromada.example/en/contacts/department"
    assert detect(text) == "uk"


def test_links_and_addresses_are_in_no_language() -> None:
    assert detect("Дякую help.our.town.office.department@hromada.example") == "uk"
    assert detect("https://hromada.example/this/is/an/english/address olena.of.the.town@hromada.example") == ""


@pytest.mark.parametrize("text", ["", "   \n", "ok", "100 + 15", "\U0001f44d" * 9, "你好，我们需要帮助", "\ud800" * 9])
def test_a_text_that_shows_no_language_gives_none(text: str) -> None:
    assert detect(text) == ""


def test_a_letter_as_long_as_a_book_is_as_quick_as_a_page() -> None:
    assert detect(SENTENCES["lv"] + " Paldies!" * 1_000_000) == "lv"


def test_the_model_is_not_loaded_before_the_first_text() -> None:
    program = (
        "import tickets.language as language\n"
        "assert language._model.cache_info().currsize == 0\n"
        "language.detect('Good morning to you all')\n"
        "assert language._model.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("preferred", "available", "best"),
    [
        (["lv", "en"], ["en", "lv", "uk", "fr"], "lv"),
        (["de", "fr"], ["en", "lv", "uk", "fr"], "fr"),
        (["de"], ["en", "lv", "uk", "fr"], "en"),
        ([], ["uk", "en"], "en"),
        ([""], ["uk", "en"], "en"),
        (["uk-UA"], ["en", "uk"], "uk"),
        (["FR_be"], ["en", "fr"], "fr"),
        (["de"], ["uk", "lv"], "uk"),
    ],
)
def test_the_best_language_is_the_first_wanted_one_that_is_there(
    preferred: list[str], available: list[str], best: str
) -> None:
    assert best_of(preferred, available) == best


def test_no_language_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="no language"):
        best_of(["en"], [])
