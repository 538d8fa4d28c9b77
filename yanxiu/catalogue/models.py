"""Courses, their versions, their items. A version never changes once loaded; a class pins one."""

from django.db import models

from yanxiu.events.models import StoredFile


class Course(models.Model):
    slug = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    subject = models.CharField(max_length=20)
    stages = models.JSONField(default=list, help_text="幼儿园 小学 初中 高中; several or all")

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the folder: the same folder again makes no new version")
    title = models.CharField(max_length=120)
    summary = models.TextField()
    aims = models.JSONField(default=list)
    author = models.JSONField(default=dict)
    keywords = models.JSONField(default=list)
    seconds = models.IntegerField(help_text="material in all, seconds: video length and text at reading speed")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number"),
            models.UniqueConstraint(fields=["course", "sha256"], name="course_version_content"),
        ]


class Item(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", "文本"
        VIDEO = "video", "视频"
        FILE = "file", "文件"
        QUIZ = "quiz", "测验"
        HOMEWORK = "homework", "作业"
        DISCUSSION = "discussion", "讨论"

    ICONS = {
        Kind.TEXT: "file-text",
        Kind.VIDEO: "video",
        Kind.FILE: "paperclip",
        Kind.QUIZ: "list-check",
        Kind.HOMEWORK: "pencil",
        Kind.DISCUSSION: "messages",
    }

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=80, help_text="stable over versions: the file's name, or chapter-position")
    chapter = models.SmallIntegerField()
    chapter_title = models.CharField(max_length=120)
    position = models.SmallIntegerField(help_text="in the whole course, from 1")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=120)
    characters = models.IntegerField(
        default=0, help_text="of a text, without spaces: what a policy's reading speed is applied to"
    )
    seconds = models.IntegerField(
        default=0,
        help_text="creditable: video length; text: length ÷ the reading speed it was loaded with, at least a minute",
    )
    body = models.TextField(default="", blank=True, help_text="clean HTML (text, discussion prompt, homework prompt)")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    captions = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(
        default=dict,
        help_text="quiz: questions with answers; homework: min_chars, criteria, result; never sent whole to a browser",
    )
    pictures = models.JSONField(default=list, help_text="SHA-256 of the pictures that the body shows")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="item_position"),
            models.UniqueConstraint(fields=["version", "key"], name="item_key"),
        ]

    @property
    def icon(self) -> str:
        return self.ICONS[self.Kind(self.kind)]
