# SPDX-License-Identifier: Apache-2.0
# Finds or installs what a subcommand of ./belfry needs. POSIX sh; needs tools/console.sh and the repository's
# root as current directory.
#
#   set_up LEVEL     generate: Python, Jinja2, jmespath   wire: and a compiler
#                    docs: generate, and Sphinx with what it needs
#                    demo: and CMake, libcurl, ...       test: and everything the tests can use
#                    coverage: and what counts the lines that tests run
#                    soak: demo, and what draws plots
#                    bench: test, and what builds and counts the programs of other SDKs
#
# Sets belfry_python and, but for `generate` and `docs`, belfry_cxx.

belfry_venv=.belfry/venv
belfry_python=$belfry_venv/bin/python

# --- what is there ------------------------------------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least HAVE WANT: compares dotted numbers.
version_at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n | head -n 1)" = "$2" ]
}

# The first C++ compiler that is new enough: g++ 11, clang++ 14. $CXX wins.
find_compiler() {
    for candidate in ${CXX:-} g++ clang++ g++-12 g++-13 g++-14 g++-15 clang++-19 clang++-18 clang++-17 clang++-16 \
        clang++-15 clang++-14 g++-11 c++; do
        have "$candidate" || continue
        version=$("$candidate" -dumpfullversion -dumpversion 2>/dev/null) || continue
        least=11
        if "$candidate" --version 2>/dev/null | grep -q clang; then least=14; fi
        if version_at_least "$version" $least; then
            belfry_cxx=$candidate
            return 0
        fi
    done
    return 1
}

# The first Python that is new enough and can make virtual environments.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            system_python=$candidate
            return 0
        fi
    done
    return 1
}

have_cmake() { have cmake && version_at_least "$(cmake --version | sed -n 's/^cmake version //p')" 3.20; }

# have_header NAME: whether the compiler finds it.
have_header() {
    find_compiler || return 1
    printf '#if !__has_include(<%s>)\n#error missing\n#endif\n' "$1" | "$belfry_cxx" -x c++ -fsyntax-only - >/dev/null 2>&1
}
have_certificates() {
    [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -s /etc/pki/tls/certs/ca-bundle.crt ] || [ -s /etc/ssl/cert.pem ]
}
have_mingw() { have x86_64-w64-mingw32-g++-posix && have x86_64-w64-mingw32-g++-win32; }
have_arm() { have aarch64-linux-gnu-g++ && have qemu-aarch64; }
have_bare_arm() { have arm-none-eabi-g++ && have qemu-system-arm; }
have_wine() { have wine64 || [ -x /usr/lib/wine/wine64 ]; }
have_qt() { [ -n "$(find /usr/include -path '*qt[56]/QtCore/QtCore' 2>/dev/null | head -n 1)" ]; }
have_libcxx() { have clang++-19 && echo '#include <string>' | clang++-19 -stdlib=libc++ -x c++ -fsyntax-only - >/dev/null 2>&1; }
have_profile_runtime() {
    [ -n "$(find /usr/lib/llvm-"$1" /usr/lib/clang -name 'libclang_rt.profile*.a' 2>/dev/null | head -n 1)" ]
}
have_chromium() { have chromium || have chromium-browser || have google-chrome; }
have_java() { have javac && have mvn; }
have_fuzzer() { [ -n "$(find /usr/lib/llvm-"$1" /usr/lib/clang -name 'libclang_rt.fuzzer-*.a' 2>/dev/null | head -n 1)" ]; }

