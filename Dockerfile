# One image for every service of compose.yaml; what a container does is its command.
FROM python:3.13-slim-trixie AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data STATIC_ROOT=/app/static-collected
# pg_dump and pg_restore of the server's own version, for backups; compose.yaml runs PostgreSQL 17.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --create-home helpdesk
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Collecting needs settings that start, not real ones: nothing of these values stays in the image.
RUN MODE=embedded SECRET_KEY=build DATABASE_URL=postgresql://build@localhost/build \
    python manage.py collectstatic --noinput
USER helpdesk
VOLUME /data
EXPOSE 8000 2525
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws", "helpdesk.wsgi:application"]
