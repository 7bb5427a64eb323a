"""The addresses of django-allauth that this house opens, by the names that it knows them by. No other of its pages is
here: no sign-up, no reset by mail, no codes by mail.
"""

from allauth.account import views as accounts
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.views import LogoutView
from django.urls import path

from desk.access import staff
from desk.views import account
from desk.views.factors import RemovePasskey

urlpatterns = [
    path("login/", account.SignIn.as_view(), name="account_login"),
    path("login/second-factor/", factors.authenticate, name="mfa_authenticate"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/cancelled/", account.cancelled, name="socialaccount_login_cancelled"),
    path("login/<slug:provider_id>/", account.to_provider, name="openid_connect_login"),
    path("login/<slug:provider_id>/callback/", account.from_provider, name="openid_connect_callback"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("profile/again/", staff(accounts.reauthenticate), name="account_reauthenticate"),
    path("profile/again/code/", staff(factors.reauthenticate), name="mfa_reauthenticate"),
    path("profile/again/passkey/", staff(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("profile/second-factor/", staff(factors.index), name="mfa_index"),
    path("profile/second-factor/app/", staff(app.activate_totp), name="mfa_activate_totp"),
    path("profile/second-factor/app/remove/", staff(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("profile/second-factor/passkeys/", staff(factors.index), name="mfa_list_webauthn"),
    path("profile/second-factor/passkeys/add/", staff(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("profile/second-factor/passkeys/<int:pk>/name/", staff(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "profile/second-factor/passkeys/<int:pk>/remove/",
        staff(RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "profile/second-factor/recovery-codes/",
        staff(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "profile/second-factor/recovery-codes/new/",
        staff(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "profile/second-factor/recovery-codes/file/",
        staff(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
