"""A folder becomes a version of a course."""

from pathlib import Path

from django.db import connection, transaction

from yanxiu.catalogue.models import Course, CourseVersion, Item
from yanxiu.catalogue.rules import Folder, ItemIn, read_folder, text_seconds
from yanxiu.catalogue.rules.folder import Blob
from yanxiu.events import actions as events
from yanxiu.events import files
from yanxiu.lib import clock

PICTURE_URL = "/courses/pictures/"


@transaction.atomic
def load_course(folder: Path, *, per_minute: int = 300, least: int = 60, slug: str = "") -> CourseVersion:
    """Checks the folder (CourseError names file and line) and stores it; the same content again is the version that is there.

    `per_minute`, `least`: the reading speed the texts are shown with; a class is judged and credited by its own policy's.
    """
    read = read_folder(folder)
    slug = slug or read.slug
    # Two loads of one folder at once: the second waits here and then finds the version.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"course {slug}"])
    course, _ = Course.objects.get_or_create(
        slug=slug, defaults={"title": read.title, "subject": read.subject, "stages": list(read.stages)}
    )
    there = course.versions.filter(sha256=read.sha256).first()
    if there is not None:
        return there
    Course.objects.filter(pk=course.pk).update(title=read.title, subject=read.subject, stages=list(read.stages))
    version = _store(course, read, per_minute, least)
    events.record(
        "catalogue.course_loaded",
        subject_id=version.pk,
        data={"slug": slug, "number": version.number, "seconds": version.seconds},
    )
    return version


def _store(course: Course, read: Folder, per_minute: int, least: int) -> CourseVersion:
    def seconds(item: ItemIn) -> int:
        return (
            text_seconds(item.characters, per_minute=per_minute, least=least)
            if item.kind == Item.Kind.TEXT
            else item.seconds
        )

    version = CourseVersion.objects.create(
        course=course,
        number=course.versions.count() + 1,
        sha256=read.sha256,
        title=read.title,
        summary=read.summary,
        aims=list(read.aims),
        author=read.author,
        keywords=list(read.keywords),
        seconds=sum(map(seconds, read.items)),
        loaded_at=clock.now(),
    )
    Item.objects.bulk_create(
        [_item(version, position, item, seconds(item)) for position, item in enumerate(read.items, 1)]
    )
    return version


def _item(version: CourseVersion, position: int, item: ItemIn, seconds: int) -> Item:
    body, pictures = item.body, []
    for name, blob in item.pictures.items():
        pictures.append(_keep(blob))
        body = body.replace(f'src="{name}"', f'src="{PICTURE_URL}{pictures[-1]}/"')
    return Item(
        version=version,
        key=item.key,
        chapter=item.chapter,
        chapter_title=item.chapter_title,
        position=position,
        kind=item.kind,
        title=item.title,
        characters=item.characters,
        seconds=seconds,
        body=body,
        file_id=_keep(item.file) if item.file else None,
        captions_id=_keep(item.captions) if item.captions else None,
        data=item.data,
        pictures=pictures,
    )


def _keep(blob: Blob) -> str:
    with blob.path.open("rb") as content:
        return files.store(content, name=blob.path.name, mime=blob.mime)
