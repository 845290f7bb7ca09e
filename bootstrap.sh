#!/bin/sh
# From a fresh clone to a result: ./bootstrap.sh characterize | tests | ...
# Installs what is missing, makes .venv with nox in it, and runs that nox session
# with the arguments that follow. Run again, it installs nothing twice.
set -eu

cd "$(dirname "$0")"

fail() {
    echo "bootstrap: $*" >&2
    exit 1
}

if [ $# -eq 0 ]; then
    fail "give a nox session: ./bootstrap.sh characterize, or ./bootstrap.sh tests"
fi

# --- programs that no Python package brings ---------------------------------

has() { command -v "$1" >/dev/null 2>&1; }

python_works() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if has "$name" && python_works "$name"; then
            echo "$name"
            return
        fi
    done
}

missing() {
    for pair in iverilog:icarus c++:compiler make:make perl:perl; do
        has "${pair%%:*}" || printf '%s ' "${pair##*:}"
    done
    [ -n "$(find_python)" ] || printf 'python '
}

has_header() {
    "$1" -c 'import os, sys, sysconfig
sys.exit(not os.path.isfile(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

# Wanted, not needed: without Python's headers NumPy takes the place of the kernel in C.
headers() {
    python=$(find_python)
    if [ -z "$python" ] || ! has_header "$python"; then printf 'headers '; fi
}

package() { # what a part is called by a package manager
    case "$1:$2" in
        icarus:brew) echo icarus-verilog ;;
        icarus:*) echo iverilog ;;
        compiler:apt-get) echo g++ ;;
        compiler:dnf) echo gcc-c++ ;;
        compiler:brew) echo gcc ;;
        python:apt-get) echo "python3 python3-venv" ;;
        headers:apt-get) echo python3-dev ;;
        headers:dnf) echo python3-devel ;;
        headers:brew) echo python3 ;;
        python:*) echo python3 ;;
        *) echo "$1" ;;
    esac
}

describe() {
    for part in $1; do
        case "$part" in
            icarus) printf '  Icarus Verilog 11 or later (iverilog, vvp)\n' ;;
            compiler) printf '  a C++ compiler (c++)\n' ;;
            python) printf '  Python 3.11 or later with venv\n' ;;
            headers) printf "  Python's headers (Python.h)\n" ;;
            *) printf '  %s\n' "$part" ;;
        esac
    done
}

install() { # with a manager, packages
    case $manager in
        apt-get)
            $root apt-get update -qq
            $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
            ;;
        dnf) $root dnf install -y -q "$@" ;;
        brew) brew install --quiet "$@" ;;
    esac
}

parts=$(missing)$(headers)
if [ -n "$parts" ]; then
    manager=
    for name in apt-get dnf brew; do
        if [ -z "$manager" ] && has "$name"; then manager=$name; fi
    done
    root=
    if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ]; then
        if has sudo; then root=sudo; else manager=; fi
    fi
    if [ -z "$manager" ] && [ -n "$(missing)" ]; then
        fail "please install these, then run it again:
$(describe "$parts")"
    fi
    packages=
    for part in $parts; do packages="$packages $(package "$part" "$manager")"; done
    if [ -n "$manager" ]; then
        echo "bootstrap: installing with $manager:$packages"
        # The package names are words to split.
        # shellcheck disable=SC2086
        install $packages || [ -z "$(missing)" ] || fail "$manager failed"
    fi
    parts=$(missing)
    [ -z "$parts" ] || fail "still missing after the installation:
$(describe "$parts")"
    if [ -n "$(headers)" ]; then
        echo "bootstrap: without Python's headers (Python.h) counting is some 100 times slower"
    fi
fi

# --- nox ----------------------------------------------------------------------

nox_works() { .venv/bin/nox --version >/dev/null 2>&1; }

if ! nox_works; then
    # One that works may be the user's, with packages in it.
    if ! python_works .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        rm -rf .venv
        "$(find_python)" -m venv .venv
    fi
    echo "bootstrap: installing nox into .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check nox
fi

# `nox -s ...` shall work as it is, where a folder of the PATH is ours to write.
if ! has nox; then
    for folder in "$HOME/.local/bin" /usr/local/bin; do
        case ":$PATH:" in
            *":$folder:"*) ;;
            *) continue ;;
        esac
        if mkdir -p "$folder" 2>/dev/null && ln -sf "$PWD/.venv/bin/nox" "$folder/nox" 2>/dev/null; then
            echo "bootstrap: linked nox into $folder"
            break
        fi
    done
    has nox || echo "bootstrap: for nox in your shell: . .venv/bin/activate"
fi

session=$1
shift
if [ $# -gt 0 ]; then
    exec .venv/bin/nox -s "$session" -- "$@"
fi
exec .venv/bin/nox -s "$session"
