#!/bin/sh
# What a town's container begins with, as root: runs its program as user 1000 with the capabilities a host needs and no others, and with
# nothing left that could be got by running a program. docs/decisions/0023.
set -eu
host=+chown,+kill,+setgid,+setuid
exec setpriv --reuid=1000 --regid=1000 --clear-groups "--inh-caps=-all,$host,+setpcap" "--ambient-caps=-all,$host,+setpcap" -- \
  setpriv --bounding-set=-all --inh-caps=-setpcap --ambient-caps=-setpcap --no-new-privs -- \
  /usr/local/lib/gastown/gastown-host /app/deploy/docker/src/agent/entry.ts "$@"
