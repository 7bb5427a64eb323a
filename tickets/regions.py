"""The regions of Ukraine in the languages of the pages."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

# By ISO 3166-2. Ukrainian names are in the reference data.
NAMES: dict[str, Promise | str] = {
    "UA-43": pgettext_lazy("region of Ukraine", "Autonomous Republic of Crimea"),
    "UA-05": pgettext_lazy("region of Ukraine", "Vinnytsia oblast"),
    "UA-07": pgettext_lazy("region of Ukraine", "Volyn oblast"),
    "UA-12": pgettext_lazy("region of Ukraine", "Dnipropetrovsk oblast"),
    "UA-14": pgettext_lazy("region of Ukraine", "Donetsk oblast"),
    "UA-18": pgettext_lazy("region of Ukraine", "Zhytomyr oblast"),
    "UA-21": pgettext_lazy("region of Ukraine", "Zakarpattia oblast"),
    "UA-23": pgettext_lazy("region of Ukraine", "Zaporizhzhia oblast"),
    "UA-26": pgettext_lazy("region of Ukraine", "Ivano-Frankivsk oblast"),
    "UA-30": pgettext_lazy("region of Ukraine", "Kyiv city"),
    "UA-32": pgettext_lazy("region of Ukraine", "Kyiv oblast"),
    "UA-35": pgettext_lazy("region of Ukraine", "Kirovohrad oblast"),
    "UA-09": pgettext_lazy("region of Ukraine", "Luhansk oblast"),
    "UA-46": pgettext_lazy("region of Ukraine", "Lviv oblast"),
    "UA-48": pgettext_lazy("region of Ukraine", "Mykolaiv oblast"),
    "UA-51": pgettext_lazy("region of Ukraine", "Odesa oblast"),
    "UA-53": pgettext_lazy("region of Ukraine", "Poltava oblast"),
    "UA-56": pgettext_lazy("region of Ukraine", "Rivne oblast"),
    "UA-59": pgettext_lazy("region of Ukraine", "Sumy oblast"),
    "UA-61": pgettext_lazy("region of Ukraine", "Ternopil oblast"),
    "UA-63": pgettext_lazy("region of Ukraine", "Kharkiv oblast"),
    "UA-65": pgettext_lazy("region of Ukraine", "Kherson oblast"),
    "UA-68": pgettext_lazy("region of Ukraine", "Khmelnytskyi oblast"),
    "UA-71": pgettext_lazy("region of Ukraine", "Cherkasy oblast"),
    "UA-77": pgettext_lazy("region of Ukraine", "Chernivtsi oblast"),
    "UA-74": pgettext_lazy("region of Ukraine", "Chernihiv oblast"),
    "UA-40": pgettext_lazy("region of Ukraine", "Sevastopol city"),
}


def local_name(code: str, name: str, name_uk: str, language: str) -> str:
    """The name of a region in `language`, the language that is active; `name` where we know no better."""
    return name_uk if language == "uk" and name_uk else str(NAMES.get(code, name))
