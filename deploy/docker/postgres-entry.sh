#!/bin/bash
# Makes the database the first time, then is Postgres. POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB as the official image has them.
set -euo pipefail
data=/var/lib/postgresql/18
user="${POSTGRES_USER:-postgres}"
name="${POSTGRES_DB:-$user}"

if [ ! -s "$data/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?say which password}"
  half="$data.half"
  rm -rf "$half" # an earlier start that was broken off
  initdb --pgdata="$half" --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --encoding=UTF8 --locale=C.UTF-8 \
    --auth-host=scram-sha-256 --auth-local=trust
  echo 'host all all all scram-sha-256' >>"$half/pg_hba.conf"
  if [ "$name" != postgres ]; then printf 'create database "%s"\n' "$name" | postgres --single -j -D "$half" postgres >/dev/null; fi
  mv "$half" "$data"
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp
