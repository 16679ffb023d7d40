#!/bin/sh
# health.sh [now] postgres | tcp PORT | http URL
#
# `now` asks once, for a caller who wants to know at this moment.
#
# The engine knows one interval for "is it up yet?" and "is it still up?". So the
# interval is short, and a check that has succeeded before lingers after success and
# goes on looking by itself: a start is noticed at once, and idling costs next to
# nothing, for to begin a check takes three times as long as the check does.
# Who knows better meanwhile (supervisor.py) ends the linger: its process id lies
# beside the marker.
pause=8
# Seconds in all; the engine gives up later (TIMEOUT_MS).
linger=120

fail() {
    [ -z "$marker" ] || rm -f "$marker"
    echo "$*"
    exit 1
}

# Start time of PID 1: /tmp outlives a restart of the container, this does not.
boot() {
    read -r stat 2>/dev/null < /proc/1/stat || return 1
    set -- ${stat##*) }
    shift 19
    echo "$1"
}

marker_place() {
    for folder in /dev/shm /tmp; do
        [ -w "$folder" ] && echo "$folder/biostar-tui-health-$(id -u)" && return
    done
}

has() { command -v "$1" >/dev/null 2>&1; }

bounded() {
    if has timeout; then timeout 3 "$@"; else "$@"; fi
}

python_connect='import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 3).close()'

python_get='import sys
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
urlopen(sys.argv[1], timeout=3).read(1)'

# Success is any answer of 200 to 399, as curl -f has it.
bash_get='rest=${0#http://}; place=${rest%%/*}
exec 3<>"/dev/tcp/${place%:*}/${place##*:}"
printf "GET /%s HTTP/1.0\r\nHost: %s\r\n\r\n" "${rest#*/}" "$place" >&3
read -r _ code _ <&3
[ "$code" -ge 200 ] && [ "$code" -lt 400 ]'

# Connects and closes, nothing more: a request would be a line in the server's log.
check_tcp() {
    if has bash; then bounded bash -c "exec 3<>/dev/tcp/127.0.0.1/$1" 2>/dev/null
    elif has nc; then bounded nc -z 127.0.0.1 "$1" 2>/dev/null
    elif has python3; then python3 -ISc "$python_connect" "$1" 2>/dev/null
    elif has python; then python -ESc "$python_connect" "$1" 2>/dev/null
    else fail "nothing in this image can check a port: none of bash, nc, python3, python is there"
    fi || fail "port $1 does not answer"
}

check_http() {
    case "$1" in http://:*) url="http://127.0.0.1:${1#http://:}" ;; *) url=$1 ;; esac
    if has curl; then curl -fsS -m 3 -o /dev/null "$url" 2>/dev/null
    elif has wget; then wget -q -T 3 -O /dev/null "$url" 2>/dev/null
    elif has python3; then python3 -ISc "$python_get" "$url" 2>/dev/null
    elif has python; then python -ESc "$python_get" "$url" 2>/dev/null
    elif has bash; then bounded bash -c "$bash_get" "$url" 2>/dev/null
    else fail "nothing in this image can fetch $url: none of curl, wget, python3, python, bash is there"
    fi || fail "$url does not answer with success"
}

check_postgres() {
    pg_isready -q -h 127.0.0.1 -p "${PGPORT:-5432}" -t 3 || fail "PostgreSQL does not accept connections over TCP"
}

marker=$(marker_place)
if [ "${1:-}" = now ]; then
    marker=
    shift
fi
now=$(boot) || now=unknown

check() {
    # While the supervisor's server does not start, a page on its port says why.
    [ ! -e /tmp/biostar-tui-server-failed ] ||
        fail "the server does not start: its log, and the page on its port, say why"
    case "${1:-}" in
        postgres) check_postgres ;;
        # The supervisor ends the linger when its server dies.
        tcp) check_tcp "$2"; pause=15 ;;
        http) check_http "$2" ;;
        *) fail "health.sh: expected postgres, tcp PORT or http URL, got: $*" ;;
    esac
}

check "$@"
[ -n "$marker" ] || exit 0
if [ "$(cat "$marker" 2>/dev/null)" != "$now" ]; then
    echo "$now" > "$marker"
    exit 0
fi
echo "$$" > "$marker.lingers"
while [ "$linger" -gt 0 ]; do
    # The engine waits for all who have its pipe, and this one may outlive us.
    sleep "$pause" >/dev/null 2>&1
    check "$@"
    linger=$((linger - pause))
done
