"""The administration as a secretary uses it, in a real browser: clear, accessible, and without a broken rule."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import faults
from tests.flows.test_desk_pages import PASSWORD
from tickets.models import Holiday, Policy, Queue, ReplyTemplate, Topic, User

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("reference_data")]

# Django's own table of rows that belong to another: its first column says in each row what it is, and has no head.
NAMELESS = 'empty-table-header <th class="original">'


def enter(page: Page, live_server: LiveServer, role: str) -> User:
    """Sign in and go to the administration."""
    person = making.staff("Ada Administrator", role=role, is_superuser=role == "administrator")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/admin/")
    return person


def test_people_queues_topics_and_closing_days_are_administered(page: Page, live_server: LiveServer) -> None:
    ada = enter(page, live_server, "administrator")
    queue, topic, day, template = (
        Queue.objects.get(code="complaints"),
        Topic.objects.earliest("pk"),
        Holiday.objects.earliest("pk"),
        ReplyTemplate.objects.earliest("pk"),
    )
    pages = ["", "user/", "user/add/", f"user/{ada.pk}/change/", f"user/{ada.pk}/password/", "queue/", "queue/add/"]
    pages += [f"queue/{queue.pk}/change/", "topic/", f"topic/{topic.pk}/change/", "holiday/", "holiday/add/"]
    pages += [f"holiday/{day.pk}/change/", f"holiday/{day.pk}/delete/", f"topic/{topic.pk}/history/"]
    pages += ["policy/", "policy/add/", f"policy/{Policy.objects.earliest('pk').pk}/change/", "ruleschange/"]
    pages += ["replytemplate/", "replytemplate/add/", f"replytemplate/{template.pk}/change/"]
    wrong = []
    for name in pages:
        page.goto(f"{live_server.url}/admin/{'tickets/' if name else ''}{name}")
        wrong += [fault for fault in faults(page, name) if NAMELESS not in fault]
    assert not wrong, "\n".join(wrong)


def test_no_page_needs_what_the_security_policy_refuses(page: Page, live_server: LiveServer) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if "Security Policy" in message.text else None)
    ada = enter(page, live_server, "administrator")
    for name in ("", f"user/{ada.pk}/change/", "user/", "queue/add/", "topic/", "holiday/add/"):
        page.goto(f"{live_server.url}/admin/{'tickets/' if name else ''}{name}")
    page.get_by_role("link", name="Choose a Date").click()  # the calendar is made by a script
    assert heard == []


def test_a_manager_keeps_topics_and_closing_days_and_sees_no_accounts(page: Page, live_server: LiveServer) -> None:
    enter(page, live_server, "manager")
    there = ((True, "Topics"), (True, "Holidays"), (True, "Templates of answers"), (False, "Users"), (False, "Queues"))
    for shown, name in there:
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(1 if shown else 0)
    page.get_by_role("link", name="Topics", exact=True).click()
    page.get_by_role("link", name="Energy").click()
    page.get_by_label("Name in English").fill("Energy and heat")
    page.get_by_role("button", name="Save", exact=True).click()
    assert Topic.objects.get(code="energy").name == "Energy and heat"


def test_a_template_is_written_by_a_manager_and_no_place_is_misspelt(page: Page, live_server: LiveServer) -> None:
    ReplyTemplate.objects.get(code="holding").texts.filter(language="lv").delete()
    enter(page, live_server, "manager")
    page.get_by_role("link", name="Templates of answers", exact=True).click()
    expect(page.get_by_role("row", name="Holding reply")).to_contain_text("latviešu")
    page.get_by_role("link", name="Holding reply: we are looking").click()
    expect(page.locator(".preview").first).to_contain_text("Olena Example")
    text = page.locator("textarea[name=texts-0-body]")
    text.fill("Dear {nmae},")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errorlist")).to_contain_text("There is no place of this name: {nmae}")
    text.fill("Dear {name},")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")


def test_a_colleague_who_lost_phone_and_key_is_let_in_anew(page: Page, live_server: LiveServer) -> None:
    enter(page, live_server, "administrator")
    ben = making.staff("Ben Forgetful")
    page.goto(f"{live_server.url}/admin/tickets/user/")
    page.get_by_label("Select this object for an action - Ben Forgetful").check()
    page.get_by_label("Action:").select_option(label="Forget second factors and EU Login, end all sessions")
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".messagelist")).to_contain_text("1 person signs in anew.")
    assert ben.check_password(PASSWORD)