# One need a line: level | must or may | what | check | apt | dnf | pacman | apk | brew
# "may" is for tests that are skipped, visibly, when it is not to be had.
needs() {
    cat <<'TABLE'
generate|must|Python 3.11 with venv|find_python|python3 python3-venv|python3|python|python3|python
generate|must|CA certificates|have_certificates|ca-certificates|ca-certificates|ca-certificates|ca-certificates|ca-certificates
wire|must|g++ (11 or newer) or clang++ (14 or newer)|find_compiler|g++|gcc-c++|gcc|g++|gcc
demo|must|CMake 3.20|have_cmake|cmake|cmake|cmake|cmake|cmake
demo|must|ninja|have ninja|ninja-build|ninja-build|ninja|samurai|ninja
demo|must|nlohmann/json|have_header nlohmann/json.hpp|nlohmann-json3-dev|json-devel|nlohmann-json|nlohmann-json|nlohmann-json
demo|must|libcurl|have_header curl/curl.h|libcurl4-openssl-dev|libcurl-devel|curl|curl-dev|curl
demo|must|OpenSSL|have_header openssl/evp.h|libssl-dev|openssl-devel|openssl|openssl-dev|openssl@3
demo|must|Boost.Beast|have_header boost/beast.hpp|libboost-dev|boost-devel|boost|boost-dev|boost
test|must|binutils|have nm|binutils|binutils|binutils|binutils|binutils
test|must|git|have git|git|git|git|git|git
test|may|zlib|have_header zlib.h|zlib1g-dev|zlib-devel|zlib|zlib-dev|zlib
test|may|xxHash|have_header xxhash.h|libxxhash-dev|xxhash-devel|xxhash|xxhash-dev|xxhash
test|may|Catch2|have_header catch2/catch_all.hpp|catch2|catch-devel|catch2|catch2-3|catch2
test|may|nghttp2|have_header nghttp2/nghttp2.h|libnghttp2-dev|libnghttp2-devel|libnghttp2|nghttp2-dev|libnghttp2
test|may|pugixml|have_header pugixml.hpp|libpugixml-dev|pugixml-devel|pugixml|pugixml-dev|pugixml
test|may|spdlog|have_header spdlog/spdlog.h|libspdlog-dev|spdlog-devel|spdlog|spdlog-dev|spdlog
test|may|simdjson|have_header simdjson.h|libsimdjson-dev|simdjson-devel|simdjson|simdjson-dev|simdjson
test|may|pkg-config|have pkg-config|pkg-config|pkgconf-pkg-config|pkgconf|pkgconf|pkgconf
test|may|gdb|have gdb|gdb|gdb|gdb|gdb|gdb
test|may|lldb 19|have lldb-19|lldb-19||||
test|may|valgrind|have valgrind|valgrind|valgrind|valgrind|valgrind|
test|may|g++ 11|have g++-11|g++-11||||
test|may|MinGW-w64|have_mingw|g++-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-win32||||
test|may|X11's headers|have_header X11/Xlib.h|libx11-dev libxext-dev||||
test|may|Qt's headers|have_qt|qtbase5-dev||||
test|may|g++ for i686|have i686-linux-gnu-g++|g++-i686-linux-gnu||||
test|may|g++ for ARMv8 and QEMU|have_arm|g++-aarch64-linux-gnu qemu-user||||
test|may|g++ for s390x|have s390x-linux-gnu-g++|g++-s390x-linux-gnu||||
test|may|g++ for riscv64|have riscv64-linux-gnu-g++|g++-riscv64-linux-gnu||||
test|may|g++ for armhf|have arm-linux-gnueabihf-g++|g++-arm-linux-gnueabihf||||
test|may|newlib for ARM and QEMU|have_bare_arm|gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm||||
test|may|Wine|have_wine|wine64||||
test|may|Node.js|have node|nodejs|nodejs|nodejs|nodejs|node
test|may|clang 14|have clang++-14|clang-14||||
test|may|clang 19|have clang++-19|clang-19||||
test|may|libc++ 19|have_libcxx|libc++-19-dev libc++abi-19-dev||||
test|may|libFuzzer and sanitizers 14|have_fuzzer 14|libclang-rt-14-dev||||
test|may|libFuzzer and sanitizers 19|have_fuzzer 19|libclang-rt-19-dev||||
test|may|clang-scan-deps 19|have clang-scan-deps-19|clang-tools-19||||
test|may|clang-format 19|have clang-format-19|clang-format-19||||
test|may|clang-tidy 19|have clang-tidy-19|clang-tidy-19||||
test|may|Chromium|have_chromium|chromium|chromium|chromium|chromium|
bench|may|RapidJSON|have_header rapidjson/document.h|rapidjson-dev|rapidjson-devel|rapidjson|rapidjson-dev|rapidjson
bench|may|tinyxml2|have_header tinyxml2.h|libtinyxml2-dev|tinyxml2-devel|tinyxml2|tinyxml2-dev|tinyxml2
bench|may|libcbor|have_header cbor.h|libcbor-dev|libcbor-devel|libcbor|libcbor-dev|libcbor
bench|may|Go|have go|golang-go|golang|go|go|go
bench|may|Rust|have cargo|cargo|cargo|rust|cargo|rust
bench|may|Java with Maven|have_java|default-jdk-headless maven|java-devel maven|jdk-openjdk maven|openjdk17 maven|openjdk maven
bench|may|Node.js with npm|have npm|nodejs npm|nodejs npm|nodejs npm|nodejs npm|node
coverage|must|clang++-19|have clang++-19|clang-19||||
coverage|must|clang 19's profile runtime|have_profile_runtime 19|libclang-rt-19-dev||||
coverage|must|llvm-cov-19|have llvm-cov-19|llvm-19||||
TABLE
}

