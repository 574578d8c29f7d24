#!/bin/sh
# sh verify.sh KEYFILE: check this package with openssl and sha256sum alone.
# KEYFILE has the log's key in its first line, NAME+ID+BASE64, and must come from outside;
# take this script from outside too. It proves: no file differs from the manifests, the seal in
# the log names those manifests, and the log's key signed a tree that holds the seal. The full
# verifier checks more (every entry and proof, chains, recordings): see VERIFY.md.
set -eu
fail() { echo "FAILED: $1" >&2; exit 1; }
[ -s "${1:-}" ] || { echo "usage: sh verify.sh KEYFILE" >&2; exit 2; }
key=$(cd "$(dirname "$1")" && pwd)/$(basename "$1"); cd "$(dirname "$0")"
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
sha() { openssl dgst -sha256 -binary | openssl base64 -A; }
hex() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }
node() { { printf '\001'; printf %s "$1" | openssl base64 -d -A; printf %s "$2" | openssl base64 -d -A; } | sha; }
for list in manifest-sha256.txt tagmanifest-sha256.txt proof/static-sha256.txt; do
  sha256sum -c "$list" > /dev/null || fail "$list"
done
for pair in manifest_sha256:manifest-sha256.txt static_sha256:proof/static-sha256.txt; do
  grep -q "\"${pair%%:*}\":\"$(hex "${pair#*:}")\"" proof/seal.leaf || fail "seal names another ${pair#*:}"
done
sed '1,/^$/d' proof/seal.tlog-proof > "$tmp/note"; sed '/^$/,$d' "$tmp/note" > "$tmp/body"
name=$(grep -v '^#' "$key" | head -n 1 | cut -d+ -f1)
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; grep -v '^#' "$key" | head -n 1 | cut -d+ -f3- | openssl base64 -d -A | tail -c 32; } > "$tmp/key"
grep -F -- "— $name " "$tmp/note" | head -n 1 | sed 's/.* //' | openssl base64 -d -A | tail -c 64 > "$tmp/signature"
openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$tmp/key" -in "$tmp/body" -sigfile "$tmp/signature" >/dev/null || fail "signature"
[ "$(sed -n 1p "$tmp/body")" = "$name" ] || fail "origin"
at=$(sed -n 's/^index //p' proof/seal.tlog-proof); last=$(($(sed -n 2p "$tmp/body") - 1))
hash=$({ printf '\000'; cat proof/seal.leaf; } | sha)
for other in $(sed '1,2d;/^$/,$d' proof/seal.tlog-proof); do
  if [ $((at % 2)) -eq 1 ] || [ "$at" -eq "$last" ]; then
    hash=$(node "$other" "$hash")
    while [ $((at % 2)) -eq 0 ] && [ "$at" -gt 0 ]; do at=$((at / 2)); last=$((last / 2)); done
  else hash=$(node "$hash" "$other"); fi
  at=$((at / 2)); last=$((last / 2))
done
[ "$last" -eq 0 ] && [ "$hash" = "$(sed -n 3p "$tmp/body")" ] || fail "inclusion of the seal"
echo "OK: files, seal, inclusion and signature of $name agree"
