"""What is written dozens of times on a page is escaped as all else is, and a forgotten word is an error."""

import pytest
from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError
from pytest_django.asserts import assertHTMLEqual

FACTS = {"look": "option", "now": frozenset({"2"}), "name": "", "form": "", "languages": False}


def drawn(**facts: object) -> str:
    return render_to_string("desk/choices.html", {**FACTS, **facts}, using="jinja2")


def test_text_is_escaped_and_markup_stays() -> None:
    written = drawn(choices=[("1", '<b>"Anna" & Ben</b>'), ("2", mark_safe("<i>x</i>"))])
    assert '<option value="1">&lt;b&gt;&#34;Anna&#34; &amp; Ben&lt;/b&gt;</option>' in written
    assert '<option value="2" selected><i>x</i></option>' in written


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        drawn()


def test_fields_look_as_django_writes_them_and_the_administration_keeps_its_own() -> None:
    field = forms.Select(choices=[("", "None"), ("a", "A & B")])
    assertHTMLEqual(
        field.render("kind", "a", {"class": "select"}),
        '<select name="kind" class="select"><option value="">None</option><option value="a" selected>A &amp; B</option>'
        "</select>",
    )
    assert 'class="datetime"' in AdminSplitDateTime().render("at", None)
