#!/bin/sh
# Finds a Python 3.13 that really runs and hands over to install.py, which makes the environment.
# POSIX sh and no more: it runs on machines that have nothing yet. Everything goes below the checkout.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
tried=''

say() { printf '%s\n' "$*" >&2; }

# A shim or a half-installed Python is found on many machines: only one that runs and can make environments counts.
runs() {
  "$1" -I -c 'import ctypes, ensurepip, ssl, sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

consider() {
  command -v "$1" >/dev/null 2>&1 || return 1
  if runs "$1"; then
    python=$1
    return 0
  fi
  tried="$tried
  - $1: $("$1" -I -c 'import sys; print("Python %d.%d, or without ssl, venv or ensurepip" % sys.version_info[:2])' \
    2>/dev/null || echo 'does not run')"
  return 1
}

installed() {
  if [ -n "${PLANSMITH_PYTHON:-}" ]; then
    consider "$PLANSMITH_PYTHON" && return 0
    say "PLANSMITH_PYTHON is set to $PLANSMITH_PYTHON, which is no usable Python 3.13.$tried"
    exit 1
  fi
  consider "$root/.venv/bin/python" && return 0
  for name in python3.13 python3 python; do
    consider "$name" && return 0
  done
  for name in "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}"/versions/3.13*/bin/python; do
    consider "$name" && return 0
  done
  return 1
}

# uv from the PATH, or a private one, installed by whatever Python 3 there is.
uv_command() {
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    uv=uv
    return 0
  fi
  uv="$root/.local/uv/bin/uv"
  if "$uv" --version >/dev/null 2>&1; then return 0; fi
  pinned=$(mktemp)
  sed -n '/^uv==/,/[^\\]$/p' "$root/requirements-dev.txt" >"$pinned"
  for name in python3 python; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' \
      >/dev/null 2>&1 && "$name" -m venv --clear "$root/.local/uv" >&2 \
      && "$root/.local/uv/bin/python" -m pip install --quiet --require-hashes -r "$pinned" >&2; then
      rm -f "$pinned"
      return 0
    fi
  done
  rm -f "$pinned"
  return 1
}

from_uv() {
  say 'No Python 3.13 that runs was found; asking uv for one.'
  uv_command || { tried="$tried
  - uv: neither on the PATH nor installable by pip"; return 1; }
  UV_PYTHON_INSTALL_DIR=${UV_PYTHON_INSTALL_DIR:-$root/.local/python}
  export UV_PYTHON_INSTALL_DIR
  found=$("$uv" --no-config python find 3.13 2>/dev/null) && consider "$found" && return 0
  "$uv" --no-config python install --no-bin 3.13 >&2 || { tried="$tried
  - uv python install 3.13: failed (see above)"; return 1; }
  found=$("$uv" --no-config python find 3.13 2>/dev/null) && consider "$found"
}

if ! installed && ! from_uv; then
  say "Plansmith needs Python 3.13 and found none that runs. Tried:$tried

Install one, then run the same command again:
  any system       uv python install 3.13    or    pyenv install 3.13
  Debian, Ubuntu   apt-get install python3.13 python3.13-venv
  macOS            brew install python@3.13
or name one yourself: PLANSMITH_PYTHON=/path/to/python3.13"
  exit 1
fi
exec "$python" -I -S "$root/local/setup/install.py" "$root"
