#!/usr/bin/env bash
# Debian packages a part of the product needs: tools/system_packages.sh WHAT PACKAGE...
# Where they cannot be installed, WHAT says what the machine goes without.
set -euo pipefail
what=$1
shift
command -v dpkg-query >/dev/null || exit 0
missing=()
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
        || missing+=("$package")
done
[ "${#missing[@]}" = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$what: ${missing[*]}. Install them as root." >&2
    exit 0
fi
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"; } >/dev/null \
    || echo "$what: ${missing[*]}, which could not be installed." >&2
