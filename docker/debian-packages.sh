#!/bin/sh
# Installs the Debian packages that tests and demo drive, if a program is missing. Nothing else.
set -eu
missing=""
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/lib/postgresql/15/bin/$1" ] || missing="$missing $2"; }
need node nodejs
need npm npm
need chromium chromium
need redis-server redis-server
need initdb postgresql
need ffmpeg ffmpeg
need espeak-ng espeak-ng
need openssl openssl
need turnserver coturn
need pdftoppm poppler-utils
need zbarimg zbar-tools
need nsenter util-linux
for peer in "$@"; do need "$peer" "$peer"; done # what a benchmark compares us with
fc-list 2>/dev/null | grep -qi 'Noto Sans CJK' || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] && exit 0
echo "installing Debian packages:$missing" >&2
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
$sudo env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing" >&2
