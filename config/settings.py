"""Settings, read from the environment; docs/operations.md lists every name.

Without DATABASE_URL the program uses the PostgreSQL that it starts itself (config.embedded), and likewise for
REDIS_URL. Only on that embedded database may the demo and its known passwords exist.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import quote

from csp.constants import NONE, SELF
from kombu import Queue

from config import embedded, logs
from config.environment import Environment, broker_with_checked_certificate

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = embedded.var_folder()

# Where it runs -------------------------------------------------------------------------------------------------------
EMBEDDED_DATABASE = embedded.uses_embedded_database()
DEBUG = env.bool("DEBUG", default=False)
# True behind TLS: secure cookies, HSTS, redirects to https. Only the embedded database may be served without.
TLS = env.bool("TLS", default=not EMBEDDED_DATABASE)
# True where PostgreSQL, Redis and mail may be spoken to in clear across a network (config.checks refuses it otherwise).
ALLOW_PLAINTEXT_SERVERS = env.bool("ALLOW_PLAINTEXT_SERVERS", default=False)
if not EMBEDDED_DATABASE:
    env.require("SECRET_KEY", "VAULT_KEYS", "LEDGER_KEYS")
SECRET_KEY = embedded.secret_key() if EMBEDDED_DATABASE else env.str("SECRET_KEY")
# Data keys of persons are wrapped by the first; the others still unwrap what they wrapped (docs/vault.md).
VAULT_KEYS = env.vault_keys("VAULT_KEYS", embedded.vault_keys() if EMBEDDED_DATABASE else env.str("VAULT_KEYS"))
VAULT_URL = env.vault_url("VAULT_URL", default=f"sqlite:///{quote(str(VAR / 'vault' / 'keys.sqlite'))}")
# The first signs the ledger's checkpoints; the others are still known by what they signed (docs/ledger.md).
LEDGER_KEYS = env.vault_keys("LEDGER_KEYS", embedded.ledger_keys() if EMBEDDED_DATABASE else env.str("LEDGER_KEYS"))
# A folder that each checkpoint is written to, best on another machine; none where empty.
LEDGER_FOLDER = env.str("LEDGER_FOLDER", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where recipients reach it: the beginning of every link that leaves the house, in mail and print too.
PUBLIC_URL = env.public_url("PUBLIC_URL", default=env.own_url(hosts=ALLOWED_HOSTS, scheme="https" if TLS else "http"))

# A server that is away is noticed within seconds, not minutes.
CONNECT_TIMEOUT = 5
DATABASES = {
    "default": {
        **env.postgresql("DATABASE_URL", embedded.database_url()),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", CONNECT_TIMEOUT)
REDIS_URL = embedded.redis_url()
CACHES = {
    "default": {
        "BACKEND": "privacy.redis_cache.KeptClientCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": CONNECT_TIMEOUT, "socket_timeout": CONNECT_TIMEOUT},
    }
}

# What it is made of --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "analytics",
    "campaigns",
    "records",
    "privacy",
    "privacy.administration_app.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_structlog",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "privacy.caching.NotKeptMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "privacy.sent_once.LedByScriptMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "privacy.renewing.watching.RenewalMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "privacy.signin.SignedInMiddleware",
    "privacy.sessions.SessionLimitsMiddleware",
    "privacy.clocks.ReadersClockMiddleware",
    "privacy.languages.ReadersLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.pages.MethodPageMiddleware",
    "privacy.sent_once.SentOnceMiddleware",
    "privacy.accesslog.NotLoggedMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "config.widgets.Renderer"
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
                "config.pages.workspace",
                "privacy.bases.basis_menu",
                "privacy.renewing.watching.page",
                "privacy.notifications.bell.bell",
            ],
        },
    }
]

# Time and language ---------------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
# A day of the reports is the agency's day, whatever the reader's time zone.
AGENCY_TIME_ZONE = env.str("AGENCY_TIME_ZONE", default="America/New_York")
LANGUAGE_CODE = "en-us"
# What the pages can be read in; each app has its translations in APP/locale (config.catalogues compiles them).
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "campaigns" / "locale"]
# How numbers are written, by language and region (privacy.languages).
FORMAT_MODULE_PATH = ["config.formats"]
# Whose a telephone number without a country code is (ISO 3166-1).
PHONE_REGION = env.str("PHONE_REGION", default="US")
USE_I18N = True

# Files ---------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
# The largest file that may be sent to be imported, packed as it may be.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=2 << 30)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Recordings and other files of records, encrypted before they come here (records.media).
    "records": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "records",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Originals and pictures of materials: a folder, or an S3-compatible storage where MATERIALS_S3_URL names one.
    "materials": env.s3("MATERIALS_S3_URL")
    or {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# The largest file of a material.
MATERIAL_MAX_BYTES = env.int("MATERIAL_MAX_BYTES", default=200 << 20)
MEDIA_MAX_BYTES = env.int("MEDIA_MAX_BYTES", default=4 << 30)

# What the conference service tells by itself (docs/meetings.md). Without the secret its address answers 404.
MEETING_WEBHOOK_SECRET = env.str("MEETING_WEBHOOK_SECRET", default="")
MEETING_WEBHOOK_MAX_SKEW_SECONDS = env.int("MEETING_WEBHOOK_MAX_SKEW_SECONDS", default=5 * 60)
MEETING_WEBHOOK_MAX_BYTES = env.int("MEETING_WEBHOOK_MAX_BYTES", default=256 << 10)

# Payments through a provider's hosted page (docs/payments.md). Without a provider nothing costs anything.
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="sandbox" if EMBEDDED_DATABASE else "")
PAYMENT_URL = env.payment_url("PAYMENT_URL", default=embedded.payment_url() if EMBEDDED_DATABASE else "")
PAYMENT_KEY = env.str("PAYMENT_KEY", default=embedded.payment_key() if EMBEDDED_DATABASE else "")
PAYMENT_WEBHOOK_SECRET = env.str(
    "PAYMENT_WEBHOOK_SECRET", default=embedded.payment_webhook_secret() if EMBEDDED_DATABASE else ""
)
# So long a place is held for whoever registers and pays, and for whoever moves up from the waiting list.
PAYMENT_HOLD_MINUTES = env.int("PAYMENT_HOLD_MINUTES", default=60)
PAYMENT_WAITING_HOURS = env.int("PAYMENT_WAITING_HOURS", default=24)

# Viewers -------------------------------------------------------------------------------------------------------------
# Whose visits are colleagues', not customers'. An address is read in memory for the verdict and never kept.
INTERNAL_NETWORKS = env.networks("INTERNAL_NETWORKS")
# From these a client's address is taken from X-Forwarded-For, which anybody else may make up.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# Sign-in -------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "privacy.User"
AUTHENTICATION_BACKENDS = ["privacy.signin.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "privacy.signin.KnownPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "privacy.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Counted by account only: addresses are never stored, not even in the cache.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "privacy.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# Sessions: ended after half an hour without a request, and after twelve hours whatever happens (ASVS 7.3.1, 7.3.2).
SESSION_ENGINE = "privacy.session_store"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 60 * 60)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True

# Transport and content -----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Mail ----------------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://" if EMBEDDED_DATABASE else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="waymark@localhost")
# Where bounces, complaints and wishes for no more e-mail go (docs/mailing.md).
MAIL_RETURN_ADDRESS = env.str("MAIL_RETURN_ADDRESS", default=DEFAULT_FROM_EMAIL)
# What signs the reports of a mail service. Without it their address answers 404.
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", default="")
# Seconds that a mail server may be silent; after the content of a message it gets longer (campaigns.mailing.smtp).
EMAIL_TIMEOUT = 60

# API -----------------------------------------------------------------------------------------------------------------
# Requests a minute that a key, or somebody who is signed in, may make.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
# Events a minute that a key may send to the collector (/c).
COLLECTOR_EVENTS_PER_MINUTE = env.int("COLLECTOR_EVENTS_PER_MINUTE", default=6_000_000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "privacy.api.authentication.KeyAuthentication",
        "privacy.api.authentication.SignedIn",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["privacy.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "privacy.api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
# True lets webhooks go to private addresses, and by http: to programs on networks of your own.
WEBHOOK_PRIVATE = env.bool("WEBHOOK_PRIVATE", default=False)
SPECTACULAR_SETTINGS = {
    "TITLE": "Waymark",
    "VERSION": "1",
    "DESCRIPTION": "Customers, what was shared with them, and what came of it, under a published Privacy Act notice.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["privacy.api.schema.complete"],
}

# Background work (config.celery, config.schedule) --------------------------------------------------------------------
CELERY_BROKER_URL = broker_with_checked_certificate(embedded.broker_url())
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A task whose worker is killed runs again, three times at most: one that takes its worker down does not do so for ever.
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_ANNOTATIONS = {"*": {"default_retry_delay": 5}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The first is longer than the longest task: Redis hands a task out again after this time.
# A broker that is away costs whoever asks for a task a moment, not the 20 seconds that kombu's defaults try for.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_TIME_LIMIT = 1800
# Folds have a queue of their own, so that long exports and disposals keep no event from being counted; a worker that
# is told nothing takes from both.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("fold")]
CELERY_TASK_ROUTES = {"analytics.tasks.fold_pending": {"queue": "fold"}}
# Seconds that an event may wait to be counted before /readyz, the doctor and check_freshness call it late.
FRESH_WITHIN_SECONDS = env.int("FRESH_WITHIN_SECONDS", default=30)

# Logs: one JSON line an event on standard error, without persons -----------------------------------------------------
LOG_LEVEL = env.one_of("LOG_LEVEL", "DEBUG", "INFO", "WARNING", "ERROR", default="INFO")
LOGGING = logs.configuration(level=LOG_LEVEL, plain=DEBUG)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What is printed stays what it is: the one line of a beat or worker that refuses to start is not a log event.
CELERY_WORKER_REDIRECT_STDOUTS = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line a request and a task, at its end.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
