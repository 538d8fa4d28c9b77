from functools import lru_cache
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import trans_real

WORDS = 10_000


class WebConfig(AppConfig):
    name = "yanxiu.web"
    label = "web"

    def ready(self) -> None:
        """A page asks for a hundred words, and one that needs no translation (each Chinese one) is looked for in every catalogue: remembered."""
        for language, _name in settings.LANGUAGES:
            catalogue: Any = trans_real.translation(language)
            catalogue.gettext = lru_cache(WORDS)(catalogue.gettext)
