"""What is asked, what is known, what is answered and changes. Plain values: ids, paths, numbers, instants."""

from .answered import *  # noqa: F403
from .asked import *  # noqa: F403
from .known import *  # noqa: F403
