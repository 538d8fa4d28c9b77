"""Every write of the discussion.

Events (actor; person: the author; unit_path: the enrolling school, empty for staff; training_path: the class; batch; subject: the post; policy):
    forum.posted      reply, thread, item, verdict ("" counts), length
    forum.featured    forum.unfeatured
    forum.removed     reason (the author is told), reply
    forum.restored    reply
"""

from .order import feature, remove, restore, unfeature
from .outcome import Outcome
from .writing import PostIn, fingerprint, post

__all__ = ["Outcome", "PostIn", "feature", "fingerprint", "post", "remove", "restore", "unfeature"]
