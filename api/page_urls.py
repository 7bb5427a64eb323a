"""The page of a person's own tokens, beside the profile."""

from django.urls import path

from api.views import tokens

app_name = "tokens"

urlpatterns = [
    path("", tokens.tokens, name="list"),
    path("<int:token_id>/revoke/", tokens.revoke, name="revoke"),
]
