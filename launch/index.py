"""Where this machine gets its packages. uv does not read pip's configuration, so it is told at run time; nothing is stored."""

import ast
import os
import subprocess
from collections.abc import Mapping

from launch.console import Stop

# pip's name → uv's variable, and what stands between several values there.
_NAMES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "no-index": ("UV_NO_INDEX", " "),
}
_SECTIONS = ("global", "install", ":env:")  # what comes later wins


def parse(listing: str) -> dict[str, str]:
    """`pip config list` (lines like global.index-url='…') as one value a name."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in listing.splitlines():
        name, equals, value = line.partition("=")
        section, _, key = name.strip().partition(".")
        if equals and section in found:
            try:
                found[section][key] = str(ast.literal_eval(value))
            except (ValueError, SyntaxError):
                continue
    return {key: value for section in _SECTIONS for key, value in found[section].items()}


def for_uv(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that make uv look where pip looks. What is set for uv already stays."""
    if "UV_INDEX_URL" in environment:
        settings = {key: value for key, value in settings.items() if key != "index-url"}
    told = {}
    for key, (variable, between) in _NAMES.items():
        if (values := settings.get(key, "").split()) and variable not in environment:
            told[variable] = between.join(values)
    if told.get("UV_NO_INDEX", "").lower() in ("0", "false", "no"):
        del told["UV_NO_INDEX"]
    # pip takes the best version over all indexes; uv stops at the first that knows the name. The hashes hold either way.
    told.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return told


def variables(pip: list[str]) -> dict[str, str]:
    asked = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if asked.returncode:
        raise Stop("pip cannot read its own configuration.", hint=asked.stderr.strip())
    return for_uv(parse(asked.stdout), os.environ)
