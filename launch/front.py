"""The front: Caddy on the one public port. Its configuration is written at every start, from what this start found.

/hot/*      → stream, uncompressed (small answers, and events must not wait in a buffer)
POST of a password  → passwords, one at a time; the page that asks for it is web's
files, either way   → transfers: somebody's slow line, or a long table, holds one of its many threads, and none of web's
/static/*   from .data/static, already compressed there; names with a hash are kept for a year
the rest    → the web process with the fewest requests in hand, compressed
web and passwords get a form when it is whole; the buffer is longer than the longest that is taken
X-Accel-Redirect: /<path>   in an answer of web or stream sends .data/files/<path> with Range; type and name are the answer's
"""

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from launch import files
from launch.console import Stop, say
from launch.paths import DATA, site_packages

FILE = DATA / "Caddyfile"

_TEXT = """\
{{
	admin off
	persist_config off
	{https}
	storage file_system {storage}
	log {{
		output stderr
		level WARN
	}}
	servers {{
		protocols {protocols}
		timeouts {{
			read_header 20s
			read_body 10m
			idle 5m
		}}
	}}
}}

(accel) {{
	@accel header X-Accel-Redirect *
	handle_response @accel {{
		root * {media}
		rewrite * {{rp.header.X-Accel-Redirect}}
		method GET
		header Content-Type {{rp.header.Content-Type}}
		copy_response_headers {{
			exclude X-Accel-Redirect Content-Length Content-Type Etag Last-Modified
		}}
		file_server
	}}
}}

# Who comes while web or stream is started again waits for it; a request that was not taken may be sent again, whatever it is.
(patient) {{
	lb_try_duration 8s
	lb_try_interval 100ms
}}

{site} {{
	{bind}
	header {{
		-Server
		-Via
	}}
	handle /hot/* {{
		reverse_proxy 127.0.0.1:{stream} {{
			import patient
			flush_interval -1
			transport http {{
				keepalive_idle_conns_per_host 1024
			}}
			import accel
		}}
	}}
	handle_path /static/* {{
		root * {static}
		@hashed path_regexp \\.[0-9a-f]{{12}}\\.
		header @hashed Cache-Control "public, max-age=31536000, immutable"
		header ?Cache-Control "no-cache"
		file_server {{
			precompressed gzip
		}}
	}}
	@passwords {{
		method POST
		path /sign-in/ /password/ /link/*
	}}
	handle @passwords {{
		request_body {{
			max_size 64KiB
		}}
		reverse_proxy 127.0.0.1:{passwords} {{
			import patient
			request_buffers 128KiB
		}}
	}}
	@transfers expression `method('POST') && header({{'Content-Type': 'multipart/form-data*'}}) || query({{'export': '*'}})`
	handle @transfers {{
		encode zstd gzip
		request_body {{
			max_size 512MB
		}}
		reverse_proxy 127.0.0.1:{transfers} {{
			import patient
			request_buffers 256KiB
		}}
	}}
	handle {{
		encode zstd gzip
		request_body {{
			max_size 2MiB
		}}
		reverse_proxy {web} {{
			import patient
			# One that cannot be reached is left alone for a second: it has the fewest requests of all, and would get each new one.
			lb_policy least_conn
			fail_duration 1s
			request_buffers 3MiB
			transport http {{
				keepalive_idle_conns_per_host 1024
			}}
			import accel
		}}
	}}
	handle_errors 413 {{
		header Content-Type "text/html; charset=utf-8"
		respond `{big}`
	}}
	handle_errors 502 503 504 {{
		header Retry-After 2
		header Content-Type "text/html; charset=utf-8"
		respond `{away}`
	}}
}}
"""
_BIG = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>研修</title>'
    "<p>提交的内容太大，没有收下。请返回上一页，减少内容，或者换一个小一些的文件。"
    "<p lang=en>Too much at once: it was not taken. Go back and send less, or a smaller file.</html>"
)
# No template, no static file: this page shows when nothing else is there. It asks again by itself.
_AWAY = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
    '<meta name="viewport" content="width=device-width"><title>研修</title>'
    "<p>平台正在启动，本页会自动重试。<p lang=en>The platform is starting; this page tries again by itself.</html>"
)


def caddy() -> str:
    wheel = site_packages() / ".data" / "scripts" / "caddy"
    if wheel.exists():
        return str(wheel)
    found = shutil.which("caddy")
    if found is None:
        raise Stop("There is no Caddy: neither in the installed packages nor on the PATH.")
    return found


def variables() -> dict[str, str]:
    """Where Caddy keeps what it must not lose (certificates)."""
    return {"XDG_DATA_HOME": str(DATA / "caddy"), "XDG_CONFIG_HOME": str(DATA / "caddy")}


def domain() -> str:
    return os.environ.get("YANXIU_DOMAIN", "")


def listen(host: str, port: int) -> tuple[socket.socket, int]:
    """The public port, bound by us and handed on: nobody takes it while Caddy is started again, and two checkouts never share it.

    (Caddy by itself binds with SO_REUSEPORT: a second one would get half of the first one's visitors.)
    """
    for candidate in range(port, port + 100):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(4096)
        except PermissionError:
            raise Stop(f"Port {candidate} is not for an ordinary user; choose one above 1023 with --port.") from None
        except OverflowError:
            break
        except OSError as error:
            listener.close()
            if candidate == port:
                say(f"  Port {port} is taken ({error.strerror}); trying the next.")
            continue
        return listener, candidate
    raise Stop(f"No free port from {port} on.")


def write(*, web: Sequence[int], stream: int, passwords: int, transfers: int, listener: socket.socket | None) -> Path:
    """The ports behind, several for web. With a domain Caddy binds 80 and 443 itself and gets its certificate; else it takes over our socket."""
    name = domain()
    text = _TEXT.format(
        https="" if name else "auto_https off",
        protocols="h1 h2 h3" if name else "h1",
        site=name or ":80",
        bind=f"bind fd/{listener.fileno()}" if listener else "",
        storage=_quoted(DATA / "caddy"),
        media=_quoted(DATA / "files"),
        static=_quoted(DATA / "static"),
        web=" ".join(f"127.0.0.1:{port}" for port in web),
        stream=stream,
        passwords=passwords,
        transfers=transfers,
        away=_AWAY,
        big=_BIG,
    )
    (DATA / "files").mkdir(parents=True, exist_ok=True)
    files.write(FILE, text)
    return FILE


def _quoted(path: Path) -> str:
    """A path as one token. Braces would be read as a placeholder."""
    text = str(path)
    if any(sign in text for sign in '"{}\\\n'):
        raise Stop(f"The front cannot serve files from a folder with this name: {text}")
    return f'"{text}"'
