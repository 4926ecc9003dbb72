# SPDX-License-Identifier: Apache-2.0
# `./belfry test`. POSIX sh; needs tools/console.sh, tools/setup.sh, belfry's own functions, and the repository's root as
# current directory.

suites_report=.belfry/suites.txt

# Whether published cases lie beside the clone, or where BELFRY_SHARED says: then none are fetched.
have_shared() { [ -n "${BELFRY_SHARED:-}" ] || [ -d ../shared ]; }

fetch_into_report() {
    rm -f "$suites_report"
    # The report says what failed; only tests are skipped for that.
    in_venv tools/fetch_suites.py --report "$suites_report" || true
}

# fetch_suites WHEN: fetches the published cases that are not there yet, or, if WHEN is `once`, only the first time.
fetch_suites() {
    if have_shared; then return 0; fi
    if [ "$1" = once ] && [ -f "$suites_report" ]; then return 0; fi
    step suites "Fetching the cases that others publish" fetch_into_report || return 0
}

# Says which published cases are not there, why, and how to get them.
report_suites() {
    if have_shared; then return 0; fi
    if [ ! -f "$suites_report" ]; then
        note "the cases that others publish were not fetched; $belfry_logs/suites.log says why"
        return 0
    fi
    while IFS= read -r line; do note "$line"; done <"$suites_report"
}

run_tests() {
    quick=
    if [ "${1:-}" = --quick ]; then
        quick=yes
        shift
    fi
    set_up test
    # Ninja configures again if it has to. A day's turns do not matter to the quick tests.
    if [ -n "$quick" ]; then
        fetch_suites once
        if [ ! -f build/ci/build.ninja ]; then configure_tests || exit 1; fi
        step build-quick "Compiling the quick tests" cmake --build build/ci --parallel "$(processors)" \
            --target belfry_quick_tests || exit 1
        set -- -L '^quick$' "$@"
    else
        fetch_suites always
        configure_tests || exit 1
        step build-test "Compiling the tests (minutes)" cmake --build build/ci --parallel "$(processors)" || exit 1
    fi
    report_suites
    say "Running the tests"
    cd build/ci || exit 1
    exec ctest --output-on-failure --parallel "$(processors)" "$@"
}

configure_tests() {
    step configure-test "Configuring build/ci" configure ci -DBELFRY_TEST_ALL_TURNS="${BELFRY_TEST_ALL_TURNS:-OFF}"
}
