"""Where a translation engine delivers, outside the addresses of the API: it is no program with a token."""

from django.urls import path

from api.views import translations

app_name = "translations"

urlpatterns = [path("<str:token>/", translations.delivered, name="delivered")]
