"""The shape of what staff type. What may be done with it, the acts decide."""

import re
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk import recipients, uploads
from tickets import reference
from tickets.actions import answering, phoning
from tickets.files import StoredFile
from tickets.models import Message, Ticket, User
from tickets.search.operators import LANGUAGES
from tickets.signatures import shipped

MAX_FILES = 20
# A mail grows on the way: base64 by a third, text by up to three bytes a byte, in a plain and an HTML part, and the
# history below it.
MAIL_GROWTH, TEXT_GROWTH, MAIL_FRAME = 1.4, 12, 400_000
LARGEST_ID = 2**63 - 1
LONGEST_SIGNATURE = 1000  # characters
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class FilesInput(forms.FileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(each, initial) for each in data or []]


class AddressesField(forms.CharField):
    """Addresses as they are typed, with commas between them; cleans to a list."""

    def clean(self, value: Any) -> Any:
        return recipients.read(super().clean(value))


class TickedField(forms.Field):
    """Addresses that were ticked; cleans to a list."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> Any:
        return [address for each in value or () for address in recipients.read(each)]


class WritingForm(forms.Form):
    """A text with files. `stored` holds the files so far, those of an attempt before included."""

    text = forms.CharField(label="", widget=forms.Textarea(attrs={"rows": 7}))
    attached = FilesField(label=_("Files"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
        *,
        ticket_id: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.ticket_id = ticket_id
        tokens = data.getlist("stored") if data is not None else []
        self.stored: list[StoredFile] = uploads.read_tokens(tokens, ticket_id)

    @property
    def tokens(self) -> list[tuple[str, StoredFile]]:
        """The stored files with what the page must bring back."""
        return [(uploads.token(file, self.ticket_id), file) for file in self.stored]

    def clean_attached(self) -> list[StoredFile]:
        for file in self.cleaned_data["attached"]:
            if file.size > settings.FILE_MAX_BYTES:
                self.add_error("attached", _("A file is too big. Send a link to it instead, or a smaller one."))
            elif len(self.stored) >= MAX_FILES:
                self.add_error("attached", _("These are too many files. Pack some of them together."))
            else:
                self._store(file)
        return self.stored

    def _store(self, file: "UploadedFile[Any]") -> None:
        try:
            self.stored.append(uploads.store(file))
        except OSError:
            self.add_error("attached", _("A file could not be kept: the disk refused it. Tell an administrator."))


class ReplyForm(WritingForm):
    """An answer to the partner.

    `last_seen`, `version` and `key` are hidden: what was before the eyes, the draft that it was, and one reply a page.
    """

    text = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("The reply is empty. Write something first.")},
    )
    to = forms.EmailField(label=_("E-mail address"), required=False)
    cc = TickedField(label=_("Copy to"), required=False)
    more = AddressesField(
        label=_("Copy to more addresses"),
        required=False,
        help_text=_("Several with commas between them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    nature = forms.ChoiceField(
        label=_("This is"), choices=Message.Nature.choices, widget=forms.Select(attrs={"class": "w-auto"})
    )
    status = forms.ChoiceField(
        label=_("Then the ticket is"),
        required=False,
        choices=[
            ("", pgettext_lazy("status after sending", "as it is; pending after a question")),
            (Ticket.Status.OPEN, Ticket.Status.OPEN.label),
            (Ticket.Status.PENDING, Ticket.Status.PENDING.label),
            (Ticket.Status.SOLVED, Ticket.Status.SOLVED.label),
        ],
        widget=forms.Select(attrs={"class": "w-auto"}),
    )
    answer_by = forms.DateField(
        label=_("The partner will have the answer by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "w-auto"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the date as year-month-day, such as 2026-12-14.")},
    )
    contact = forms.IntegerField(
        label=_("It goes to"), required=False, min_value=1, widget=forms.Select(attrs={"class": "w-auto"})
    )
    forward = forms.BooleanField(
        label=_("Send the body a copy, with the request below it"), required=False, initial=True
    )
    last_seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=LARGEST_ID)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def copies(self) -> list[str]:
        """The addresses that get a copy, each once; who gets the mail itself needs none. Of a valid form."""
        chosen = dict.fromkeys([*self.cleaned_data["cc"], *self.cleaned_data["more"]])
        return [address for address in chosen if address != self.cleaned_data["to"]]

    def clean_to(self) -> str:
        address: str = self.cleaned_data["to"].lower()
        recipients.check_not_ours(address)
        return address

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        return key if KEY.fullmatch(key) else new_key()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if len({*cleaned.get("cc", ()), *cleaned.get("more", ())}) >= recipients.MOST:
            self.add_error("more", _("These are too many addresses for one mail."))
        size = sum(file.size for file in self.stored) * MAIL_GROWTH + len(cleaned.get("text", "")) * TEXT_GROWTH
        if size + MAIL_FRAME > answering.most_bytes():
            self.add_error(
                "attached", _("The mail would be too big for mail servers. Leave files out, or send a link.")
            )
        return cleaned


class NoteForm(WritingForm):
    """An internal note."""

    prefix = "note"
    text = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For colleagues only. No partner ever sees it. @ and a name tells a colleague."),
        error_messages={"required": _("The note is empty. Write something first.")},
    )


class ExtendForm(forms.Form):
    """A later date for the answer, and why."""

    answer_by = forms.DateField(
        required=False, error_messages={"invalid": _("Enter the date as year-month-day, such as 2026-12-14.")}
    )
    reasons = forms.CharField(required=False, max_length=5000)


class CallForm(forms.Form):
    """A phone call. `at` is on Brussels' clock; empty, it is now."""

    prefix = "call"
    outcome = forms.ChoiceField(
        label=_("What was it?"),
        choices=[
            (phoning.ANSWERED, _("We answered: the wait ends with the call")),
            (phoning.ASKED, _("The partner asks something: we owe an answer")),
            (phoning.NOTED, _("Neither, only to remember")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what the call was: an answer, a question, or neither.")},
    )
    text = forms.CharField(
        label=_("What was said"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what was said.")},
    )
    at = forms.DateTimeField(
        label=_("When (Brussels)"),
        required=False,
        help_text=_("Left empty, it was just now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "w-auto"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Enter day and time, such as 2026-12-14 10:30.")},
    )


class CallBackForm(forms.Form):
    """A call back to the sender. `at` is on Brussels' clock; empty, it is now."""

    how = forms.CharField(required=False)
    number = forms.CharField(required=False)
    at = forms.DateTimeField(
        required=False, error_messages={"invalid": _("Enter day and time, such as 2026-12-14 10:30.")}
    )


class NewCallForm(forms.Form):
    """Somebody calls about something new."""

    name = forms.CharField(label=_("Name of the caller"), required=False, max_length=200)
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    address = forms.EmailField(label=_("E-mail address"), required=False, max_length=320)
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=300)
    language = forms.ChoiceField(label=_("Language of the caller"), required=False)
    subject = forms.CharField(
        label=_("Subject"), max_length=500, error_messages={"required": _("Say in a few words what it is about.")}
    )
    text = CallForm.base_fields["text"]
    answer = forms.CharField(
        label=_("What we answered"),
        required=False,
        help_text=_("If the call answered it. Left empty, the caller waits for an answer since the call."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    at = CallForm.base_fields["at"]
    acknowledge = forms.BooleanField(
        label=_("Send an acknowledgement with the reference and the date of the answer"), required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.code, each.endonym) for each in reference.languages()]
        self.fields["language"].widget = forms.Select(attrs={"class": "w-auto"})
        self.fields["language"].choices = [("", _("not known")), *known]  # type: ignore[attr-defined]

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        return key if KEY.fullmatch(key) else new_key()


class StatusForm(forms.Form):
    """A move to another status, with what its end needs."""

    status = forms.ChoiceField(choices=Ticket.Status.choices)
    waiting_for = forms.ChoiceField(choices=[("", ""), *Ticket.WaitingFor.choices], required=False)
    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=[("", _("Choose")), *Ticket.Outcome.choices], required=False
    )
    reason = forms.CharField(label=_("Why?"), required=False, max_length=500)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """What staff say about themselves; name, unit and phone stand below their answers."""

    language = forms.ChoiceField(label=_("Language of the desk"), choices=settings.LANGUAGES)
    reads = forms.MultipleChoiceField(
        label=_("Reads requests in"),
        required=False,
        choices=list(LANGUAGES.items()),
        help_text=_("Rules give requests in these languages. With none ticked, it is the language of the desk."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"signature_{code}"] = forms.CharField(
                label=_("Signature below answers in this language: %(language)s") % {"language": name},
                required=False,
                max_length=LONGEST_SIGNATURE,
                initial=self.instance.signatures.get(code, ""),
                help_text=_("Left empty, it is: %(lines)s")
                % {"lines": ", ".join(shipped(self.instance, code).split("\n"))},
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )

    def save(self, commit: bool = True) -> User:
        own = {code: self.cleaned_data[f"signature_{code}"] for code, _name in settings.LANGUAGES}
        self.instance.signatures = {code: text.replace("\r\n", "\n") for code, text in own.items() if text}
        person: User = super().save(commit)
        return person

    class Meta:
        model = User
        fields = ["name", "unit", "phone", "language", "reads"]
        labels = {"name": pgettext_lazy("of a person", "Name")}
        help_texts = {
            "name": _("Stands below your answers and in the history."),
            "unit": _("Stands below your answers."),
            "phone": _("Stands below your answers. Left empty, it is the number of the house."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "w-half"}),
        }


def new_key() -> str:
    """A name for one page's reply, so that sending twice is one reply."""
    return secrets.token_urlsafe(16)
