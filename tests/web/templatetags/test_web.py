from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tests.web.urls import RequestForm
from web.paging import Page
from web.templatetags.web import by_use

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def render(text: str, **context: Any) -> str:
    return Template(text).render(Context(context))


class Elements(HTMLParser):
    """The start tags of a fragment, by id and by name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def by_id(self, name: str) -> dict[str, str | None]:
        (found,) = [attrs for _, attrs in self.found if attrs.get("id") == name]
        return found


def test_an_icon_is_decoration_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in render('{% icon "mail" %}')
    named = render('{% icon "lock" label %}', label='"><script>')
    assert 'role="img"' in named
    assert "<script>" not in named


def test_a_page_of_another_room_has_the_language_of_this_one() -> None:
    with translation.override("lv"):
        assert render("{% room 'portal:privacy' %}") == "/lv/privacy"
        assert render("{% room 'desk:list' %}") == "/desk/"
        assert render("{% room 'nobody:home' %}") == ""


def test_a_time_is_in_words_and_for_machines() -> None:
    assert render("{{ now|moment }}", now=NOW) == (
        '<time datetime="2026-11-23T09:30:00+00:00">23 November 2026, 10:30 (Brussels)</time>'
    )
    assert "11:30 (Kyiv)" in render("{{ now|moment_for_partners }}", now=NOW)
    assert render("{{ now|day }}", now=NOW.date()) == '<time datetime="2026-11-23">23 November 2026</time>'
    assert render("{{ now|moment }}{{ now|day }}{{ now|waited }}{{ now|size }}", now=None) == ""


def test_waiting_is_counted_to_now() -> None:
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert ">3 days</time>" in render("{{ now|waited }}", now=NOW)
        assert 'title="23 November 2026, 10:30 (Brussels)"' in render("{{ now|waited }}", now=NOW)


def fields(form: RequestForm) -> Elements:
    text = "{% error_summary form %}{% for bound in form %}{% field bound %}{% endfor %}"
    return Elements(render(text, form=form))


def test_a_field_is_tied_to_its_hint() -> None:
    elements = fields(RequestForm())
    assert elements.by_id("id_email")["aria-describedby"] == "id_email-hint"
    assert elements.by_id("id_email")["autocomplete"] == "email"
    assert "aria-describedby" not in elements.by_id("id_name")
    assert elements.by_id("id_phone")["class"] == "w-half input"


def test_a_wrong_field_is_tied_to_its_error() -> None:
    elements = fields(RequestForm({"email": "olena"}))
    email = elements.by_id("id_email")
    assert email["aria-describedby"] == "id_email-hint id_email-error"
    assert email["aria-invalid"] == "true"
    assert email["value"] == "olena"
    group = next(attrs for tag, attrs in elements.found if tag == "fieldset")
    assert group["aria-describedby"] == "id_kind-hint id_kind-error"


def test_every_described_thing_is_there_once() -> None:
    elements = fields(RequestForm({"email": "olena"}))
    ids = [attrs["id"] for _, attrs in elements.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    described = [name for _, attrs in elements.found for name in (attrs.get("aria-describedby") or "").split()]
    assert described
    assert set(described) <= set(ids)


def test_each_error_leads_to_a_control_that_is_there() -> None:
    elements = fields(RequestForm({"email": "olena"}))
    targets = [attrs["href"] for tag, attrs in elements.found if tag == "a"]
    assert targets == ["#id_name", "#id_email", "#id_region", "#id_kind_0", "#id_message"]
    for target in targets:
        elements.by_id(str(target)[1:])


def test_an_error_of_the_whole_form_is_in_the_summary() -> None:
    form = RequestForm({})
    form.add_error(None, "Something is missing & wrong")
    assert "<li>Something is missing &amp; wrong</li>" in render("{% error_summary form %}", form=form)


def test_a_form_without_errors_has_no_summary() -> None:
    assert "role" not in render("{% error_summary form %}", form=RequestForm())


def test_only_what_may_be_left_out_is_marked() -> None:
    html = render("{% for bound in form %}{% field bound %}{% endfor %}", form=RequestForm())
    assert html.count("(optional)") == 2  # phone and file; a tick says it by itself


def test_pages_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/desk/", {"status": "open", "cursor": "old"})
    html = render("{% pagination page %}", page=Page([], "next", None), request=request)
    assert 'href="?status=open&amp;cursor=next"' in html
    assert 'rel="prev"' not in html
    assert render("{% pagination page %}", page=Page([], None, None), request=request).strip() == ""


def test_the_administration_lists_what_is_kept_in_order_before_what_is_looked_at() -> None:
    tables = [{"name": name, "view_only": name in ("Alarms", "events")} for name in ("Topics", "events", "Alarms")]
    parts = by_use([{"models": tables[:1]}, {"models": tables[1:]}])
    assert [[table["name"] for table in part["models"]] for part in parts] == [["Topics"], ["Alarms", "events"]]
    assert [part["view_only"] for part in by_use([{"models": tables[1:]}])] == [True]
    assert by_use([]) == []
