"""All pages. Each package brings its own urls."""

from importlib.util import find_spec

from django.urls import include, path

PACKAGES = [
    "web",
    "administration",
    "notices",
    "catalogue",
    "programme",
    "places",
    "learning",
    "homework",
    "forum",
    "scoring",
    "classroom",
    "recognition",
    "monitoring",
    "desks",
    "season",
]

urlpatterns = [path("", include(f"yanxiu.{name}.urls")) for name in PACKAGES if find_spec(f"yanxiu.{name}.urls")]
handler400 = "yanxiu.web.views.bad_request"
handler403 = "yanxiu.web.views.forbidden"
handler404 = "yanxiu.web.views.not_found"
handler500 = "yanxiu.web.views.server_error"
