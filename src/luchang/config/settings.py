"""Settings of every process: web, worker, commands and tests.

What a site may change comes from the environment; `docs/reference/settings.md` lists it.
"""

import os
import sys
from pathlib import Path

import dj_database_url

from luchang.config.home import CHECKOUT, database_url, home
from luchang.config.roles import ROLES
from luchang.config.secret_key import secret_key

HOME = home()
TESTING = "pytest" in sys.modules
if not TESTING:
    # Machine code of the kernels is kept with the data: compiled once, by a job or at the start,
    # also where the program's own folder may not be written to.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(HOME / "compiled"))
DEBUG = False

SECRET_KEY = secret_key(HOME)
PERSONAL_DATA_KEY = os.environ.get("LUCHANG_PERSONAL_DATA_KEY", "")
SEAL_FILE = os.environ.get("LUCHANG_SEAL_FILE", "")
"""A second file, on another disk or mount, that the audit seals are appended to."""

SEAL_COMMAND = os.environ.get("LUCHANG_SEAL_COMMAND", "")
"""Gets each audit seal as a line on its input: a logger, another host, a printer."""

ALLOWED_HOSTS = os.environ.get("LUCHANG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("LUCHANG_ORIGINS", "").split(",") if origin
]
BEHIND_PROXY = os.environ.get("LUCHANG_BEHIND_PROXY") == "1"
"""True where nginx terminates TLS: cookies become secure, forwarded headers are believed."""

DEMO = os.environ.get("LUCHANG_DEMO") == "1"
SHORT_MESSAGES = os.environ.get(
    "LUCHANG_SHORT_MESSAGES", "luchang.gateways.sms.fake.FakeShortMessages"
)
"""Class that hands short messages over; the default sends nothing and says so."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "luchang.kernel.identity",
    "luchang.kernel.audit",
    "luchang.kernel.live",
    "luchang.kernel.jobs",
    "luchang.kernel.records",
    "luchang.kernel.records.attachments",
    "luchang.kernel.ui",
    "luchang.kernel.lists",
    "luchang.kernel.ledgers",
    "luchang.kernel.papers",
    "luchang.apps.places",
    "luchang.apps.force",
    "luchang.apps.subjects",
    "luchang.apps.facilities",
    "luchang.apps.passages",
    "luchang.apps.dispatch",
    "luchang.apps.risk",
    "luchang.apps.signals",
    "luchang.apps.kpi",
    "luchang.apps.figures",
    "luchang.apps.reports",
    "luchang.screens",
    "luchang.config",
]

MIDDLEWARE = [
    "luchang.kernel.identity.middleware.TidyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "luchang.kernel.identity.middleware.ActorMiddleware",
    "luchang.kernel.audit.middleware.RefusalMiddleware",
    "luchang.kernel.audit.middleware.HistoryMiddleware",
    "luchang.kernel.identity.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "luchang.config.urls"
ASGI_APPLICATION = "luchang.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # before those of allauth, which has pages of the same names
        "DIRS": [Path(__file__).resolve().parents[1] / "screens" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "luchang.kernel.ui.context.shell",
            ],
        },
    }
]

POOL = {"min_size": 1, "max_size": 12, "timeout": 5}
"""Held by the long-running processes, which the launcher tells so; commands connect once."""

DATABASES = {
    "default": {
        **dj_database_url.parse(database_url(HOME)),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": POOL} if os.environ.get("LUCHANG_POOL") == "1" else {},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
SHIPPED_ROLES = ROLES
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "luchang.kernel.identity.backends.PersonBackend",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "luchang.kernel.identity.passwords.NotRecentValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_DISPLAY = "luchang.kernel.identity.models.display_name"
ACCOUNT_RATE_LIMITS = False  # axes locks by account and by address
ACCOUNT_ADAPTER = "luchang.kernel.identity.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "luchang.kernel.identity.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "luchang.kernel.identity.forms.SecondFactorForm",
    "reauthenticate": "luchang.kernel.identity.forms.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_TOTP_ISSUER = "路畅 Luchang"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_HANDLER = "luchang.kernel.identity.lockout.Lockout"
AXES_CLIENT_IP_CALLABLE = "luchang.kernel.identity.requests.address_of"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["login", "username", "password", "oldpassword", "code"]
AXES_VERBOSE = False
ADDRESS_LIMIT = 20
"""Failures after which an address is locked; a control room may share one."""

IDLE_MINUTES = int(os.environ.get("LUCHANG_IDLE_MINUTES", "30"))
"""Minutes without a click after which a session ends; roles on watch count an open page."""

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_PROXY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_PROXY else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.[^/]+$|/built/assets/"
"""Names that carry the hash of their content are kept by browsers for good."""
MEDIA_ROOT = HOME / "files"

PASSAGE_STORE = HOME / "passages"
"""Folder of the store of passages."""

PASSAGE_PICTURES = HOME / "passage-pictures"
"""Folder of the pictures that came with passages, one folder a day."""

PASSAGE_DAYS = int(os.environ.get("LUCHANG_PASSAGE_DAYS", "180"))
"""Days passages are kept; older ones are neither taken nor shown."""

COUNT_DAYS = max(int(os.environ.get("LUCHANG_COUNT_DAYS", "800")), PASSAGE_DAYS)
"""Days counts of passages are kept: two whole years to compare, and time to report on them.

Never fewer than passages are: those would be counted again.
"""

PICTURE_DAYS = int(os.environ.get("LUCHANG_PICTURE_DAYS", "30"))
"""Days the pictures of passages are kept."""

CAMERA_SERVER_ID = os.environ.get("LUCHANG_CAMERA_SERVER_ID", "")
"""What we are called by GA/T 1400, 20 digits; told with the time."""

CAMERA_ROWS_A_SECOND = float(os.environ.get("LUCHANG_CAMERA_ROWS_A_SECOND", "200"))
"""Passages one device may send on average; it is asked to wait where it sends more."""

CAMERA_SILENT_MINUTES = int(os.environ.get("LUCHANG_CAMERA_SILENT_MINUTES", "10"))
"""Minutes without a sign of life after which a camera is reported as silent."""

CAMERA_REALM = "luchang"
"""Part of the digest of every camera's secret: changing it makes all of them invalid."""

ROAD_SOURCE = "luchang.gateways.osm.client.read_roads"
"""Who reads the file of a road network: the port `apps.places.ports.RoadSource`."""

SIGNAL_LINK = os.environ.get(
    "LUCHANG_SIGNAL_LINK", "luchang.gateways.ga1049.fake.SimulatedLink" if DEMO else ""
)
"""Class that speaks to signal controllers: the port `apps.signals.ports.ControllerLink`."""

SIGNAL_SIMULATOR = "luchang.gateways.sumo.proving.Sumo"
"""Class that proves plans: the port `apps.signals.ports.simulator.Simulator`."""

SIGNAL_SETTING = os.environ.get("LUCHANG_SIGNAL_SETTING") == "1"
"""True where approved plans may be sent to controllers; off, they are only ever read."""

SIGNAL_PLAN_DOCUMENT = "luchang.gateways.ga1049.document.plan_document"
"""Who writes a plan as a file for controllers: the port `apps.signals.ports.PlanDocument`."""

DIVISION_NAMES = CHECKOUT / "build" / "divisions"
"""Names of divisions for the demo city, built by `make names`."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"weasyprint": {"level": "ERROR"}},  # warns of every property of an SVG
    "root": {"handlers": ["stderr"], "level": os.environ.get("LUCHANG_LOG_LEVEL", "WARNING")},
}
