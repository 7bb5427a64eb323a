"""Visits to a real web server as a browser without scripts makes them."""

import re

import requests


def form_token(page: str) -> str:
    """The token that a form of this page must send along."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page
    return found[1]


def sign_in(here: str, email: str, password: str) -> requests.Session:
    """A visitor of the desk at this address."""
    visitor = requests.Session()
    page = visitor.get(f"{here}/desk/login/").text
    form = {"csrfmiddlewaretoken": form_token(page), "username": email, "password": password}
    answer = visitor.post(f"{here}/desk/login/", data=form, headers={"Referer": here})
    assert "/login/" not in answer.url, answer.text
    return visitor


def reply(visitor: requests.Session, ticket_url: str, text: str) -> requests.Response:
    """Answer on a ticket's page; the page that follows."""
    page = visitor.get(ticket_url).text
    form = {"csrfmiddlewaretoken": form_token(page), "text": text, "nature": "answer", "key": "a" * 32}
    return visitor.post(f"{ticket_url}reply/", data=form, headers={"Referer": ticket_url})
