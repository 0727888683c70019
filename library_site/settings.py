"""Settings, all from the environment (a `.env` beside manage.py is honoured): README.md, Configuration."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# What this process is. A variable that is set but empty counts as not set.


def _words(variable: str, default: str) -> list[str]:
    words = [word.strip() for word in env.str(variable, default="").split(",") if word.strip()]
    return words or [word for word in default.split(",") if word]


def _flag(variable: str, *, default: bool) -> bool:
    return env.bool(variable) if env.str(variable, default="") else default


def _number(variable: str, default: float, least: float = 0, most: float = 1e9) -> float:
    said = env.str(variable, default="") or default
    try:
        number = float(said)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{variable} is {said}, and has to be a number from {least:g} to {most:g}.")
    return number


DEBUG = _flag("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-debugging" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY in the environment or in .env (or DEBUG=True to try things out).")
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS", "")
TRUSTED_PROXIES = _words("TRUSTED_PROXIES", "")
LIBRARY_OPERATIONS = _words("LIBRARY_OPERATIONS", "*")
THREADS = int(_number("THREADS", 4, least=1))
IDEMPOTENCY_KEY_DAYS = int(_number("IDEMPOTENCY_KEY_DAYS", 30))

# Where it lives: "/production", if a gateway puts that before every path (whether or not it hands it on).
BASE_PATH = "".join(f"/{segment}" for segment in env.str("BASE_PATH", default="").split("/") if segment)
FORCE_SCRIPT_NAME = BASE_PATH or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{BASE_PATH}/"

ROOT_URLCONF = "library_site.urls"
WSGI_APPLICATION = "library_site.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "knox",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "library_site.cqrs",
    "library_site.accounts",
    "catalog",
    "circulation",
]

MIDDLEWARE = [
    "library_site.middleware.no_store",
    "django.middleware.security.SecurityMiddleware",
    "library_site.middleware.content_security",
    "library_site.middleware.permissions_policy",
    "library_site.static_files.StaticFilesMiddleware",
    "library_site.middleware.sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "library_site.accounts.who.Authentication",
    "library_site.accounts.strangers.requests.Strangers",
    "library_site.middleware.messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "library_site.middleware.htmx",
    *(["library_site.views.Outages"] if DEBUG else []),
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "library_site.navigation.navigation",
                "circulation.views.letterhead.on_top",
            ],
            "libraries": {
                "pages": "library_site.html.templatetags.pages",
                "words": "library_site.html.templatetags.words",
            },
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data


# How often PostgreSQL hears a statement before it prepares it: never behind a pooler that shares its connections.
PREPARED = 2 if _flag("PREPARED_STATEMENTS", default=True) else None

# Seconds that a request waits for a row that somebody else holds, and for a statement; 0: for ever (docs/adr/0017).
LOCK_TIMEOUT, STATEMENT_TIMEOUT = _number("LOCK_TIMEOUT", 1), _number("STATEMENT_TIMEOUT", 8)


def _database(url: str) -> dict[str, Any]:
    database: dict[str, Any] = env.db_url_config(url)
    if "ENGINE" not in database:
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://NAME:PASSWORD@HOST:5432/DATABASE.")
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # Writers wait for each other, and long enough for fifty of them, instead of failing at once.
        database["ENGINE"] = "library_site.sqlite"
        database["OPTIONS"] = {
            "timeout": STATEMENT_TIMEOUT or 3600,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        database |= {"ENGINE": "library_site.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
        # Seconds to connect, and milliseconds until a network that swallows everything counts as down.
        bounds = {"connect_timeout": 3, "tcp_user_timeout": 10_000, "prepare_threshold": PREPARED}
        database["OPTIONS"] = bounds | database.get("OPTIONS", {})
    return database


DATABASES = {"default": _database(env.str("DATABASE_URL", default="") or f"sqlite:///{BASE_DIR / 'library.sqlite3'}")}
if replica := env.str("REPLICA_DATABASE_URL", default=""):
    DATABASES["replica"] = _database(replica) | {"TEST": {"MIRROR": "default"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People

AUTHENTICATION_BACKENDS = ["library_site.accounts.permissions.Accounts"]
PASSWORD_HASHERS = [
    "library_site.accounts.strangers.passwords.Argon2id",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "library_site.sessions"
SESSION_COOKIE_AGE = int(3600 * _number("SESSION_IDLE_HOURS", 8, least=0.001, most=10_000))
SESSION_HOURS = _number("SESSION_HOURS", 24, least=0.001, most=10_000)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # of the cookie, which the next one at the computer finds no more
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # they name people: not in a cookie
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
# Of each client, in each process.
MOST_IN_A_MINUTE = {
    "strangers": int(_number("STRANGERS_A_MINUTE", 120)),
    "wrong_tokens": 60,
    "refusals": 1,
}
REST_KNOX = {"AUTO_REFRESH": False, "TOKEN_TTL": timedelta(days=365)}

# Security of the pages

SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains, and
    "security.W021",  # preloading it: not ours to decide for the owner's whole domain
]

SECURE_SSL_REDIRECT = _flag("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [rf"^{re.escape(f'{BASE_PATH}/healthz'.lstrip('/'))}$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_FAILURE_VIEW = "library_site.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {"camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": []}

# Language and time

LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="") or "en"  # of what is stored, and of who asks for no other
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "library_site" / "locale"]
FORMAT_MODULE_PATH = "library_site.formats"
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.str("TIME_ZONE", default="") or "UTC"
USE_I18N = True
USE_TZ = True

# Static files

STATIC_URL = f"{BASE_PATH}/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "library_site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # a file of 4 MB in base64, which is what a function takes at most

# REST

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "library_site.rest.clients.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["library_site.rest.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "library_site.rest.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "library_site.rest.renderers.ContentNegotiation",
    "DEFAULT_SCHEMA_CLASS": "library_site.rest.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "library_site.rest.problems.ProblemHandler",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Library",
    "DESCRIPTION": (
        "Lend, return and hunt for books by tasks; author, book and user are the plain CRUD that the tasks grew "
        "from.\n\nEvery refusal is a problem (RFC 9457) with a stable `code`. Every command takes an "
        "`Idempotency-Key`: repeat a request with the same key and it is carried out once."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": BASE_PATH}] if BASE_PATH else [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "validatorUrl": None},
    "COMPONENT_SPLIT_REQUEST": False,
    "TAGS": [
        {"name": "Commands", "description": "Tasks that change the state of the library."},
        {"name": "Queries", "description": "Tasks that read it."},
        {"name": "CRUD", "description": "The tables, one by one: what an edit means is carried out as tasks."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "BookStatus": "catalog.models.Book.Status",
        "ImportState": "circulation.models.FileImport.State",
        "ReservationState": ["QUEUED", "WAITING"],
        "UserStatus": "circulation.models.LibraryUser.Status",
    },
}

# Logs: lines for people, or on Lambda JSON, and of each operation a record and a metric

ON_LAMBDA = bool(env.str("AWS_LAMBDA_FUNCTION_NAME", default=""))
DETAILED_METRICS = _flag("DETAILED_METRICS", default=False)
TRACING = _flag("TRACING", default=False)
LINE = {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
JSON = {
    "()": "aws_lambda_powertools.logging.formatter.LambdaPowertoolsFormatter",
    "service": "library",
    "location": "%(name)s:%(lineno)d",
    "serialize_stacktrace": False,  # the text of it is there already
    "json_default": "ext://library_site.logs.as_text",
    "utc": True,
    "use_rfc3339": True,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"chosen": JSON if ON_LAMBDA else LINE},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "chosen"}}
    | ({"metrics": {"class": "library_site.logs.OperationMetrics"}} if ON_LAMBDA else {}),
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "library_site.operations": {"level": "INFO", "handlers": ["metrics"]} if ON_LAMBDA else {"level": "ERROR"},
        "library_site.requests": {"level": "INFO" if ON_LAMBDA else "ERROR"},
    },
}
