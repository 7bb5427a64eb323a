"""A small site of its own to try the shared pieces on: the rooms' names, a page for each error, the style pages."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone

from web import errors, html, times
from web.drawings import waiting_bar
from web.paging import Page


class RequestForm(forms.Form):
    name = forms.CharField(label="Your name")
    email = forms.EmailField(
        label="E-mail address",
        help_text="We answer to this address.",
        error_messages={"required": "Enter an e-mail address, so that we can answer"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Phone", required=False, widget=forms.TextInput(attrs={"class": "w-half", "inputmode": "tel"})
    )
    region = forms.ChoiceField(label="Region", choices=[("", "Choose a region"), ("UA-59", "Sumy"), ("UA-32", "Kyiv")])
    kind = forms.ChoiceField(
        label="What is it about?",
        help_text="Choose one.",
        widget=forms.RadioSelect,
        choices=[("enquiry", "A question"), ("need", "We need something"), ("offer", "We offer something")],
        error_messages={"required": "Choose what it is about"},
    )
    message = forms.CharField(
        label="Message", widget=forms.Textarea, help_text="Leave out exact places of critical sites and health data."
    )
    danger = forms.BooleanField(label="There is danger to life", required=False, help_text="We read these first.")
    file = forms.FileField(label="File", required=False, help_text="PDF, picture or office file, up to 20 MB.")


def page(request: HttpRequest, language: str = "en") -> HttpResponse:
    return render(request, "web/base.html")


def form(request: HttpRequest, language: str = "en") -> HttpResponse:
    data = request.GET if "name" in request.GET else None
    return render(request, "style/form.html", {"form": RequestForm(data)})


def letters(request: HttpRequest, language: str = "en") -> HttpResponse:
    return render(request, "style/letters.html", {"now": datetime(2026, 11, 23, 9, 30, tzinfo=UTC)})


def tickets(request: HttpRequest) -> HttpResponse:
    return render(request, "style/tickets.html", {"rows": ROWS, "page": Page([], "b", "a")})


def ticket(request: HttpRequest) -> HttpResponse:
    return render(request, "style/ticket.html", {"now": datetime(2026, 11, 23, 9, 30, tzinfo=UTC)})


class Row(NamedTuple):
    """What a line of the list shows; days since it came and days left until it is due."""

    title: str
    reference: str
    facts: str
    state: str
    due: str
    days: int
    left: int
    unread: bool = False
    chip: str = ""

    @property
    def since(self) -> times.Since:
        return times.since(timezone.now() - timedelta(days=self.days), timezone.now())

    @property
    def bar(self) -> str:
        now = timezone.now()
        return waiting_bar(now - timedelta(days=self.days), now + timedelta(days=self.left), now)


LONG = "Partner city for the renovation of two schools, and a question about who pays for the journey"
ROWS = [
    Row(
        "Generators for the hospital in Sumy",
        "SU-2026-001042",
        "O. Example · Sumy city council · UA-59 · energy · uk",
        "",
        "due 14 Dec",
        3,
        12,
        True,
        "Danger to life",
    ),
    Row(LONG, "SU-2026-001039", "I. Example · Example hromada · UA-63 · schools · uk", "soon", "due 26 Nov", 13, 3),
    Row("Re: Plenary", "SU-2026-001017", "A. Example · Riga region · lv", "late", "2 days over", 17, -2, True),
    Row("Conference on recovery", "SU-2026-000998", "M. Example · fr", "", "due 12 Jan", 0, 20, False, "Offer"),
]


def fail(request: HttpRequest, how: str) -> HttpResponse:
    match how:
        case "400":
            raise SuspiciousOperation
        case "403":
            raise PermissionDenied
        case "413":
            raise RequestDataTooBig
        case "413-file":
            return errors.too_large(request, 20 * 1024 * 1024)
        case "429":
            return errors.too_many(request, 90)
        case "503":
            raise OperationalError("the database is away")
    raise RuntimeError("olena@hromada.example has no luck")


def mail(request: HttpRequest) -> HttpResponse:
    body = (
        '<p style="color:#b00;position:fixed">Dear colleagues,</p><script>document.title="owned"</script>'
        '<img src="cid:logo@example" alt="logo" width="40" height="40" onerror="document.title=1">'
        '<img src="https://tracker.example/p.gif" alt="">'
        '<p>See <a href="https://example.org/a?b=1">our page</a>.</p>'
    )
    return html.html_response(html.sanitise(body, images=lambda cid: "/picture.png"))


def picture(request: HttpRequest) -> HttpResponse:
    if not request.COOKIES.get("pass"):
        raise PermissionDenied
    red = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
        "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    response = HttpResponse(red, content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def frame(request: HttpRequest) -> HttpResponse:
    response = render(request, "style/frame.html", {"sandbox": html.SANDBOX})
    response.set_cookie("pass", "a", samesite="Lax", httponly=True)
    return response


def post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


portal = (
    [
        path("<str:language>/", page, name="home"),
        path("<str:language>/form", form, name="form"),
        path("<str:language>/letters", letters, name="letters"),
        path("<str:language>/privacy", page, name="privacy"),
        path("<str:language>/accessibility", page, name="accessibility"),
        path("<str:language>/fail/<str:how>", lambda request, language, how: fail(request, how)),
        path("<str:language>/post", lambda request, language: post(request)),
    ],
    "portal",
)
desk = (
    [
        path("", tickets, name="list"),
        path("ticket", ticket, name="ticket"),
        path("login", page, name="login"),
        path("logout", page, name="logout"),
        path("fail/<str:how>", fail),
    ],
    "desk",
)
urlpatterns = [
    path("desk/", include(desk)),
    path("mail", mail),
    path("picture.png", picture),
    path("frame", frame),
    path("health/live", post),
    path("", include(portal)),
]
handler400, handler403 = "web.errors.bad_request", "web.errors.forbidden"
handler404, handler500 = "web.errors.not_found", "web.errors.server_error"
