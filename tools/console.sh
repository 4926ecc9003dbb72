# SPDX-License-Identifier: Apache-2.0
# The output of ./belfry: one line a step, the tail of the log when a step fails. POSIX sh.

belfry_logs=.belfry/logs

say() { printf '==> %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }

# die STATUS LINE...: the last words; each argument is a line.
die() {
    status=$1
    shift
    printf 'belfry: ' >&2
    for line; do printf '%s\n' "$line" >&2; done
    exit "$status"
}

# step NAME TITLE COMMAND...: runs the command with its output in .belfry/logs/NAME.log. On a terminal the
# seconds are counted; elsewhere a line each 30 seconds says that it still works.
step() {
    name=$1
    title=$2
    shift 2
    mkdir -p "$belfry_logs"
    log=$belfry_logs/$name.log
    say "$title"
    started=$(date +%s)
    "$@" >"$log" 2>&1 </dev/null &
    child=$!
    trap 'kill "$child" 2>/dev/null; exit 130' INT TERM
    spoke=$started
    while kill -0 "$child" 2>/dev/null; do
        sleep 0.2 2>/dev/null || sleep 1
        now=$(date +%s)
        if [ -t 2 ]; then
            if [ $((now - started)) -ge 2 ]; then
                last=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r\033' | cut -c1-60)
                printf '\r\033[K    %s s  %s' "$((now - started))" "$last" >&2
            fi
        elif [ $((now - spoke)) -ge 30 ]; then
            note "still at it ($((now - started)) s)"
            spoke=$now
        fi
    done
    status=0
    wait "$child" || status=$?
    trap - INT TERM
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
    if [ "$status" -ne 0 ]; then
        tail -n 25 "$log" | sed 's/^/    | /' >&2
        printf 'belfry: "%s" failed with status %s; the whole log is %s\n' "$title" "$status" "$log" >&2
        return "$status"
    fi
    now=$(date +%s)
    if [ $((now - started)) -ge 5 ]; then note "done in $((now - started)) s"; fi
}
