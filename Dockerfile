# syntax=docker/dockerfile:1
# One image for web, worker, beat and the one-shot commands. Nothing secret goes into its making.

FROM python:3.11.14-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PATH=/opt/venv/bin:$PATH
WORKDIR /srv/waymark

# The packages of the lock, each of the hash that the lock says. No compiler: wheels only.
FROM base AS packages
COPY requirements/s3.lock requirements/
RUN python -m venv /opt/venv \
    && pip install --require-hashes --only-binary :all: --no-deps --requirement requirements/s3.lock

# The front end: USWDS by package-lock.json, Vega from the wheel that draws charts.
FROM packages AS assets
COPY package.json package-lock.json ./
COPY requirements/assets.lock requirements/
COPY config/__init__.py config/assets.py config/
RUN python -m config.assets

FROM base AS code
COPY manage.py LICENSE ./
COPY config config
COPY analytics analytics
COPY campaigns campaigns
COPY records records
COPY privacy privacy
COPY templates templates
COPY static static
COPY --from=assets /srv/waymark/static/vendor static/vendor

# The translations, compiled beside their sources.
FROM packages AS compiled
COPY --from=code /srv/waymark ./
RUN python -m config.catalogues

# Collected under hashed names. The addresses and the key are needed to read the settings and lead nowhere.
FROM compiled AS collected
RUN DATABASE_URL=postgresql://nobody@localhost/nothing REDIS_URL=redis://localhost SECRET_KEY=unused \
    VAULT_KEYS=dW51c2VkIHVudXNlZCB1bnVzZWQgdW51c2VkIHVudXM= \
    LEDGER_KEYS=bm90IHVzZWQgbm90IHVzZWQgbm90IHVzZWQgbm90IHU= \
    STATIC_ROOT=/srv/static WAYMARK_VAR=/tmp/var python manage.py collectstatic --noinput --verbosity 0

FROM base AS waymark
RUN groupadd --system --gid 10001 waymark \
    && useradd --system --uid 10001 --gid waymark --no-create-home --home-dir /var/lib/waymark waymark \
    && install -d -o waymark -g waymark -m 0750 /var/lib/waymark \
    && install -d -o waymark -g waymark -m 0700 /var/lib/waymark-vault
COPY --from=packages /opt/venv /opt/venv
COPY --from=compiled /srv/waymark ./
COPY --from=collected /srv/static /srv/static
# What is written goes to /var/lib/waymark, /var/lib/waymark-vault and /tmp: the rest may be read-only. The vault's
# store has a volume of its own, for it is backed up apart from everything else (docs/vault.md).
ENV WAYMARK_VAR=/var/lib/waymark \
    VAULT_URL=sqlite:////var/lib/waymark-vault/keys.sqlite \
    STATIC_ROOT=/srv/static \
    PORT=8000
USER waymark
VOLUME /var/lib/waymark /var/lib/waymark-vault
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["python", "-m", "config.probe", "/healthz"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
    "--blocking-threads", "16", "--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws", \
    "--log-level", "error", "config.wsgi:application"]
