"""A list that is looked at is kept under a name, stands in the side bar, is shared, changed, deleted and back."""

from typing import Any

from django.test import Client

from tests import making
from tests.desk.test_lists import subjects
from tickets.actions import saved_views
from tickets.actions.record import Actor
from tickets.incoming import Details
from tickets.models import SavedView, User


def save(desk: Client, place: str = "q=is:todo+lang:uk&order=waiting", **fields: Any) -> Any:
    return desk.post("/desk/views/", {"name": "Ukrainian", "place": place, **fields}, follow=True)


def test_the_list_one_looks_at_is_kept_with_its_order_and_columns(desk: Client, anna: User) -> None:
    making.opened(subject="uk", language="uk")
    making.opened(subject="fr", language="fr")
    page = save(desk, "q=lang:uk+is:todo&order=waiting&columns=due,status")
    view = SavedView.objects.get()
    assert (view.query, view.order, view.columns) == ("lang:uk is:todo", "waiting", ["status", "due"])
    assert page.redirect_chain == [(f"/desk/?view={view.pk}", 302)]
    assert [row.subject for row in page.context["rows"]] == ["uk"]
    content = page.content.decode()
    assert "<h1>Ukrainian</h1>" in content
    assert f'<a href="/desk/?view={view.pk}" data-view="{view.pk}" aria-current="page">' in content
    assert "row-assignee" not in content
    assert [str(way.words) for way in page.context["orders"] if way.now] == ["Waiting longest first"]


def test_a_saved_view_is_counted_and_narrows_like_any_list(desk: Client) -> None:
    making.opened(subject="energy", language="uk", details=Details(topic="energy"))
    making.opened(subject="other", language="uk")
    save(desk)
    view = SavedView.objects.get()
    assert desk.get("/desk/counts/").json()[str(view.pk)] == "2"
    chips = desk.get(f"/desk/?view={view.pk}").context["terms"]
    assert [way.words for way in chips] == ["is:todo", "lang:uk"]
    assert subjects(desk, "/desk/?q=is:todo+lang:uk+topic:energy") == ["energy"]


def test_a_view_without_a_name_or_of_a_taken_one_is_asked_for_another(desk: Client) -> None:
    assert "Give the view a name." in save(desk, name=" ").content.decode()
    save(desk)
    again = save(desk)
    assert again.status_code == 409
    content = again.content.decode()
    assert "There is a view of this name already." in content
    assert 'value="Ukrainian"' in content
    assert [way.words for way in again.context["terms"]] == ["is:todo", "lang:uk"]


def test_an_own_view_takes_the_list_in_its_place(desk: Client) -> None:
    save(desk)
    view = SavedView.objects.get()
    save(desk, "q=status:spam", instead=view.pk, name="")
    view.refresh_from_db()
    assert (view.name, view.query, view.order) == ("Ukrainian", "status:spam", "received")


def test_a_view_is_renamed_and_shared_and_deleted_with_a_way_back(desk: Client, maria: User) -> None:
    save(desk)
    view = SavedView.objects.get()
    desk.post(f"/desk/views/{view.pk}/", {"name": "In Ukrainian", "shared": "1"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("In Ukrainian", True)
    page = desk.post(f"/desk/views/{view.pk}/delete/", follow=True).content.decode()
    assert "The view “In Ukrainian” is deleted." in page
    assert f"?view={view.pk}" not in page
    assert f'action="/desk/views/{view.pk}/restore/"' in page
    page = desk.post(f"/desk/views/{view.pk}/restore/", follow=True).content.decode()
    assert "The view “In Ukrainian” is back." in page
    desk.force_login(maria)
    assert "In Ukrainian" in desk.get("/desk/").content.decode()
    assert "In Ukrainian" in desk.get(f"/desk/tickets/{making.opened().reference}/").content.decode()


def test_a_colleagues_shared_view_can_be_used_but_not_changed(desk: Client, anna: User) -> None:
    ben = Actor.staff(making.staff("Ben Colleague"))
    shared, private = (
        saved_views.save_view(
            actor=ben,
            name=name,
            query="is:todo assignee:me",
            order="received",
            columns=["status"],
            shared=name == "Shared",
            now=making.NOW,
        )
        for name in ("Shared", "Private")
    )
    page = desk.get(f"/desk/?view={shared.pk}")
    assert page.context["columns"] == ["status"]
    assert f'action="/desk/views/{shared.pk}/' not in page.content.decode()
    assert "Private" not in page.content.decode()
    assert desk.get(f"/desk/?view={private.pk}").context["current"] == "todo"
    for view in (shared, private):
        assert "cannot be changed" in desk.post(f"/desk/views/{view.pk}/", {"name": "x"}).content.decode()
        assert "cannot be changed" in desk.post(f"/desk/views/{view.pk}/delete/", follow=True).content.decode()
    answer = desk.post("/desk/columns/", {"column": "due", "place": f"view={shared.pk}"})
    assert answer.headers["Location"] == f"/desk/?view={shared.pk}&columns=due"
    assert list(SavedView.objects.order_by("pk").values_list("name", "columns")) == [
        ("Shared", ["status"]),
        ("Private", ["status"]),
    ]


def test_columns_chosen_on_an_own_view_are_kept_on_it(desk: Client, anna: User) -> None:
    save(desk)
    view = SavedView.objects.get()
    desk.post("/desk/columns/", {"column": ["due", "topic"], "place": f"view={view.pk}"})
    view.refresh_from_db()
    anna.refresh_from_db()
    assert (view.columns, anna.list_columns) == (["topic", "due"], None)
