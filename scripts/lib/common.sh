# shellcheck shell=bash
# Shared by the scripts of this folder: sourced, never run.

export EMDIA_ROOT
EMDIA_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

say() { printf '\n==> %s\n' "$*"; }

# die CAUSE CURE: every failure of a script says both.
die() {
    printf '\nfailed: %s\n  cure: %s\n' "$1" "$2" >&2
    exit 1
}

# as_root CMD...: as it is for root, through sudo for everyone else.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "'$1' needs root, and sudo is not installed" "run the script as root, or: su -c 'apt-get install sudo'"
    fi
}

# packages_in FILE: the names only, without the reasons.
packages_in() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1" | awk '{print $1}'; }

package_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages NAME...: installs those that are missing.
need_packages() {
    local missing=() name
    for name in "$@"; do
        package_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null ||
        die "this is not Debian and these are missing: ${missing[*]}" "install their equivalents, then run again with --no-install"
    say "installing ${#missing[@]} packages from Debian: ${missing[*]}"
    as_root apt-get update -q ||
        die "apt-get update failed" "check the network and /etc/apt/sources.list"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install: ${missing[*]}" "read its message above; emdia is built on Debian 12 (bookworm)"
}

# build_jobs: $EMDIA_JOBS, or as many as there are cores, fewer when memory is short (a sanitized file takes about 1 GB).
build_jobs() {
    [ -n "${EMDIA_JOBS:-}" ] && echo "$EMDIA_JOBS" && return
    local cores memory_gb
    cores="$(nproc)"
    memory_gb="$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)"
    [ "$memory_gb" -lt 1 ] && memory_gb=1
    [ "$memory_gb" -lt "$cores" ] && cores="$memory_gb"
    echo "$cores"
}
