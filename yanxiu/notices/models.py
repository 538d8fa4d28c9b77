"""Announcements to offices and people, and each person's own notifications."""

from django.db import models

from yanxiu.organisation.models import Person, Unit


class Announcement(models.Model):
    """By level, region and role: whoever stands below `unit` and has one of `roles` (empty: everybody) reads it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    unit_path = models.CharField(max_length=80)
    roles = models.JSONField(default=list)
    title = models.CharField(max_length=120)
    body = models.TextField()
    published_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)


class AnnouncementRead(models.Model):
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="reads")
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "person"], name="announcement_read_once")]


class Notification(models.Model):
    """In the app. `code` names the sentence (yanxiu/notices/rules.py), `params` its values; `url` where to act."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notifications")
    code = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    once = models.CharField(
        max_length=120, null=True, unique=True, help_text="what a reminder is sent for, so that a sweep sends it once"
    )

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="notification_person")]
