"""The document for programs and the page for people. Reading them is all that a session opens here."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.problems import TITLES
from api.reference import groups, shapes
from api.schema import document
from api.signed_in import SignedIn, signed_in


@require_safe
@signed_in
def docs(request: SignedIn) -> HttpResponseBase:
    """Every operation with what it takes and shows."""
    made = document()
    context = {
        "current": "docs",
        "groups": groups(made),
        "shapes": shapes(made),
        "kinds": TITLES.items(),
        "base": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "api/docs.html", context)


class Document(ApiView):
    """The document by token."""

    schema = None

    def get(self, request: Request) -> Response:
        return Response(document())


@require_safe
@never_cache
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI document, for a signed-in person or a token that may read."""
    if request.user.is_authenticated:
        return JsonResponse(document())
    answer: HttpResponse = Document.as_view()(request)
    return answer
