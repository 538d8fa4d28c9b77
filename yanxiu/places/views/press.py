"""The press of a button."""

from uuid import UUID, uuid4

from yanxiu.web.shell import Request


def press(request: Request) -> UUID:
    """Its key; a form without one is a press of its own."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def whole(text: str | None) -> int:
    """An id out of a form or a URL; nothing readable finds nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
