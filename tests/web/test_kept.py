"""A kept piece of the frame is drawn once for the same values and anew for others; the language is one of them."""

from django.template import Context, Template
from django.utils import translation

DRAWN: list[str] = []


def drawn(name: str) -> str:
    DRAWN.append(name)
    return name


def test_drawn_once_for_the_same_values_and_anew_for_others() -> None:
    DRAWN.clear()
    template = Template("{% kept who %}<b>{{ show }}</b>{% endkept %}")

    def page(who: str) -> str:
        return template.render(Context({"who": who, "show": lambda: drawn(who)}))

    assert [page("沈玉芬"), page("沈玉芬"), page("<李䶮>")] == ["<b>沈玉芬</b>", "<b>沈玉芬</b>", "<b>&lt;李䶮&gt;</b>"]
    assert DRAWN == ["沈玉芬", "<李䶮>"]


def test_each_language_has_its_own() -> None:
    template = Template("{% kept 1 %}{{ language }}{% endkept %}")
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            assert template.render(Context({"language": language})) == language


def test_pieces_of_one_process_are_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from yanxiu.web.templatetags import kept

    monkeypatch.setattr(kept, "MOST", 3)
    kept._pieces.clear()
    template = Template("{% kept n %}{{ n }}{% endkept %}")
    assert [template.render(Context({"n": n})) for n in range(9)] == [str(n) for n in range(9)]
    assert len(kept._pieces) <= 3


def test_a_hole_is_filled_in_anew_and_escaped() -> None:
    DRAWN.clear()
    template = Template(
        "{% kept size name=person.name token=csrf_token %}<i title='100% {{ size }}'>{{ name }}{% if show %}{{ show }}{% endif %}</i>{{ token }}{% endkept %}{{ name }}"
    )

    def page(name: str, token: str) -> str:
        return template.render(
            Context({"size": 3, "person": {"name": name}, "csrf_token": token, "show": lambda: drawn("")})
        )

    assert page("沈玉芬", "a") == "<i title='100% 3'>沈玉芬</i>a"
    assert page("<%(token)s>", "b") == "<i title='100% 3'>&lt;%(token)s&gt;</i>b"
    assert DRAWN == [""], "drawn once"
