"""Saved views: a name is used once, a shared one is changed by its owner or a manager, a deleted one comes back."""

from datetime import timedelta

import pytest

from tests.making import NOW, staff
from tickets.actions import saved_views
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import SavedView, User
from tickets.permissions import may_change_view, views

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return staff()


def kept(owner: User, name: str = "Sumy", **changes) -> SavedView:
    values = {"query": "region:UA-59", "order": "received", **changes}
    return saved_views.save_view(actor=Actor.staff(owner), name=name, now=NOW, **values)


def test_a_view_keeps_the_search_its_order_and_its_columns(anna: User) -> None:
    view = SavedView.objects.get(pk=kept(anna, "  Sumy \n oblast ", columns=["status", "due"]).pk)
    assert (view.name, view.query, view.order, view.columns) == (
        "Sumy oblast",
        "region:UA-59",
        "received",
        ["status", "due"],
    )


@pytest.mark.parametrize(("name", "code"), [("", "name-missing"), ("x" * 61, "name-too-long"), ("Sumy", "name-taken")])
def test_a_name_that_does_not_do_is_refused(anna: User, name: str, code: str) -> None:
    kept(anna)
    with pytest.raises(IllegalMove, match=code):
        kept(anna, name)
    assert SavedView.objects.count() == 1


def test_two_people_may_use_the_same_name(anna: User) -> None:
    assert kept(anna).name == kept(staff()).name


def test_an_own_view_is_ones_own_until_it_is_shared(anna: User) -> None:
    boris, view = staff(), kept(anna)
    assert list(views(anna)) == [view]
    assert list(views(boris)) == []
    saved_views.change_view(actor=Actor.staff(anna), view_id=view.pk, shared=True)
    assert list(views(boris)) == [view]


def test_a_shared_view_is_changed_by_its_owner_or_a_manager_alone(anna: User) -> None:
    boris, maria = staff(), staff(role="manager")
    private, shared = kept(anna, "Mine alone"), kept(anna, shared=True)
    for person, own, others in ((anna, True, True), (boris, False, False), (maria, False, True)):
        assert (may_change_view(person, private), may_change_view(person, shared)) == (own, others)
    with pytest.raises(IllegalMove, match="not-yours"):
        saved_views.change_view(actor=Actor.staff(boris), view_id=shared.pk, name="Boris's")
    with pytest.raises(IllegalMove, match="not-yours"):
        saved_views.delete_view(actor=Actor.staff(maria), view_id=private.pk, now=NOW)
    saved_views.change_view(actor=Actor.staff(maria), view_id=shared.pk, name="Sumy oblast")
    shared.refresh_from_db()
    assert (shared.name, shared.owner, shared.query) == ("Sumy oblast", anna, "region:UA-59")


def test_somebody_who_left_has_no_views(anna: User) -> None:
    view = kept(anna)
    anna.is_active = False
    assert not views(anna).exists()
    assert not may_change_view(anna, view)


def test_a_deleted_view_comes_back_unless_its_name_is_taken(anna: User) -> None:
    actor, view = Actor.staff(anna), kept(anna)
    saved_views.delete_view(actor=actor, view_id=view.pk, now=NOW)
    assert not views(anna).exists()
    saved_views.restore_view(actor=actor, view_id=view.pk)
    assert list(views(anna)) == [view]
    saved_views.delete_view(actor=actor, view_id=view.pk, now=NOW)
    kept(anna)
    with pytest.raises(IllegalMove, match="name-taken"):
        saved_views.restore_view(actor=actor, view_id=view.pk)


def test_what_was_deleted_a_month_ago_is_gone(anna: User) -> None:
    actor, old, young = Actor.staff(anna), kept(anna, "old"), kept(anna, "young")
    saved_views.delete_view(actor=actor, view_id=old.pk, now=NOW - timedelta(days=31))
    saved_views.delete_view(actor=actor, view_id=young.pk, now=NOW)
    assert list(SavedView.objects.all()) == [young]


def test_one_person_keeps_so_many_views_and_no_more(anna: User) -> None:
    for number in range(saved_views.MOST):
        kept(anna, f"view {number}")
    with pytest.raises(IllegalMove, match="too-many"):
        kept(anna)


def test_the_system_keeps_no_views() -> None:
    with pytest.raises(IllegalMove, match="nobody"):
        saved_views.save_view(actor=SYSTEM, name="x", query="", order="", now=NOW)


def test_columns_are_chosen_and_the_usual_ones_come_back(anna: User) -> None:
    for columns in (["subject", "due"], [], None):
        saved_views.choose_columns(actor=Actor.staff(anna), columns=columns)
        anna.refresh_from_db()
        assert anna.list_columns == columns
