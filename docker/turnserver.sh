#!/bin/sh
# Starts coturn with turnserver.conf, which lies beside this file, and with what belongs to the place:
#   TURN_SECRET    shared with the server, which hands out names that expire
#   MEDIA_ADDRESS  the address of the media workers; there is no other peer
# The secret goes in by a file that only coturn can read: everybody sees the arguments of a process.
set -eu
umask 077
configuration=$(mktemp)
{
  cat "$(dirname "$0")/turnserver.conf"
  printf 'static-auth-secret=%s\nallowed-peer-ip=%s\n' "$TURN_SECRET" "$MEDIA_ADDRESS"
} > "$configuration"
unset TURN_SECRET
exec turnserver -c "$configuration" "$@"
