"""What the house adds to allauth's pages about second factors."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy

from desk import notices


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth brings no types
    """Takes a passkey away, unless it is the last factor of somebody whose role needs one."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponseBase:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            notices.failed(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        answer: HttpResponseBase = super().form_valid(form)
        return answer
