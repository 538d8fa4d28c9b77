"""A course folder becomes a version; what is wrong is said with file and line."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from yanxiu.catalogue import queries
from yanxiu.catalogue.actions import generate_course, load_course
from yanxiu.catalogue.models import CourseVersion, Item
from yanxiu.catalogue.rules import CourseError, characters, duration, read_folder, still, text_seconds
from yanxiu.events import files
from yanxiu.events.models import StoredFile

COURSES = make.ROOT / "courses"
SIX = sorted(p for p in COURSES.iterdir() if p.is_dir())


@pytest.fixture
def media(tmp_path: Path, settings: object, db: None) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    make.installation()
    return settings.MEDIA_ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(COURSES / "chinese-task-groups", tmp_path / "course")
    return tmp_path / "course"


def change(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


@pytest.mark.parametrize("folder", SIX, ids=lambda p: p.name)
def test_the_demo_courses_have_material_for_the_demo_and_all_kinds_of_work(folder: Path) -> None:
    course = read_folder(folder)
    seconds = sum(
        text_seconds(i.characters, per_minute=300, least=60) if i.kind == "text" else i.seconds for i in course.items
    )
    assert seconds >= 2400
    kinds = [item.kind for item in course.items]
    assert (
        kinds.count("quiz") == 2
        and kinds.count("homework") == 2
        and kinds.count("discussion") >= 1
        and kinds.count("video") == 3
    )
    assert not any("style=" in item.body or "<script" in item.body for item in course.items)


def test_loading_twice_makes_one_version_and_a_change_a_second(media: Path, folder: Path) -> None:
    first = load_course(folder)
    assert load_course(folder).pk == first.pk
    (folder / "notes.txt").write_text("a note beside the course is not the course")
    assert load_course(folder).pk == first.pk
    change(folder, "01-what-changes.md", "周老师", "钱老师")
    second = load_course(folder)
    assert (first.number, second.number) == (1, 2) and first.course_id == second.course_id
    assert first.items.get(key="01-what-changes").body != second.items.get(key="01-what-changes").body
    video = second.items.get(key="video-1")
    assert video.seconds == 280 and files.read(video.file_id) == (folder / "video-1.mp4").read_bytes()
    assert files.read(video.captions_id).startswith(b"WEBVTT")
    assert files.path(video.file_id).relative_to(media).parts == (video.file_id[:2], video.file_id[2:4], video.file_id)


def test_a_text_is_measured_at_the_reading_speed(media: Path, folder: Path) -> None:
    version = load_course(folder, per_minute=600)
    item = version.items.get(key="01-what-changes")
    assert item.characters == characters(item.body) and item.seconds == item.characters * 60 // 600
    policy = make.policy("demo").policy
    assert queries.seconds_of(item, policy) == item.characters * 60 // 300
    assert text_seconds(10, per_minute=300, least=60) == 60


WRONG = [
    ("course.toml", 'subject = "语文"', 'subjekt = "语文"', "course.toml:2 subjekt", "没有这个键"),
    ("course.toml", 'stages = ["小学"]', 'stages = ["大学"]', "course.toml:3 stages", "幼儿园、小学、初中、高中"),
    (
        "course.toml",
        'file = "01-what-changes.md"',
        'file = "01-missing.md"',
        "course.toml:21 chapter.0.item.0.file",
        "没有文件",
    ),
    ("course.toml", 'file = "video-1.mp4"', 'file = "../video-1.mp4"', "course.toml:26", "本文件夹"),
    ("course.toml", 'kind = "discussion"', 'kind = "debate"', "course.toml:30 chapter.0.item.2.kind", "discussion"),
    ("course.toml", "[[chapter]]", "[[chapter]", "course.toml:15", "不是TOML"),
    ("quiz-1.toml", 'answer = "B"', 'answer = "E"', "quiz-1.toml:7 question.0.answer", "A至D"),
    ("quiz-1.toml", "answer = false", 'answer = "no"', "quiz-1.toml:22 question.2.answer", "true 或 false"),
    ("quiz-1.toml", "points = 16", "points = 0", "quiz-1.toml:9 question.0.points", "大于0"),
    ("homework-1.toml", "points = 25", "points = 30", "homework-1.toml", "从本条满分往下排"),
    ("homework-1.toml", "min_chars = 600", 'min_chars = "600"', "homework-1.toml:9 min_chars", "整数"),
    ("video-1.vtt", "00:00:00.000 --> 00:00:04.900", "00:00:05.000 --> 00:00:04.900", "video-1.vtt:4", "晚于"),
    ("video-1.vtt", "WEBVTT", "SUBS", "video-1.vtt:1", "WEBVTT"),
    ("01-what-changes.md", "## 同一个单元，两间教室", "![图](missing.png)", "01-what-changes.md:3 missing.png", "图片"),
]


@pytest.mark.parametrize(("name", "before", "after", "place", "why"), WRONG, ids=lambda v: str(v)[:24])
def test_what_is_wrong_is_said_with_file_and_line(
    folder: Path, name: str, before: str, after: str, place: str, why: str
) -> None:
    change(folder, name, before, after)
    with pytest.raises(CourseError) as error:
        read_folder(folder)
    assert any(str(p).startswith(place) and why in str(p) for p in error.value.problems), str(error.value)


def test_a_film_that_is_none_is_refused(folder: Path) -> None:
    (folder / "video-1.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"x" * 50)
    with pytest.raises(CourseError, match=r"video-1\.mp4"):
        read_folder(folder)


def test_all_problems_are_named_at_once_and_nothing_is_stored(
    media: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "quiz-1.toml", 'answer = "B"', 'answer = "E"')
    change(folder, "homework-1.toml", "min_chars = 600", "min_chars = -1")
    with pytest.raises(CommandError):
        call_command("load_course", str(folder))
    said = capsys.readouterr().err
    assert "quiz-1.toml:7" in said and "homework-1.toml:9" in said
    assert not CourseVersion.objects.exists() and not StoredFile.objects.exists()


def test_markdown_brings_no_script_and_no_style(media: Path, folder: Path) -> None:
    evil = '\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[here](javascript:alert(1)) <b style="color:red">x</b>\n'
    (folder / "01-what-changes.md").write_text("# 标题\n\n正文。" + evil, "utf-8")
    body = load_course(folder).items.get(key="01-what-changes").body
    assert "<script" not in body and "<img" not in body and 'href="javascript' not in body and "<b " not in body
    assert "标题" not in body and "正文" in body


def test_pictures_of_a_text_are_stored_and_shown(media: Path, folder: Path) -> None:
    (folder / "board.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 20)
    change(folder, "01-what-changes.md", "## 同一个单元，两间教室", "![板书](board.png)")
    item = load_course(folder).items.get(key="01-what-changes")
    [sha] = item.pictures
    assert f'src="/courses/pictures/{sha}/"' in item.body and StoredFile.objects.get(pk=sha).mime == "image/png"


def test_the_generated_course_has_exactly_the_seconds_that_the_real_policy_wants(media: Path) -> None:
    version = generate_course(slug="rehearsal", title="演练课程")
    policy = make.policy("S20230304").policy
    assert version.seconds == 24_000 == queries.material_seconds(version, policy)
    assert queries.class_readiness(version, policy)
    film = version.items.filter(kind="video").first()
    assert duration(files.read(film.file_id)) == film.seconds
    assert generate_course(slug="rehearsal", title="演练课程").pk == version.pk


def test_a_class_is_not_opened_over_too_little(media: Path) -> None:
    version = make.course(seconds=100)
    policy = make.policy("S20230304").policy
    assert queries.class_readiness(version, policy).codes == ("course_too_short",)
    version.items.filter(kind__in=("quiz", "homework")).delete()
    assert queries.class_readiness(CourseVersion.objects.get(), policy).codes == (
        "course_too_short",
        "course_without_quiz",
        "course_without_work",
    )


def test_a_still_film_is_as_long_as_asked() -> None:
    sample = (COURSES / "watching-play" / "video-1.mp4").read_bytes()
    for seconds in (1, 9, 10, 11, 2700):
        assert duration(still(sample, seconds=seconds)) == seconds


def test_own_subject_comes_first(media: Path) -> None:
    make.course("a", subject="数学", title="甲")
    make.course("b", subject="语文", title="乙")
    assert [v.title for v in queries.courses(first_subject="语文")] == ["乙", "甲"]
    assert [v.title for v in queries.courses(subject="数学")] == ["甲"]
    assert [v.title for v in queries.courses(stage="初中")] == []
    assert [v.title for v in queries.courses(word="乙")] == ["乙"]


def test_orphaned_blobs_are_swept_after_a_day(media: Path) -> None:
    import os
    import time

    from yanxiu.lib import clock

    sha = files.store(b"kept", name="a.txt", mime="text/plain")
    orphan = files.store(b"lost", name="b.txt", mime="text/plain")
    StoredFile.objects.filter(pk=orphan).delete()
    assert files.sweep(clock.now()) == 0
    old = time.time() - 2 * 86400
    os.utime(files.path(orphan), (old, old))
    assert files.sweep(clock.now()) == 1 and files.path(sha).exists() and not files.path(orphan).exists()


def test_items_keep_their_keys_over_versions(media: Path, folder: Path) -> None:
    first = load_course(folder)
    change(folder, "01-what-changes.md", "周老师", "钱老师")
    second = load_course(folder)
    keys = lambda v: list(Item.objects.filter(version=v).values_list("key", flat=True))  # noqa: E731
    assert keys(first) == keys(second)
