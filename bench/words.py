"""Words for tickets and mails of the measurements: English and Ukrainian, as if a municipality wrote.

Deterministic: each function draws from the generator that it is given. Sentences are drawn from a stock made once, so
that a million tickets take minutes; a few words are frequent and most are not, as in real text.
"""

import random
from functools import cache

ENGLISH = """
hospital school shelter generator water pump boiler roof window bridge road bus ambulance fire engine heating power
line transformer cable battery panel solar blanket medicine bandage wheelchair computer tablet radio drone siren
warehouse convoy customs permit letter agreement partner twinning delegation visit seminar training expert mayor
council committee region district village town river forest farm seed tractor fuel diesel gas coal stove brick cement
glass timber pipe sewage landfill waste truck crane excavator container tent kitchen canteen kindergarten teacher
doctor nurse patient child veteran widow pensioner family displaced resident volunteer donor fund grant tender budget
invoice insurance transport border route schedule delivery storage inventory list annex signature stamp translation
interpreter programme project proposal deadline application report survey damage assessment reconstruction repair
design engineer architect standard certificate warranty maintenance spare part need offer request answer question
urgent winter spring summer autumn morning evening week month quarter year large small new old broken working missing
available ready planned approved pending final first second next last local regional national European Ukrainian safe
warm cold dry clean public private joint common special technical legal financial social cultural medical humanitarian
"""
UKRAINIAN = """
лікарня школа укриття генератор вода насос котел дах вікно міст дорога автобус швидка пожежна машина опалення
електромережа трансформатор кабель батарея панель ковдра ліки бинт візок комп'ютер планшет радіо сирена склад
колона митниця дозвіл лист угода партнер побратимство делегація візит семінар навчання експерт голова рада комітет
область район село місто річка ліс ферма насіння трактор пальне дизель газ вугілля піч цегла цемент скло деревина
труба каналізація звалище відходи вантажівка кран екскаватор контейнер намет кухня їдальня садок учитель лікар
медсестра пацієнт дитина ветеран пенсіонер родина переселенець мешканець волонтер благодійник фонд грант тендер
кошторис рахунок страхування перевезення кордон маршрут графік доставка зберігання перелік додаток підпис печатка
переклад перекладач програма проєкт пропозиція строк заявка звіт опитування пошкодження оцінка відбудова ремонт
інженер архітектор стандарт сертифікат гарантія обслуговування запчастина потреба запит відповідь питання терміново
зима весна літо осінь ранок вечір тиждень місяць квартал рік великий малий новий старий зламаний робочий відсутній
доступний готовий запланований схвалений остаточний перший другий наступний останній місцевий обласний державний
європейський український безпечний теплий холодний сухий чистий громадський спільний окремий технічний правовий
фінансовий соціальний культурний медичний гуманітарний
"""
GIVEN = "Olena Ivan Taras Oksana Andrii Iryna Mykola Hanna Marta Petro Halyna Bohdan Yuliia Liga Janis Claire Jean Eva"
FAMILY = "Example Prykladenko Muster Paraugs Exemple Vzirets Zrazok Sample Probenko Modele"
RARE = "velocipedestrianism"  # stands in three tickets, whatever the size
COMMON = "generator"  # is added to 30 % of the first messages, besides where it stands anyway
STOCK = 4096  # sentences a language


def subject(draw: random.Random, language: str) -> str:
    """Three to seven words."""
    return " ".join(_words(draw, language, draw.randint(3, 7))).capitalize()


def body(draw: random.Random, language: str, paragraphs: int) -> str:
    """One to `paragraphs` paragraphs of two to five sentences, each about 250 characters."""
    stock = sentences(language)
    return "\n\n".join(" ".join(draw.choices(stock, k=draw.randint(2, 5))) for _ in range(draw.randint(1, paragraphs)))


def person(number: int) -> tuple[str, str]:
    """The name and the address of the person of this number; no two share an address."""
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number // len(_GIVEN) % len(_FAMILY)]
    return f"{given} {family}", f"{given}.{family}.{number}@hromada{number % 1772}.example".lower()


@cache
def sentences(language: str) -> tuple[str, ...]:
    """The stock of sentences of one language ("en" or "uk"), the same in every process."""
    draw = random.Random(f"sentences {language}")
    return tuple(
        " ".join(_words(draw, language, draw.randint(6, 14))).capitalize() + draw.choice("....?!") for _ in range(STOCK)
    )


_GIVEN, _FAMILY = GIVEN.split(), FAMILY.split()
_VOCABULARY = {"en": ENGLISH.split(), "uk": UKRAINIAN.split()}
# The word of rank n comes about in proportion to 1/n (Zipf's law).
_RANKS = {
    language: [sum(1 / (rank + 10) for rank in range(end + 1)) for end in range(len(words))]
    for language, words in _VOCABULARY.items()
}


def _words(draw: random.Random, language: str, count: int) -> list[str]:
    return draw.choices(_VOCABULARY[language], cum_weights=_RANKS[language], k=count)
