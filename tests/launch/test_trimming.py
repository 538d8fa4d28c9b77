"""What browsers get of Tabler is what the pages use, no less; and little enough for a slow line (issue 4 §4: 250 KB cold)."""

import gzip

from launch import trimming
from launch.paths import ROOT

SHEET = (
    '@charset "UTF-8";:root{--a:1px;--b:var(--c);--c:2px;--d:url("data:x;y,{}")}'
    ".btn{color:var(--a)}.btn,.gone{margin:0}.btn:not(.gone){top:0}.w-1\\/2{width:50%}body{animation:spin 1s}"
    "@media (min-width:1px){.gone{x:1}.btn{y:1}}@media print{.gone{x:1}}@keyframes spin{to{left:0}}@keyframes idle{to{left:0}}"
)


def test_what_nobody_names_goes() -> None:
    assert trimming.trim(SHEET, {"btn"}) == (
        '@charset "UTF-8";:root{--a:1px}.btn{color:var(--a)}.btn{margin:0}.btn:not(.gone){top:0}body{animation:spin 1s}'
        "@media (min-width:1px){.btn{y:1}}@keyframes spin{to{left:0}}"
    )


def test_what_another_sheet_refers_to_stays() -> None:
    assert ":root{--a:1px;--b:var(--c);--c:2px}" in trimming.trim(SHEET, {"btn"}, ".own{x:var(--b)}")


def test_the_served_sheet_is_current() -> None:
    assert trimming.wrong() == []


def test_what_every_page_loads_fits_a_slow_line() -> None:
    """Compressed as the front sends it; a quarter of the budget is left for the page itself and its pictures."""
    common = ["tabler.css", "look.css", "yx.css", "yx.js", "theme.js", "../vendor/htmx.min.js"]
    folder = ROOT / "yanxiu/web/static/web"
    assert sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in common) < 60_000
