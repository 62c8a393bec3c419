#!/bin/sh
# Run by the image of PostgreSQL when its data folder is new.
set -eu
psql --no-psqlrc --quiet --username="$POSTGRES_USER" --dbname=postgres --set=password="$DATABASE_PASSWORD" \
    --file=/etc/waymark/roles.sql
