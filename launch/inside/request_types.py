"""mypy plugin: what the frame (yanxiu.web) sets on each request before a view sees it."""

from collections.abc import Callable

from mypy.plugin import ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, TypeOfAny

SET_BY_THE_FRAME = ("shell", "scope")


class RequestPlugin(Plugin):
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return _add if fullname == "django.http.request.HttpRequest" else None


def _add(context: ClassDefContext) -> None:
    for name in SET_BY_THE_FRAME:
        if name not in context.cls.info.names:
            add_attribute_to_class(context.api, context.cls, name, AnyType(TypeOfAny.explicit))


def plugin(version: str) -> type[Plugin]:
    return RequestPlugin