# Whether the needs of a level belong to the level asked for.
belongs() {
    case "$2:$1" in
    *:generate | wire:wire | demo:wire | demo:demo | test:wire | test:demo | test:test) return 0 ;;
    coverage:wire | coverage:demo | coverage:test | coverage:coverage) return 0 ;;
    soak:wire | soak:demo) return 0 ;;
    bench:wire | bench:demo | bench:test | bench:bench) return 0 ;;
    esac
    return 1
}

# missing LEVEL COLUMN: must|may, what, packages of what is not there.
missing() {
    needs | while IFS='|' read -r level weight what check apt dnf pacman apk brew; do
        belongs "$level" "$1" || continue
        # Catch2 2 and 3 keep their headers in different places.
        if [ "$what" = Catch2 ] && have_header catch2/catch.hpp; then continue; fi
        if $check; then continue; fi
        case "$2" in
        apt) packages=$apt ;;
        dnf) packages=$dnf ;;
        pacman) packages=$pacman ;;
        apk) packages=$apk ;;
        brew) packages=$brew ;;
        *) packages= ;;
        esac
        printf '%s|%s|%s\n' "$weight" "$what" "$packages"
    done
}

# --- installing ---------------------------------------------------------------------------------------------

find_package_manager() {
    for candidate in apt-get dnf pacman apk brew; do
        if have "$candidate"; then
            package_manager=${candidate%-get}
            return
        fi
    done
    package_manager=none
}

install_command() {
    case "$package_manager" in
    apt) echo "apt-get install" ;;
    dnf) echo "dnf install" ;;
    pacman) echo "pacman -S --needed" ;;
    apk) echo "apk add" ;;
    brew) echo "brew install" ;;
    esac
}

apt_has_lists() { [ -n "$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)" ]; }

# Whether apt would install a package of that name.
apt_offers() {
    candidate=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p')
    [ -n "$candidate" ] && [ "$candidate" != "(none)" ]
}

# Older releases have a new enough compiler and Python under another name.
apt_names() {
    for package; do
        candidate=$(LC_ALL=C apt-cache policy "$package" 2>/dev/null | sed -n 's/^  Candidate: \([0-9]*:\)\{0,1\}//p')
        case "$package" in
        g++) version_at_least "${candidate:-0}" 11 || package=g++-11 ;;
        python3) version_at_least "${candidate%%-*}" 3.11 || package=python3.11 ;;
        python3-venv) version_at_least "${candidate%%-*}" 3.11 || package=python3.11-venv ;;
        esac
        printf '%s ' "$package"
    done
}

