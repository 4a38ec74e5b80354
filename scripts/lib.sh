# Shared by the scripts of this folder: sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Debian's own tools live here; a user's PATH often leaves it out.
PATH=$PATH:/usr/sbin:/sbin

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# need_packages NAME...: installs the Debian packages that are missing; says nothing when none is.
need_packages() {
    if ! command -v dpkg-query >/dev/null; then
        return 0 # not Debian: CMake names what it does not find
    fi
    local name missing=()
    for name in "$@"; do
        case $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) in
        *" installed") ;;
        *) missing+=("$name") ;;
        esac
    done
    [ ${#missing[@]} = 0 ] && return 0
    echo "installing ${missing[*]}" >&2
    as_root apt-get update -q >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
}

# quietly LOG COMMAND...: runs it with its output in LOG, and shows LOG only if it fails.
quietly() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 </dev/null || {
        local status=$?
        cat "$log" >&2
        echo "failed: $*" >&2
        return $status
    }
}

# build TREE PRESET [CMAKE_ARGUMENT...]: brings build/TREE up to date, configured as PRESET says.
build() {
    local tree=$root/build/$1 preset=$2
    shift 2
    if [ ! -f "$tree/build.ninja" ] || [ $# -gt 0 ]; then
        (cd "$root" && cmake --preset "$preset" -B "$tree" "$@") || return
    fi
    cmake --build "$tree"
}
