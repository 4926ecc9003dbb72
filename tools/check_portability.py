# SPDX-License-Identifier: Apache-2.0
"""Checks that headers and their templates use C++20, and anything else only behind a condition.

Extensions of GCC and Clang stand behind `#if BELFRY_HAS_GNU_EXTENSIONS`, or a macro that is 1 only there;
names of POSIX where the system is not Windows, and those of Windows where it is. `util/config.hpp` has macros
for what is needed often. ALLOWED lists the exceptions.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("include/belfry", "codegen/belfry_codegen/cpp/templates")

ADAPTER = "only adapters reach it that refuse to compile on Windows"
# (file below include/belfry, dialect): why the file needs no condition.
ALLOWED = {
    ("transport/detail/async_http2_connection.hpp", "posix"): ADAPTER,
    ("transport/detail/http2_session.hpp", "posix"): ADAPTER,
    ("transport/detail/http2_stream.hpp", "posix"): ADAPTER,
    ("transport/detail/socket_connect.hpp", "posix"): ADAPTER,
    ("transport/detail/socket_connection.hpp", "posix"): ADAPTER,
    ("transport/detail/socket_wire.hpp", "posix"): ADAPTER,
}

# Names of each dialect that are not reserved.
DIALECTS = {
    "gnu": re.compile(
        r"\basm\b|\btypeof\b|\[\[\s*(?:gnu|clang)\s*::|\?\s*:(?!:)|\bcase\b[^:;]*\.\.\.|##\s*__VA_ARGS__"
        r"|#\s*(?:include_next|warning|ident)\b|#\s*pragma\s+(?:GCC|clang)\b"
    ),
    "msvc": re.compile(r"\[\[\s*msvc\s*::|#\s*pragma\s+(?:comment|warning|intrinsic)\b"),
    "posix": re.compile(
        r"\b(?:ssize_t|off_t|u_int(?:8|16|32|64)_t"
        r"|fseeko|ftello|fileno|fdopen|nanosleep|usleep|gettimeofday|clock_gettime|gmtime_r|localtime_r|timegm"
        r"|strcasecmp|strncasecmp|strerror_r|strtok_r|memmem|asprintf|bzero|getpid|pthread_\w+)\b"
        r"|#\s*include\s*<(?:sys/|netinet/|arpa/|(?:unistd|poll|netdb|fcntl|strings|pthread|dlfcn|termios)\.h>)"
    ),
    "windows": re.compile(
        r"#\s*include\s*<(?:windows|winsock2?|ws2tcpip|bcrypt|ntsecapi)\.h>", re.IGNORECASE
    ),
    "x86": re.compile(r"#\s*include\s*<\w*(?:intrin|cpuid)\.h>"),
}
# The other names of compilers and systems are reserved ([lex.name]), apart from those of the standard.
RESERVED = re.compile(r"\b(?:__\w+|_[A-Z]\w*)")
STANDARD = re.compile(
    r"__cplusplus|__func__|__(?:FILE|LINE|DATE|TIME)__|__VA_(?:ARGS|OPT)__|__has_include|__has_cpp_attribute|__cpp_\w+|_IO[FLN]BF"
)
# These ask whether a compiler is of a kind; used on another, the preprocessor stops.
ASKING = re.compile(r"\b__has_(?!include\b|cpp_attribute\b)\w+")

COMMENT_OR_TEXT = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>\w*)\(.*?\)(?P=mark)"|"(?:[^"\\\n]|\\.)*"|(?<!\w)\'(?:[^\'\\\n]|\\.)+\'',
    re.DOTALL,
)
DIRECTIVE = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)$")
FLAG = re.compile(r"^\s*#\s*define\s+(BELFRY_HAS_\w+)\s+1\b")
GNU = "BELFRY_HAS_GNU_EXTENSIONS"


def implied(condition: str, flags: frozenset[str]) -> frozenset[str]:
    """The dialects that there are where a condition holds."""
    if "||" in condition:
        return frozenset.intersection(*(implied(part, flags) for part in condition.split("||")))
    found = set()
    if re.search(rf"(?<!!)\b(?:{'|'.join(sorted(flags))})\b", condition):
        found.add("gnu")
    if re.search(r"(?<!!)\bdefined\(__(?:GNUC|clang)__\)", condition):
        found.add("gnu")
    if re.search(r"(?<!!)\bdefined\(_MSC_VER\)", condition):
        found |= {"msvc", "windows"}
    if re.search(r"(?<!!)\bdefined\(_WIN32\)", condition):
        found.add("windows")
    if re.search(r"!defined\(_WIN32\)|(?<!!)\bdefined\(__(?:unix|APPLE)__\)", condition):
        found.add("posix")
    return frozenset(found)


def implied_otherwise(condition: str, flags: frozenset[str]) -> frozenset[str]:
    """The dialects that there are where a condition does not hold."""
    if condition == "defined(_WIN32)":
        return frozenset(["posix"])
    if condition.startswith("!") and condition.removeprefix("!") in flags:
        return frozenset(["gnu"])
    return frozenset()


def join_lines(match: re.Match[str]) -> str:
    """Continued lines as one line, followed by as many empty ones as keep the count."""
    return match[1].replace("\\\n", " ") + match[2] + "\n" * match[1].count("\n")


@dataclass
class Branch:
    """A branch of an `#if`, and what is known from the branches before it."""

    dialects: frozenset[str]
    before: frozenset[str] = field(default_factory=frozenset)
    condition: str = ""


@dataclass
class Reader:
    """Walks through a file and keeps count of the conditions."""

    flags: frozenset[str] = frozenset([GNU])
    branches: list[Branch] = field(default_factory=list)

    def lines(self, text: str) -> Iterator[tuple[int, str, frozenset[str]]]:
        """Each line of code, without comments and texts, with the dialects that there are."""
        # Lines that a backslash continues are one; texts stay as empty ones.
        text = re.sub(r"((?:.*\\\n)+)(.*\n)", join_lines, text)
        code = COMMENT_OR_TEXT.sub(
            lambda match: '""' * (match[0][0] != "/") + "\n" * match[0].count("\n"), text
        )
        for number, line in enumerate(code.splitlines(), start=1):
            if directive := DIRECTIVE.match(line):
                self.step(directive[1], directive[2].replace(" ", ""))
                yield number, "".join(ASKING.findall(line)), self.dialects()
                continue
            if (flag := FLAG.match(line)) and "gnu" in self.dialects():
                self.flags |= {flag[1]}
            yield number, line, self.dialects()

    def step(self, word: str, condition: str) -> None:
        """Enters or leaves a branch."""
        if word == "endif":
            self.branches.pop()
        elif word in ("else", "elif"):
            last = self.branches.pop()
            before = last.before | implied_otherwise(last.condition, self.flags)
            self.branches.append(Branch(before | implied(condition, self.flags), before, condition))
        else:
            condition = {"ifdef": f"defined({condition})", "ifndef": f"!defined({condition})"}.get(
                word, condition
            )
            self.branches.append(Branch(implied(condition, self.flags), condition=condition))

    def dialects(self) -> frozenset[str]:
        """The dialects that the conditions around the present line imply."""
        return frozenset().union(*(branch.dialects for branch in self.branches))


def spellings(line: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each spelling of a line that is not C++20, and the dialects of which one has to be there."""
    for dialect, pattern in DIALECTS.items():
        needs = frozenset(["gnu"]) if dialect == "x86" else frozenset([dialect])
        for match in pattern.finditer(line):
            yield match[0].strip(), needs
    for match in RESERVED.finditer(line):
        if not STANDARD.fullmatch(match[0]):
            yield match[0], frozenset(["gnu", "msvc", "windows"])


