import threading
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
        """A page asks for a hundred words and for its language still more often, and Django takes the long way to each."""
        catalogues: Any = trans_real
        # One that needs no translation (each Chinese one) is looked for in every catalogue: remembered.
        for language, _name in settings.LANGUAGES:
            catalogue = catalogues.translation(language)
            catalogue.gettext = lru_cache(WORDS)(catalogue.gettext)
        # The language of a thread, without asgiref's lock for all of them. No coroutine here changes its language.
        catalogues._active = threading.local()
