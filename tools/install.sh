#!/usr/bin/env bash
# Installs a list of pinned requirements: tools/install.sh LIST [options of pip install]
# uv is quick but reads neither pip's configuration nor the machine's certificates: it is told pip's
# registry, and where it gets nothing pip itself does the same work.
set -euo pipefail
venv=${VENV:-.venv}
if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "✗ 需要 Python 3.11 以上：make run PYTHON=python3.11 · Python 3.11 or newer is needed: make run PYTHON=python3.11" >&2
    rm -rf "$venv"
    exit 1
fi
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    index=${PIP_INDEX_URL:-$("$venv/bin/python" -m pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX=$index
fi
quick() { VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet "$@" 2>/dev/null; }
if ! quick --require-hashes --requirement "$@" && ! quick --system-certs --require-hashes --requirement "$@"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$@"
fi
