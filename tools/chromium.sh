#!/usr/bin/env bash
# The browser for the journeys: Debian's Chromium and a Chinese font, where we may install them.
set -euo pipefail
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Chromium is not installed and cannot be by this user: browser tests will be skipped." >&2
    exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 chromium fonts-noto-cjk >/dev/null
