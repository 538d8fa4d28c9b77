"""A class's discussion: threads and replies, what counts and why not."""

from django.db import models

from yanxiu.catalogue.models import Item
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import TrainingClass


class Post(models.Model):
    """`thread` null: it opens a thread. `verdict` is empty when it counts, else the reason code (not_learner, before_start, after_end, too_short, filler, copy)."""

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="posts")
    item = models.ForeignKey(
        Item, null=True, on_delete=models.PROTECT, related_name="+", help_text="the course's discussion it answers"
    )
    thread = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    enrolment = models.ForeignKey(
        Enrolment, null=True, on_delete=models.PROTECT, related_name="posts", help_text="null: staff"
    )
    title = models.CharField(max_length=120, default="", blank=True)
    body = models.TextField()
    at = models.DateTimeField()
    day = models.DateField(help_text="local day, for the daily cap")
    length = models.IntegerField(help_text="letters, digits, Han")
    fingerprint = models.BinaryField(help_text="hash of the normalised text, to find copies")
    verdict = models.CharField(max_length=16, default="", blank=True)
    featured_at = models.DateTimeField(null=True)
    featured_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    removed_reason = models.CharField(max_length=500, default="", blank=True)
    last_at = models.DateTimeField(help_text="of a thread: last reply")
    reply_count = models.IntegerField(default=0)
    key = models.UUIDField(null=True, help_text="of the press: the same press again writes nothing new")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="post_key")]
        indexes = [
            models.Index(fields=["training_class", "thread", "-last_at"], name="post_threads"),
            models.Index(fields=["thread", "id"], name="post_replies"),
            models.Index(fields=["enrolment", "day", "id"], name="post_enrolment"),
            models.Index(fields=["training_class", "fingerprint"], name="post_copies"),
        ]