apt_install() { $privilege env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

# ask QUESTION: yes or no from the terminal.
ask() {
    printf '%s [y/N] ' "$1" >&2
    read -r answer || return 1
    case "$answer" in y | Y | yes | Yes | YES) return 0 ;; esac
    return 1
}

# Decides whether packages may be installed and sets `privilege`; else says what to type and ends.
need_privilege() {
    privilege=
    [ "$(id -u)" -eq 0 ] && return
    if ! have sudo || [ ! -t 0 ] || [ "${CI:-}" = true ]; then
        die 1 "missing: $1." "Please install, as root:" "    $(install_command) $2" "and run the same command again."
    fi
    say "Missing: $1"
    ask "    Run \"sudo $(install_command) $2\"?" || die 1 "nothing was installed. Needed: $2"
    privilege=sudo
    # The steps run without a terminal: the password is asked for here.
    sudo -v || die 1 "sudo did not let us in"
}

# install_packages LEVEL: what is missing for the level.
install_packages() {
    find_package_manager
    lacking=$(missing "$1" "$package_manager")
    [ -n "$lacking" ] || return 0
    musts=$(printf '%s\n' "$lacking" | sed -n 's/^must|\(.*\)|.*/\1/p' | paste -sd, - | sed 's/,/, /g')
    all=$(printf '%s\n' "$lacking" | sed 's/^[^|]*|\([^|]*\)|.*/\1/' | paste -sd, - | sed 's/,/, /g')
    wanted=$(printf '%s\n' "$lacking" | sed 's/.*|//' | paste -sd' ' -)
    wanted_musts=$(printf '%s\n' "$lacking" | sed -n 's/^must|.*|//p' | paste -sd' ' -)

    if [ "$package_manager" != apt ]; then
        [ -n "$musts" ] || return 0
        if [ "$package_manager" = none ]; then
            die 1 "missing: $musts." "Please install these with your system's package manager and run this again."
        fi
        case "$wanted_musts" in
        *[!\ ]*) ;;
        *) die 1 "missing: $musts." "Belfry installs that on Debian and Ubuntu only; install it and run this again." ;;
        esac
        die 1 "missing: $musts." "Please run (names may differ with the release):" \
            "    $(install_command) $wanted_musts" "and then the same command again."
    fi

    # Optional packages do not justify asking for a password, or stopping.
    if [ -z "$musts" ] && [ "$(id -u)" -ne 0 ] && { [ ! -t 0 ] || [ "${CI:-}" = true ] || ! have sudo; }; then
        say "Not installed: $all; what uses them will be skipped"
        note "to install them, as root: $(install_command) $wanted"
        return 0
    fi
    need_privilege "$all" "$wanted"
    if ! apt_has_lists; then
        step apt-update "Fetching the package lists" $privilege apt-get update || return
    fi
    packages=
    # Optional ones that this release does not have are left out.
    for package in $wanted; do
        case " $wanted_musts " in
        *" $package "*) packages="$packages $(apt_names "$package")" ;;
        *) if apt_offers "$package"; then packages="$packages $package"; fi ;;
        esac
    done
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    set -- $packages
    if ! step apt-install "Installing $# packages: $*" apt_install "$@"; then
        # Lists that are too old name packages that are gone.
        step apt-update "Fetching the package lists again" $privilege apt-get update || return
        step apt-install "Installing $# packages, second try" apt_install "$@" || return
    fi
}

# The virtual environment and what LEVEL's requirements file names.
set_up_python() {
    case "$1" in
    generate | wire | demo) requirements=tools/requirements.txt ;;
    *) requirements=tools/requirements-$1.txt ;;
    esac
    find_python || die 1 "no Python 3.11 or newer with the venv module was found"
    if ! "$belfry_python" -c '' >/dev/null 2>&1; then
        rm -rf "$belfry_venv"
        mkdir -p .belfry
        step venv "Making a virtual environment in $belfry_venv" "$system_python" -m venv "$belfry_venv" || return
    fi
    step "pip-$1" "Installing the Python packages of $requirements" "$belfry_python" -m pip install \
        --disable-pip-version-check --no-input -r "$requirements"
}

