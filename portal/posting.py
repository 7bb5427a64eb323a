"""What every form with files does before it is looked at: read its stamp, keep its files, and say what is missing."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal import abuse, receiving, tokens, uploads
from portal.forms import GuardedForm
from portal.models import Upload
from portal.tokens import Submission


@dataclass(frozen=True)
class Posted:
    """What came with a form: `claimed` is the submission whose stamp it bore, `current` the one to go on with."""

    claimed: Submission | None
    current: Submission


def read(request: HttpRequest, now: datetime) -> Posted:
    """The submission of a posted form. Without a valid stamp a new one begins; one that is too old is renewed."""
    claimed = tokens.read_stamp(request.POST.get("stamp", ""))
    if claimed is None:
        return Posted(None, tokens.begin(now))
    return Posted(claimed, tokens.renew(claimed, now) if claimed.is_too_old(now) else claimed)


def keep_files(request: HttpRequest, form: GuardedForm, submission: Submission, now: datetime) -> None:
    """Keep the files that came with a form, so that no error of another field costs them, and drop the unwanted."""
    uploads.drop(submission.key, ids(request.POST.getlist("remove")))
    for file in request.FILES.getlist("attachments"):
        if not abuse.may_upload(request):
            form.add_error("attachments", too_many_files())
            return
        try:
            uploads.keep(submission.key, file, now=now)
        except uploads.Refused as refused:
            form.add_error("attachments", refused.message)


def check_files(request: HttpRequest, form: GuardedForm, submission: Submission) -> None:
    """An error when a file that the page listed is here no longer, unless the message itself is here already."""
    listed = set(ids(request.POST.getlist("kept"))) - set(ids(request.POST.getlist("remove")))
    if listed - {upload.pk for upload in uploads.kept(submission.key)} and not receiving.is_known(submission):
        form.add_error("attachments", files_gone())


def context(form: GuardedForm, submission: Submission) -> dict[str, object]:
    """What a template needs to show a form with its files. A form nobody has sent yet has none: no query."""
    return {
        "form": form,
        "stamp": tokens.stamp(submission),
        "uploads": uploads.kept(submission.key) if form.is_bound else [],
        "file_limit": settings.FILE_MAX_BYTES,
        "files_limit": settings.FORM_MAX_FILES,
    }


def ids(values: list[str]) -> list[int]:
    """Row numbers from a form; what is none is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def files_gone() -> str:
    """Files wait for a day, and this page waited longer."""
    return _("Some of your files are here no longer, because they waited for more than a day. Add them again.")


def too_many_files() -> str:
    """The limit of an hour is reached."""
    return _("Too many files came from your network within an hour. Wait a little, or send them by e-mail.")


def too_many_forms() -> str:
    """The limit of an hour is reached."""
    return _("Too much was sent from your network or address within an hour. Wait a little and send again, or call us.")


def as_json(upload: Upload) -> dict[str, object]:
    """A kept file as the page's script knows it."""
    return {"id": upload.pk, "name": upload.name, "size": upload.size}
