"""A stored file as an answer: the front sends the bytes, with Range (X-Accel-Redirect); whoever calls has checked who asks."""

from urllib.parse import quote

from django.http import HttpResponse

from yanxiu.events import files
from yanxiu.events.models import StoredFile


def answer(file: StoredFile, *, download: str = "") -> HttpResponse:
    """`download`: the name to save it under; else the browser shows it."""
    response = HttpResponse(content_type=file.mime)
    response["X-Accel-Redirect"] = "/" + files.relative(file.sha256)
    # The content never changes under its address, but only the person asked may keep it.
    response["Cache-Control"] = "private, max-age=86400"
    if download:
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download)}"
    return response