versitygw_version=1.8.0
jmespath_suite_version=0.4.0

# The servers that the tests call; without one of them its tests are skipped.
set_up_servers() {
    servers=.belfry/servers
    "$servers/venv/bin/python" -c '' >/dev/null 2>&1 || "$system_python" -m venv "$servers/venv" || return 0
    step pip-servers "Installing moto, which stands in for AWS" "$servers/venv/bin/python" -m pip install \
        --disable-pip-version-check --no-input -r tools/requirements-servers.txt ||
        note "moto could not be installed; its tests are skipped"
    if have java && have mvn; then
        step dynamodb-local "Fetching DynamoDB Local" mvn -q -B -f tools/dynamodb-local/pom.xml \
            dependency:copy-dependencies "-DoutputDirectory=$(pwd)/$servers/dynamodb-local" -DincludeScope=runtime ||
            note "DynamoDB Local could not be fetched; its tests are skipped"
    else
        note "no Java with Maven: the tests with DynamoDB Local are skipped"
    fi
    # The tests are files of the Go module.
    suite=github.com/jmespath/go-jmespath@v$jmespath_suite_version
    if [ ! -d ".belfry/go/$suite" ] && have go; then
        step jmespath-suite "Fetching JMESPath's compliance tests" env "GOMODCACHE=$(pwd)/.belfry/go" \
            go mod download -modcacherw "$suite" ||
            note "JMESPath's compliance tests could not be fetched; they are skipped"
    elif ! have go; then
        note "no Go: JMESPath's compliance tests are skipped"
    fi
    gateway=$servers/versitygw-$versitygw_version
    if [ ! -x "$gateway/versitygw" ] && have go; then
        step versitygw "Building versitygw, an S3 gateway" env "GOBIN=$(pwd)/$gateway" \
            go install "github.com/versity/versitygw/cmd/versitygw@v$versitygw_version" ||
            note "versitygw could not be built; its tests are skipped"
    elif ! have go; then
        note "no Go: the tests with versitygw are skipped"
    fi
}

# --- all of it ----------------------------------------------------------------------------------------------

set_up() {
    stamp=.belfry/set-up-$1
    key=$(cat tools/setup.sh tools/requirements*.txt tools/dynamodb-local/pom.xml | cksum)
    key="$key $(pwd)"
    if [ "$(cat "$stamp" 2>/dev/null)" = "$key" ] && [ -x "$belfry_python" ]; then
        case "$1" in
        generate | docs) return 0 ;;
        wire) if find_compiler; then return 0; fi ;;
        *) if find_compiler && have_cmake && have ninja; then return 0; fi ;;
        esac
    fi
    mkdir -p .belfry
    say "Looking for what is needed"
    install_packages "$1" || die 1 "the system packages could not be installed; see above"
    still=$(missing "$1" apt)
    lacking=$(printf '%s\n' "$still" | sed -n 's/^must|\(.*\)|.*/\1/p' | paste -sd, - | sed 's/,/, /g')
    if [ -n "$lacking" ]; then die 1 "still missing after installing: $lacking"; fi
    # With the names of packages, where this system has any.
    absent=$(missing "$1" "${package_manager:-none}" | sed -n 's/^may|//p' |
        sed 's/|$//; s/|\(.*\)/ (\1)/' | paste -sd, - | sed 's/,/, /g')
    if [ -n "$absent" ]; then note "not available here, what needs it is skipped: $absent"; fi
    set_up_python "$1" || die 1 "the Python packages could not be installed; is the network reachable?"
    if [ "$1" != generate ] && [ "$1" != docs ]; then find_compiler || die 1 "no compiler was found"; fi
    if [ "$1" = test ]; then set_up_servers; fi
    printf '%s\n' "$key" >"$stamp"
}
