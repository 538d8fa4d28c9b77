import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_wsgi_application()
assert (
    get_resolver().url_patterns
)  # All views are loaded now and once, not by each worker with its first visitor's request.
# Lockout counts by address: behind the front everybody has 127.0.0.1, and only the front is believed about who it is.
application = wrap_wsgi_with_proxy_headers(pages, trusted_hosts="127.0.0.1")
