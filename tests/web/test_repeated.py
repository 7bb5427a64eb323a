"""What is written dozens of times on a page is escaped as all else is, and a forgotten word is an error."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError
from pytest_django import Settings
from pytest_django.asserts import assertHTMLEqual

from desk.writing import ROOM
from web import repeated


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes a text as a template of a room of its own."""
    monkeypatch.setattr(repeated, "get_app_template_dirs", lambda _: [tmp_path])

    def written(text: str, **facts: object) -> str:
        (tmp_path / "text.html").write_text(text)
        return repeated.Room().written("text.html", facts)

    return written


def test_text_is_escaped_and_markup_stays() -> None:
    macros: Any = ROOM.template("desk/choices.html").module
    written = macros.options([("1", '<b>"Anna" & Ben</b>'), ("2", mark_safe("<i>x</i>"))], "2")
    assert '<option value="1">&lt;b&gt;&#34;Anna&#34; &amp; Ben&lt;/b&gt;</option>' in written
    assert '<option value="2" selected><i>x</i></option>' in written


def test_a_name_that_is_not_given_is_an_error(write: Any) -> None:
    with pytest.raises(UndefinedError):
        write("{{ forgotten }}")
    with pytest.raises(UndefinedError):
        write("{% if forgotten %}{% endif %}")


def test_what_nobody_has_is_nothing_and_what_nothing_has_is_an_error(write: Any) -> None:
    text = "{% if ticket.assignee.name %}{{ ticket.assignee.name }}{% else %}nobody{% endif %}"
    assert write(text, ticket={"assignee": None}) == "nobody"
    with pytest.raises(UndefinedError):
        write(text, ticket={"assignee": "Anna"})
    with pytest.raises(UndefinedError):
        write("{% if ticket.assignee %}{% endif %}", ticket={})


WORDS = [
    '{% translate "Status:" %}',
    '{% translate "pending" context "status of a ticket" %}',
    "{% blocktranslate %}{{ done }} of {{ all }} sorted{% endblocktranslate %}",
    "{% blocktranslate with who=author %}Message of {{ who }} as it was sent{% endblocktranslate %}",
    "{% blocktranslate trimmed with mail=author %}\n  Mail to {{ mail }} and forms sent on the public pages appear "
    "here as tickets.\n{% endblocktranslate %}",
    "{% blocktranslate count number=done %}{{ number }} request is left for later{% plural %}{{ number }} requests are "
    "left for later{% endblocktranslate %}",
    "{% blocktranslate count number=done with addresses=author %}{{ addresses }} does not have it.{% plural %}These do "
    "not have it: {{ addresses }}{% endblocktranslate %}",
    '{% icon "mail" %}{% icon name %}',
    "{% url 'desk:list' %} {% url 'desk:ticket' reference %} {% url 'desk:file' reference done %}",
]


@pytest.mark.parametrize("language", ["en", "fr", "uk", "lv"])
@pytest.mark.parametrize("text", WORDS)
def test_words_drawings_and_addresses_are_those_of_djangos_templates(
    write: Any, settings: Settings, text: str, language: str
) -> None:
    settings.ROOT_URLCONF = "helpdesk.urls"
    for number in (1, 2, 5):
        facts = {"done": number, "all": 7, "author": "<b>Анна</b> 100 %", "name": "lock", "reference": "SU-2026-000007"}
        with translation.override(language):
            assert write(text, **facts) == Template(text).render(Context(facts))


def test_each_language_has_its_own_words(write: Any) -> None:
    said = set()
    for language in ("en", "fr", "uk", "lv"):
        with translation.override(language):
            said.add(write('{% translate "Status:" %}'))
    assert len(said) == 4


def test_fields_look_as_django_writes_them_and_the_administration_keeps_its_own() -> None:
    field = forms.Select(choices=[("", "None"), ("a", "A & B")])
    assertHTMLEqual(
        field.render("kind", "a", {"class": "select"}),
        '<select name="kind" class="select"><option value="">None</option><option value="a" selected>A &amp; B</option>'
        "</select>",
    )
    assert 'class="datetime"' in AdminSplitDateTime().render("at", None)