def faults_of(path: Path, name: str, used: set[tuple[str, str]]) -> Iterator[str]:
    """The faults of one file, as `file:line: text`; notes which exceptions it needs."""
    for number, line, dialects in Reader().lines(path.read_text(encoding="utf-8")):
        for spelling, needs in spellings(line):
            exceptions = {(name, dialect) for dialect in needs} & ALLOWED.keys()
            if needs & dialects:
                continue
            if exceptions:
                used |= exceptions
                continue
            where = " or ".join(sorted(needs))
            yield f"{path}:{number}: `{spelling}` is not C++20; use it behind a condition for {where}"


def main() -> int:
    """Prints every fault; the exit status is 1 when there is one."""
    parser = argparse.ArgumentParser(description="Check for what is not C++20.")
    parser.add_argument("--root", type=Path, default=ROOT)
    root: Path = parser.parse_args().root
    faults: list[str] = []
    used: set[tuple[str, str]] = set()
    count = 0
    for place in PLACES:
        for path in sorted((root / place).rglob("*")):
            if path.suffix in (".hpp", ".ipp", ".j2"):
                count += 1
                faults += faults_of(path, path.relative_to(root / place).as_posix(), used)
    faults += [
        f"{__file__}:1: ALLOWED does not need {name}, {dialect}" for name, dialect in ALLOWED.keys() - used
    ]
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(faults)} faults")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
