"""All pages. Each package brings its own urls."""

from importlib.util import find_spec

from django.urls import include, path

# An address is tried on each of these in turn: those that are asked for most stand first. No address belongs to two.
PACKAGES = [
    "desks",
    "classroom",
    "homework",
    "scoring",
    "forum",
    "places",
    "programme",
    "notices",
    "learning",
    "monitoring",
    "recognition",
    "catalogue",
    "administration",
    "web",
    "season",
]

urlpatterns = [path("", include(f"yanxiu.{name}.urls")) for name in PACKAGES if find_spec(f"yanxiu.{name}.urls")]
handler400 = "yanxiu.web.views.bad_request"
handler403 = "yanxiu.web.views.forbidden"
handler404 = "yanxiu.web.views.not_found"
handler500 = "yanxiu.web.views.server_error"
