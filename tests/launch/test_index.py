"""uv looks where pip looks, and what the operator told uv wins."""

from launch.index import for_uv, parse

LISTING = """\
global.cert='/certs/all.pem'
global.extra-index-url='file:///mirror/one/simple\\nfile:///mirror/two/simple'
global.index-url='https://index.example/simple'
install.index-url='https://install.example/simple'
:env:.find-links='/wheels'
download.index-url='https://other.example/simple'
"""


def test_the_environment_wins_over_the_command_and_that_over_the_general() -> None:
    settings = parse(LISTING + ":env:.cert='/own.pem'\n")
    assert settings["index-url"] == "https://install.example/simple"
    assert settings["cert"] == "/own.pem"


def test_uv_is_told_all_of_it() -> None:
    told = for_uv(parse(LISTING), {})
    assert told["UV_DEFAULT_INDEX"] == "https://install.example/simple"
    assert told["UV_INDEX"] == "file:///mirror/one/simple file:///mirror/two/simple"
    assert told["UV_FIND_LINKS"] == "/wheels"
    assert told["SSL_CERT_FILE"] == "/certs/all.pem"


def test_what_is_set_for_uv_stays() -> None:
    assert "UV_DEFAULT_INDEX" not in for_uv(parse(LISTING), {"UV_DEFAULT_INDEX": "https://mine.example"})
    assert "UV_DEFAULT_INDEX" not in for_uv(parse(LISTING), {"UV_INDEX_URL": "https://mine.example"})


def test_a_machine_without_configuration_needs_nothing() -> None:
    assert for_uv(parse(""), {}) == {"UV_INDEX_STRATEGY": "unsafe-best-match"}
