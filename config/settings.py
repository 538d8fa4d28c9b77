"""Settings. Everything that differs from host to host comes from the environment (see docs/operations.md)."""

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("YANXIU_DATA_DIR", BASE_DIR / ".data"))

PRODUCTION = os.environ.get("YANXIU_MODE") == "production"


def _key(variable: str, file: str, *, development: str) -> str:
    """From the environment, else from a file beside the data; made up only outside production."""
    path = DATA_DIR / "secrets" / file
    found = os.environ.get(variable) or (path.read_text().strip() if path.exists() else "")
    if not found and PRODUCTION:
        raise ImproperlyConfigured(f"{variable} is not set, and production makes up no keys")
    return found or development


SECRET_KEY = _key("YANXIU_SECRET_KEY", "secret-key", development="development-only-" + "x" * 40)
# Identity and phone numbers: `id:hex` pairs, newest first; older ones still decrypt.
FIELD_KEYS = _key("YANXIU_FIELD_KEYS", "field-keys", development="development:" + "1f" * 32)
# Finds identity and phone numbers by exact value; never a key that seals.
FIELD_HASH_KEY = _key("YANXIU_FIELD_HASH_KEY", "field-hash-key", development="development:" + "2e" * 32)
# Signs the claim that the stream process checks without a query.
CLAIM_KEY = _key("YANXIU_CLAIM_KEY", "claim-key", development="development:" + "3d" * 32)
DEBUG = os.environ.get("YANXIU_DEBUG") == "1" and not PRODUCTION
ALLOWED_HOSTS = os.environ.get("YANXIU_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("YANXIU_ORIGINS", "").split()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.auth",
    "axes",
    "procrastinate.contrib.django",
    "yanxiu.events",
    "yanxiu.organisation",
    "yanxiu.access",
    "yanxiu.web",
    "yanxiu.notices",
    "yanxiu.administration",
    "yanxiu.catalogue",
    "yanxiu.programme",
    "yanxiu.places",
    "yanxiu.learning",
    "yanxiu.homework",
    "yanxiu.forum",
    "yanxiu.scoring",
    "yanxiu.classroom",
    "yanxiu.recognition",
    "yanxiu.monitoring",
    "yanxiu.desks",
    "yanxiu.season",
    "config.apps.WiringConfig",
]
MIDDLEWARE = [
    "yanxiu.web.middleware.Whole",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yanxiu.administration.middleware.Idle",
    "yanxiu.web.middleware.Shell",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "yanxiu.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                *(f"yanxiu.web.templatetags.{name}" for name in ("figures", "y", "kept")),
            ],
        },
    }
]

_url = urlparse(os.environ.get("DATABASE_URL", "postgresql://yanxiu:yanxiu@127.0.0.1:55432/yanxiu"))
_suffix = os.environ.get("YANXIU_TEST_SUFFIX", "")
_pooled = os.environ.get("YANXIU_POOLED") == "1"
DATABASES = {
    "default": {
        "ENGINE": "yanxiu.events.postgresql",
        "NAME": unquote(_url.path.lstrip("/")),
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "HOST": _url.hostname or "",
        "PORT": _url.port or "",
        "CONN_MAX_AGE": 600,
        # A restarted database must cost no visitor an error page.
        "CONN_HEALTH_CHECKS": True,
        # Behind a pooler in transaction mode prepared statements and server-side cursors break.
        "DISABLE_SERVER_SIDE_CURSORS": _pooled,
        # Planning cost more than finding: the third time on a connection a statement is prepared (config/apps.py says how many).
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": None if _pooled else 2},
        # `run.py test` migrates once and lets each test process copy that database.
        "TEST": {
            "NAME": f"test_yanxiu{'_' + _suffix if _suffix else ''}",
            "TEMPLATE": os.environ.get("YANXIU_TEST_TEMPLATE"),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "yanxiu.access.backends.NumberBackend"]
PASSWORD_HASHERS = ["yanxiu.access.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "yanxiu.administration.views.sign_in.locked_out"
AXES_USERNAME_CALLABLE = "yanxiu.access.backends.login_name"
AXES_CLIENT_IP_CALLABLE = "yanxiu.access.backends.client_address"
AXES_RESET_ON_SUCCESS = True

SESSION_ENGINE = "yanxiu.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("YANXIU_TLS") == "1"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
CSRF_FAILURE_VIEW = "yanxiu.web.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The worker finds the jobs of each package in its jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "yx_lang"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Names with a hash need the collected files: `run.py` collects them and says so; a bare manage.py and the tests do without.
_static = "ManifestStaticFilesStorage" if os.environ.get("YANXIU_STATIC") == "hashed" else "StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"django.contrib.staticfiles.storage.{_static}"},
}
MEDIA_ROOT = DATA_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
