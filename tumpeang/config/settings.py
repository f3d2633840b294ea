"""Every setting of the project: one file, read from the environment only.

A secret may also come from a file: `X_FILE=/run/secrets/x` instead of `X=…`. What is missing says what to do.
Two faces share the file. FACE=public installs neither accounts nor sessions; FACE=staff is everything else.
"""

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE = Path(__file__).resolve().parent.parent


# ---- reading the environment -------------------------------------------------------------------------------------


def text(name: str, default: str | None = None) -> str:
    """A setting, from NAME or from the file that NAME_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Set {name}=… or {name}_FILE=/path/to/it (docs/how-to/deploy.md)."
        )
    return value


def yes_or_no(name: str, default: str) -> bool:
    value = text(name, default).lower()
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 'yes' or 'no', not {value!r}.")
    return value == "yes"


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


SQLITE_MAPPED = 2**31 - 2**16  # bytes at most: a search reads thousands of pages, each else a call to the system


def database(url: str) -> dict[str, object]:
    """Django's settings for `sqlite:///path` or `postgresql://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] or ":memory:",
            "CONN_MAX_AGE": None,  # persistent connections answer half as fast again
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",  # a transaction that will write waits at its start, not in its middle
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                f" PRAGMA mmap_size={SQLITE_MAPPED};",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": "-c jit=off"},  # our queries are short: to compile one takes longer than to run it
        }
    raise ImproperlyConfigured("A database address starts with sqlite:/// or postgresql:// (DATABASE_URL).")


def demo_secret() -> str:
    """A secret of the demo's own, made once: a known one would let anybody forge its sign-in links."""
    path = DATA_DIR / "demo.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(handle, secrets.token_urlsafe(48).encode())
            os.close(handle)
    return path.read_text()


# ---- where things lie --------------------------------------------------------------------------------------------

FACE = text("FACE", "staff")
if FACE not in {"public", "staff"}:
    raise ImproperlyConfigured(f"FACE must be 'public' or 'staff', not {FACE!r}.")

DATA_DIR = Path(text("DATA", "var")).absolute()
KEYRING_DIR = Path(text("KEYRING_DIR", str(DATA_DIR / "keys" / "staff")))
PUBLIC_KEYS_DIR = Path(text("PUBLIC_KEYS_DIR", str(DATA_DIR / "keys" / "public")))
SAFEGUARDING_DIR = Path(text("SAFEGUARDING_DIR", str(DATA_DIR / "keys" / "safeguarding")))
KEYSTORE_DIR = Path(text("KEYSTORE_DIR", str(DATA_DIR / "keystore")))
LOG_HEADS = Path(text("LOG_HEADS", str(DATA_DIR / "log-heads" / "heads.jsonl")))
ERASURES = Path(text("ERASURES", str(DATA_DIR / "erasures" / "list")))  # ids of what was erased, for later restores
BACKUP_TO = text("BACKUP_TO", "")  # a folder for the encrypted database
BACKUP_KEYS_TO = text("BACKUP_KEYS_TO", "")  # a folder apart from it for the encrypted keys
BACKUP_KEEP_DAYS = number("BACKUP_KEEP_DAYS", 30)  # archives of the database; those of keys go after 30 days always
BACKUP_STAMP = Path(text("BACKUP_STAMP", str(DATA_DIR / "backup" / "last")))  # touched by each backup
COMPARED_STAMP = DATA_DIR / "people" / "compared"  # touched when everybody was compared with everybody
REHEARSAL_STAMP = Path(text("REHEARSAL_STAMP", str(DATA_DIR / "backup" / "rehearsed")))  # by each rehearsed restore

_app_url = text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
_public_url = text("DATABASE_PUBLIC_URL", _app_url)
_owner_url = text("DATABASE_OWNER_URL", _app_url)
DATABASE_URLS = {"app": _app_url, "public": _public_url, "owner": _owner_url}
DATABASES = {"default": database(_public_url if FACE == "public" else _app_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- who may call, and how ---------------------------------------------------------------------------------------

DEBUG = yes_or_no("DEBUG", "no")
DEMO = yes_or_no("DEMO", "no")  # demo sign-in links also need the database's own demo mark and a loopback address
HTTPS = yes_or_no("HTTPS", "no" if DEMO else "yes")
BIND = text("BIND", "127.0.0.1")
PORT = number("PORT", 8000)
STAFF_PORT = number("STAFF_PORT", 8001)
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0)  # how many proxies of ours stand in front and append X-Forwarded-For
ALLOWED_HOSTS = words("PUBLIC_HOSTS" if FACE == "public" else "STAFF_HOSTS", "localhost 127.0.0.1 [::1]")
# The public face signs nothing that must outlive it; the staff face does, and must be told its secret.
SECRET_KEY = secrets.token_urlsafe(48) if FACE == "public" else text("SECRET_KEY", demo_secret() if DEMO else None)
LEAVE_TO = text("LEAVE_TO", "")  # where the leave page goes on to; empty: it stays on a blank page

ALERT_EMAIL_FROM = text("ALERT_EMAIL_FROM", "tumpeang@localhost")
ALERT_WEBHOOK = text("ALERT_WEBHOOK", "")  # an address that turns a contentless ping into an SMS
EMAIL_BACKEND = text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if not DEMO else "django.core.mail.backends.dummy.EmailBackend",
)
EMAIL_HOST = text("EMAIL_HOST", "localhost")
EMAIL_PORT = number("EMAIL_PORT", 25)
EMAIL_HOST_USER = text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = yes_or_no("EMAIL_USE_TLS", "no")

