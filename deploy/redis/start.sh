#!/bin/sh
# Redis over TLS only. The password goes by a file of this container's memory: arguments are visible to every process.
set -eu
umask 077
printf 'requirepass %s\n' "$REDIS_PASSWORD" >/tmp/redis.conf
exec redis-server /tmp/redis.conf \
    --port 0 --tls-port 6379 --tls-auth-clients no \
    --tls-cert-file /certificates/server.pem --tls-key-file /certificates/server.key \
    --tls-ca-cert-file /authority/authority.pem \
    --dir /data --appendonly yes --appendfsync everysec --save "" --maxmemory-policy noeviction
