"""A day's post: sixty requests of invented people in seven languages, each with what a person would make of it."""

from dataclasses import dataclass

LEBEDYN, KONOTOP, OKHTYRKA = "UA59080110000034361", "UA59020070000032449", "UA59040110000026694"
SUMY, LUBNY, LVIV = "UA59080270000073662", "UA53040030000088898", "UA46060250000025047"
ZAPORIZHZHIA, NOVHOROD = "UA23060070000082704", "UA74060030000026607"
UK, EN, LV, FR, PL, DE, RU = "uk", "en", "lv", "fr", "pl", "de", "ru"


@dataclass(frozen=True)
class Request:
    """One mail or form, and what is right: `body` is a KATOTTG code, or the name of a known organisation.

    `same_as` is the place in the list of the request that it repeats; `form` are the fields of the public form.
    """

    language: str
    sender: str
    subject: str
    text: str
    below: str = ""
    kind: str = "enquiry"
    topic: str = ""
    region: str = ""
    body: str = ""
    queue: str = "general"
    spam: bool = False
    same_as: int | None = None
    letter: str = ""
    file: bytes = b""
    form: bool = False


N, OFF, E = "need", "offer", "enquiry"
DAY: list[Request] = [
    # 0-9: Ukrainian letters, first-time senders.
    Request(UK, "rada@lebedyn.example", "Генератори для лікарні",
        "Добрий день!\nПросимо допомогти з двома дизельними генераторами по 100 кВт для міської лікарні до "
        "початку морозів.",
        "З повагою\nОлена Прикладна\nЛебединська міська рада Сумської області", N, "energy", "UA-59", LEBEDYN,
        letter="02-17/112"),
    Request(UK, "osvita@konotop.example", "Щодо шкільних автобусів",
        "Конотопська міська рада звертається з проханням: потрібні два шкільні автобуси для підвезення учнів із сіл.",
        "Відділ освіти", N, "vehicles-school-buses", "UA-59", KONOTOP),
    Request(UK, "office@okhtyrka.example", "Лист-звернення",
        "Охтирська міська територіальна громада потребує комунальної техніки: екскаватор, навантажувач, трактор.",
        "", N, "vehicles-school-buses", "UA-59", OKHTYRKA, letter="1-12/883"),
    Request(UK, "ivan.prykladnyi@ukr.net", "Пошук міста-партнера",
        "Наша громада шукає місто-побратим у Польщі чи Латвії. Готові підписати меморандум про партнерство.",
        "Лубенська міська рада\nПолтавська область", E, "partnership-twinning", "UA-53", LUBNY),
    Request(UK, "zhytlo@zhytlo.example", "Модульне містечко для ВПО",
        "Просимо сприяння у створенні модульного містечка: бракує житла для внутрішньо переміщених осіб, не "
        "вистачає 120 місць.",
        "Запорізька міська рада", N, "shelter-housing", "UA-23", ZAPORIZHZHIA),
    Request(UK, "vodokanal@vodokanal.example", "Насоси для водоканалу",
        "Після обстрілу зруйновано насосну станцію. Нам потрібні три насоси для водопостачання міста.",
        "КП «Водоканал»\nКод КАТОТТГ UA59080270010051716", N, "water-waste", "UA-59", SUMY),
    Request(UK, "dity@gmail.com", "Літній табір",
        "Чи можна отримати інформацію, які міста ЄС приймають дітей на літні канікули у дитячий табір?",
        "Наталія Приклад, Харків", E, "education-children", "UA-63"),
    Request(UK, "reab@reab.example", "Реабілітаційний центр",
        "Просимо допомогти обладнанням для реабілітації поранених: потрібні тренажери та протези.",
        "Новгород-Сіверська міська рада", N, "health-rehabilitation", "UA-74", NOVHOROD),
    Request(UK, "dsns@dsns.example", "Розмінування сільськогосподарських земель",
        "Повідомте, будь ласка, куди звернутися щодо розмінування полів та вибухонебезпечних предметів.",
        "Херсонська обласна військова адміністрація", E, "demining-civil-protection", "UA-65"),
    Request(UK, "plan@plan.example", "Комплексне відновлення громади",
        "Розробляємо програму комплексного відновлення. Просимо надати інформацію, хто допомагає з "
        "містобудівною документацією "
        "та відбудовою зруйнованого центру.",
        "Охтирська міська рада", E, "reconstruction-planning", "UA-59", OKHTYRKA),
    # 10-15: known senders: they wrote before (see `EARLIER`).
    Request(UK, "vidoma@lviv.example", "Ще одне питання",
        "Добрий день, чи є новини щодо нашого звернення? Дякуємо.", "", E, "partnership-twinning", "UA-46", LVIV),
    Request(UK, "nova@lviv.example", "Запрошення на форум",
        "Запрошуємо представників Комітету взяти участь у форумі «Громади відновлення» та виступити на "
        "пленарному засіданні.",
        "", E, "events", "UA-46", LVIV),
    Request(EN, "director@hospital-example.example", "Ambulances",
        "We urgently need two ambulances and medical equipment for our hospital.", "Petro Example", N,
        "health-rehabilitation", "UA-63", "Example hospital"),
    Request(EN, "deputy@hospital-example.example", "Power supply of the operating theatre",
        "Our hospital needs a transformer and batteries after the last "
        "blackout.", "Iryna Example, deputy director", N,
        "energy", "UA-63", "Example hospital"),
    Request(FR, "relations@ville-exemple.example", "Invitation à un colloque",
        "Nous avons le plaisir de vous inviter à notre colloque sur la reconstruction. Pourriez-vous proposer "
        "un intervenant ?",
        "Direction des relations internationales", E, "events", "", "Ville Exemple"),
    Request(PL, "wspolpraca@miasto-przyklad.example", "Oferta: autobusy",
        "Chcemy pomóc: możemy przekazać dwa autobusy szkolne dla partnerskiej gminy na "
        "Ukrainie.", "Jan Przykładowy", OFF,
        "vehicles-school-buses", "", "Miasto Przykład"),
    # 16-21: offers of cities and regions of the Union.
    Request(LV, "info@pilseta.example", "Piedāvājums: ģeneratori",
        "Mūsu pilsēta vēlas palīdzēt un piedāvā trīs ģeneratorus kādai Ukrainas "
        "slimnīcai.", "Anna Paraudziņa", OFF, "energy"),
    Request(DE, "kontakt@gemeinde.example", "Angebot: Feuerwehrfahrzeug",
        "Unsere Gemeinde möchte ein gebrauchtes Löschfahrzeug der Feuerwehr spenden. An wen können wir es übergeben?",
        "Max Muster", OFF, "demining-civil-protection"),
    Request(FR, "maire@commune.example", "Don de lits et de couvertures",
        "Notre commune souhaite faire don de 40 couvertures et de vêtements chauds.", "", OFF, "humanitarian-goods"),
    Request(EN, "mayor@town.example", "Summer camp places",
        "Our town can host 40 children in a summer camp and would be happy to host their teachers "
        "too.", "Mayor's office",
        OFF, "education-children"),
    Request(PL, "biuro@gmina.example", "Zakwaterowanie",
        "Oferujemy zakwaterowanie dla 20 uchodźców z Ukrainy, w tym mieszkania dla "
        "rodzin.", "", OFF, "refugees-in-eu"),
    Request(DE, "buero@region.example", "Partnerschaft mit einer ukrainischen Gemeinde",
        "Unser Landkreis möchte eine Partnerschaft eingehen. Wie können wir eine Partnergemeinde finden?", "", E,
        "partnership-twinning"),
    # 22-33: questions.
    Request(EN, "office@association.example", "EU funding for municipalities",
        "Could you tell us which EU programmes fund energy renovation? We would like to know about Interreg and "
        "the Ukraine "
        "Facility.", "", E, "eu-funding"),
    Request(UK, "grant@ukr.net", "Гранти ЄС",
        "Підкажіть, будь ласка, які гранти чи програми ЄС доступні для громад? Цікавить фінансування за Ukraine "
        "Facility.",
        "Конотопська громада", E, "eu-funding", "UA-59", KONOTOP),
    Request(LV, "birojs@novads.example", "Jautājums par projektu konkursu",
        "Vai varat pateikt, kad sākas projektu konkurss un kāds finansējums ir pieejams "
        "pašvaldībām?", "", E, "eu-funding"),
    Request(EN, "student@gmail.com", "Question about EU accession",
        "I write a thesis on the acquis and enlargement. What are the obligations of local authorities before "
        "accession?", "",
        E, "eu-accession"),
    Request(FR, "presse@journal.example", "Demande d'interview",
        "Je suis journaliste et je souhaite une interview avec un membre du groupe de "
        "travail.", "", E, "media-political"),
    Request(PL, "redakcja@gazeta.example", "Prośba o wywiad",
        "Nasza redakcja przygotowuje artykuł. Czy można przeprowadzić wywiad z przedstawicielem grupy "
        "roboczej?", "", E,
        "media-political"),
    Request(EN, "visit@hromada.example", "Study visit",
        "Our specialists would like to come for a study visit and exchange experience in waste management.",
        "Okhtyrka city council, Sumy oblast", E, "peer-to-peer", "UA-59", OKHTYRKA),
    Request(UK, "kadry@kadry.example", "Навчання посадовців",
        "Чи можна долучити наших посадовців до тренінгів та обміну досвідом з європейськими громадами?",
        "Полтавська обласна рада", E, "peer-to-peer", "UA-53"),
    Request(RU, "zhitel@zhitel.example", "Временная защита",
        "Подскажите, как продлить временную защиту для беженцев в странах ЕС?", "", E, "refugees-in-eu"),
    Request(DE, "fluechtlinge@verein.example", "Frage zu Flüchtlingen",
        "Wie können Geflüchtete aus der Ukraine vorübergehenden Schutz erhalten? Wir bitten um Auskunft.", "", E,
        "refugees-in-eu"),
    Request(LV, "konference@biedriba.example", "Ielūgums uz konferenci",
        "Aicinām Jūs piedalīties konferencē un runāt apaļā galda diskusijā Rīgā.", "", E, "events"),
    Request(EN, "forum@organiser.example", "Speaker for our forum",
        "We invite you to our forum on local democracy and ask for a keynote speaker.", "", E, "events"),
    # 34-39: queues that are not for all eyes.
    Request(EN, "citizen@citizen.example", "Access to documents",
        "Under Regulation 1049/2001 I request access to documents: the minutes of the last two meetings.", "", E,
        "access-to-documents", queue="access-to-documents"),
    Request(PL, "obywatel@obywatel.example", "Wniosek o dostęp do dokumentów",
        "Na podstawie rozporządzenia 1049/2001 proszę o kopie protokołów posiedzeń.", "", E, "access-to-documents",
        queue="access-to-documents"),
    Request(FR, "usager@usager.example", "Mes données personnelles",
        "En vertu du RGPD je demande l'effacement de mes données personnelles.", "", E, "data-protection",
        queue="data-protection"),
    Request(UK, "hromadianka@ukr.net", "Видалення персональних даних",
        "Прошу видалити мої персональні дані з ваших реєстрів.", "", E, "data-protection", queue="data-protection"),
    Request(DE, "buerger@buerger.example", "Beschwerde",
        "Ich beschwere mich über die Bearbeitung meiner Anfrage: seit drei Monaten keine "
        "Antwort.", "", E, "complaint",
        queue="complaints"),
    Request(UK, "skarzhnyk@ukr.net", "Скарга",
        "Подаю скаргу на неналежний розгляд мого звернення вашою службою.", "", E, "complaint", queue="complaints"),
    # 40-46: repeated ones, and one that is repeated.
    Request(UK, "rada@lebedyn.example", "Re: Генератори для міської лікарні",
        "Добрий день! Нагадуємо про наш лист щодо генераторів для лікарні.", "Лебединська міська рада", same_as=0,
        letter="02-17/112"),
    Request(UK, "zastupnyk@okhtyrka.example", "Щодо техніки",
        "Надсилаємо лист повторно.", "Охтирська міська рада", same_as=2, letter="1-12/883"),
    Request(EN, "deputy@hospital-example.example", "Power supply of operating theatre, second letter",
        "Did you receive our letter?", "Iryna Example", same_as=13),
    Request(LV, "info@pilseta.example", "Piedāvājums: ģeneratori Ukrainai", "Sūtām vēlreiz.", "", same_as=16),
    Request(UK, "shkola@shkola.example", "Ноутбуки для ліцею",
        "Просимо допомогти: для навчання учнів ліцею потрібні 30 ноутбуків.", "Конотопська міська рада", N,
        "education-children", "UA-59", KONOTOP, file=b"%PDF-1.4 the letter of the school in Konotop"),
    Request(DE, "kontakt@gemeinde.example", "AW: Angebot: Feuerwehrfahrzeug", "Haben Sie unser Angebot erhalten?", "",
        same_as=17),
    # 47-49: forms.
    Request(UK, "osvita2@konotop.example", "Прохання",
        "Лист у додатку.", "", same_as=44, file=b"%PDF-1.4 the letter of the school in Konotop"),
    Request(UK, "forma@forma.example", "Ковдри та спальні мішки", "Потрібні ковдри, 200 штук.", "", N,
        "humanitarian-goods", "UA-65", "Громадська організація «Приклад»", form=True),
    Request(EN, "form2@form2.example", "We offer transport", "Two trucks are free in March.", "", OFF,
        "vehicles-school-buses", form=True),
    Request(FR, "formulaire@formulaire.example", "Jumelage", "Nous cherchons une ville partenaire.", "", E,
        "partnership-twinning", form=True),
    # 50-53: spam.
    Request(EN, "win@lottery.example", "You have won", "Claim your prize now, dear winner, click the "
        "link.", spam=True),
    Request(EN, "seo@rank.example", "Rank your website first", "We improve your ranking within a week.", spam=True),
    Request(RU, "casino@play.example", "Бонус ждёт Вас", "Только сегодня удвоим Ваш первый взнос.", spam=True),
    Request(DE, "kredit@geld.example", "Sofortkredit ohne Schufa", "Jetzt Geld erhalten, ohne Fragen.", spam=True),
    # 54-59: harder ones.
    Request(UK, "tgo@tgo.example", "Звернення",
        "Шановні колеги! Громада опинилася у скрутному становищі. Просимо розглянути можливість допомоги продуктами "
        "харчування, засобами гігієни та одягом для переселенців.",
        "Миколаївська сільська рада\nСумського району Сумської області", N, "humanitarian-goods", "UA-59"),
    Request(EN, "coordinator@ngo.example", "Help for Kharkiv",
        "We are a charity from Cork. We would like to donate solar panels and inverters to a school in "
        "Kharkiv.", "", OFF,
        "energy"),
    Request(PL, "szkola@przyklad.example", "Wymiana doświadczeń",
        "Czy możliwa jest wizyta studyjna i wymiana doświadczeń z gminami, które odbudowują "
        "szkoły?", "", E, "peer-to-peer"),
    Request(FR, "elu@region-exemple.example", "Soutien aux pompiers",
        "Nos pompiers proposent un camion et du matériel de protection "
        "civile.", "", OFF, "demining-civil-protection"),
    Request(UK, "starosta@i.ua", "Водопостачання села",
        "Свердловина вийшла з ладу, люди без питної води. Потрібна допомога з бурінням та очищенням води.",
        "Lebedynska hromada", N, "water-waste", "UA-59", LEBEDYN),
    Request(EN, "mp@parliament.example", "Letter of support",
        "Please find a letter of support for the candidates of our region.", "", E, "media-political"),
]  # fmt: skip
# What came before that day, from senders of the list: address, topic, region, organisation, how often.
EARLIER = [
    ("vidoma@lviv.example", "partnership-twinning", "UA-46", LVIV, 3),
    ("director@hospital-example.example", "health-rehabilitation", "UA-63", "Example hospital", 2),
    ("relations@ville-exemple.example", "events", "", "Ville Exemple", 1),
    ("wspolpraca@miasto-przyklad.example", "partnership-twinning", "", "Miasto Przykład", 1),
]
