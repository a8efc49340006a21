#!/usr/bin/env bash
# What reports on paper need of the machine: type-setting libraries and a Chinese font.
set -euo pipefail
packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)
command -v dpkg-query >/dev/null || exit 0
missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
        || missing+=("$package")
done
[ "${#missing[@]}" = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PDF reports need: ${missing[*]}. Install them as root; pages and Word work without." >&2
    exit 0
fi
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"; } >/dev/null \
    || echo "PDF reports need: ${missing[*]}, which could not be installed." >&2