# ---- rooms -------------------------------------------------------------------------------------------------------

PUBLIC_APPS = [
    "django.contrib.staticfiles",
    "tumpeang.config",
    "tumpeang.vault",
    "tumpeang.directory",
    "tumpeang.letterbox",
]
STAFF_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.humanize",  # allauth's templates of passkeys use it
    "tumpeang.access",
    "tumpeang.people",
    "tumpeang.intake",
    "tumpeang.cases",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
INSTALLED_APPS = PUBLIC_APPS if FACE == "public" else PUBLIC_APPS + STAFF_APPS

PUBLIC_MIDDLEWARE = [
    "tumpeang.config.middleware.ForgetAddress",
    "django.middleware.security.SecurityMiddleware",
    "tumpeang.config.middleware.PrivateHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "tumpeang.config.middleware.SameOrigin",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
STAFF_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tumpeang.config.middleware.PrivateHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tumpeang.access.middleware.WorkerLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tumpeang.access.middleware.Activity",
    "tumpeang.access.middleware.ClosedByDefault",
    "tumpeang.access.middleware.Refusals",
]
MIDDLEWARE = PUBLIC_MIDDLEWARE if FACE == "public" else STAFF_MIDDLEWARE
ROOT_URLCONF = f"tumpeang.config.urls_{FACE}"
WSGI_APPLICATION = "tumpeang.config.wsgi.application"
APPEND_SLASH = True

_context = ["django.template.context_processors.request", "tumpeang.config.context.page"]
if FACE == "staff":
    _context += [
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "tumpeang.config.workspace.around",
    ]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": _context,
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tumpeang.config.templatetags.digits",
            ],
        },
    }
]

# ---- words -------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "km"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Phnom_Penh"
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = "tumpeang.config.formats"

# ---- static files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(text("STATIC_ROOT", str(BASE.parent / "build" / "static")))
STATICFILES_DIRS = [BASE.parent / "build" / "source"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nobody uploads anything
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ---- headers -----------------------------------------------------------------------------------------------------

_directives = {
    "default-src": [NONE],
    "style-src": [SELF],
    "script-src": [SELF],
    "font-src": [SELF],
    "img-src": [SELF, "data:"],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
if FACE == "staff":
    _directives["connect-src"] = [SELF]
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _directives}
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer a browser sends `Origin: null` and every form is refused
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = False  # the proxy in front does it; /healthz must answer plain
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # text only
DATA_UPLOAD_MAX_NUMBER_FILES = 1 if FACE == "staff" else 0  # a list of people; the public uploads nothing
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]  # never on disk, not for a moment
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_200_000  # what is larger is not taken at all

# ---- accounts (staff face) ---------------------------------------------------------------------------------------

if FACE == "staff":
    AUTH_USER_MODEL = "access.User"
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "tumpeang.access.accounts.LongEnough", "OPTIONS": {"min_length": 12}},
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    ]
    LOGIN_URL = "account_login"
    LOGIN_REDIRECT_URL = "intake:inbox"
    SESSION_ENGINE = "tumpeang.access.sessions"
    SESSION_IDLE = timedelta(minutes=number("SESSION_IDLE_MINUTES", 30))
    SESSION_LONGEST = timedelta(hours=12)
    SESSION_COOKIE_AGE = 12 * 3600
    SESSION_COOKIE_NAME = "s"
    SESSION_COOKIE_SECURE = HTTPS
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    CSRF_COOKIE_SECURE = HTTPS
    CSRF_COOKIE_NAME = "c"
    CSRF_FAILURE_VIEW = "tumpeang.config.views.csrf_failure"
    CSRF_TRUSTED_ORIGINS = words("STAFF_ORIGINS", "")
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

    ACCOUNT_ADAPTER = "tumpeang.access.accounts.AccountAdapter"
    ACCOUNT_LOGIN_METHODS = {"username"}
    ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
    ACCOUNT_USER_MODEL_EMAIL_FIELD = None
    ACCOUNT_EMAIL_VERIFICATION = "none"
    ACCOUNT_PREVENT_ENUMERATION = True
    ACCOUNT_RATE_LIMITS = {"begin": "10/m/ip,5/300s/key"}  # beside the library's own: tries with a first code
    ACCOUNT_SESSION_REMEMBER = False
    ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    ACCOUNT_LOGOUT_ON_GET = False
    MFA_ADAPTER = "tumpeang.access.accounts.SecondFactorAdapter"
    MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
    MFA_PASSKEY_LOGIN_ENABLED = True
    MFA_TOTP_ISSUER = "Tumpeang"
    MFA_TOTP_TOLERANCE = 1  # a code typed while it changed, or on a phone whose clock is half a minute off, is right
    MFA_ALLOW_UNVERIFIED_EMAIL = True
    MFA_RECOVERY_CODES_SHOW_ONCE = True
    MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

    # Limits must be shared by all processes; in a process's own memory they would multiply.
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "access_cache"},
    }
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# ---- what is written down about running --------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_content": {"()": "tumpeang.config.logs.NoContent"}},
    "formatters": {"short": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "tumpeang.config.logs.Console", "filters": ["no_content"], "formatter": "short"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own handlers would print requests and mail tracebacks; ours print the class of an error only.
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django_tasks": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django_tasks_db": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "fontTools": {"level": "WARNING"},
    },
}
