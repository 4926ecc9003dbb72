# SPDX-License-Identifier: Apache-2.0
"""The command line of `amalgamate`, and the file that it writes."""

from __future__ import annotations

import argparse
import functools
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belfry_codegen import MARKER, __version__
from belfry_codegen.commands.amalgamate.combine import Combiner
from belfry_codegen.commands.console import MISFIT, chosen_operations
from belfry_codegen.commands.repository import add_include_option, check_include
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.output.progress import counted


def add_amalgamate(commands: Any, add_models: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds the command to those of `belfry-codegen`."""
    command = commands.add_parser(
        "amalgamate",
        help="write one header with a service's client and all that it includes",
        description="Writes one header that has the client of a service and everything of Belfry that it"
        " includes, to copy into a project or to paste into Compiler Explorer. Headers of the standard"
        " library, of the system and of other libraries stay includes.",
    )
    command.add_argument("service", metavar="SERVICE", help="such as chime-sdk-voice")
    command.add_argument("--operations", metavar="A,B", help="only these operations and the shapes they need")
    command.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="HEADER",
        help="also this header, such as belfry/transport/curl.hpp (again for more)",
    )
    command.add_argument(
        "--protocol",
        metavar="NAME",
        help="a protocol that the model lists, such as query; default: the best",
    )
    add_models(command)
    add_include_option(command)
    command.add_argument(
        "--out",
        metavar="FILE",
        help="the header to write, or - for the standard output; default: NAMESPACE.hpp, such as"
        " chime_sdk_voice.hpp",
    )
    command.set_defaults(run=_amalgamate)


def _amalgamate(options: argparse.Namespace) -> int:
    # Imported here, because the other commands must start without them.
    from belfry_codegen.cpp.naming import namespace_of
    from belfry_codegen.cpp.render import render_service
    from belfry_codegen.output.write import plan, refuse_others, write_all
    from belfry_codegen.passes.pipeline import load_service

    operations = chosen_operations(options.operations)
    check_include(options.include)
    faults: list[ModelError] = []
    service = load_service(
        options.models, options.service, operations, protocol=options.protocol, misfits=faults
    )
    namespace = str(namespace_of(service))
    headers = Headers(options.include, render_service(service, options.service), namespace)
    others = [name.strip().strip('<>"') for name in options.others]
    combiner = Combiner(headers.text)
    body = combiner.combine([headers.umbrella, *others])
    text = _top(options.service, service, namespace, others) + body + _BOTTOM
    for fault in faults:
        print(f"belfry: {fault}; this entry of an overlay had no effect", file=sys.stderr)
    if options.out == "-":
        sys.stdout.write(text)
    else:
        path = Path(options.out or f"{namespace.replace('::', '_')}.hpp")
        if path.is_dir():
            raise UsageError(f"{path}: this is a folder; name a file")
        todo = plan({str(path.absolute()): text})
        refuse_others(todo)
        write_all(todo, path.absolute().parent)
        count = counted(len(service.operations), "operation")
        needs = "; its users need pugixml" if service.protocol.xml else ""
        size = f"{len(combiner.headers)} headers, {len(text.encode()) / 1e6:.2f} MB"
        print(f"{path}: {count}, {size}{needs}", file=sys.stderr)
    return MISFIT if faults else 0


@dataclass(frozen=True, slots=True)
class Headers:
    """Belfry's headers: those of the service as they were generated, others from the folder of headers."""

    include: Path
    generated: Mapping[str, str]
    namespace: str

    @property
    def _folder(self) -> str:
        return f"belfry/{self.namespace.replace('::', '/')}"

    @property
    def umbrella(self) -> str:
        """The path of the header that includes all operations of the service."""
        return f"{self._folder}.hpp"

    def text(self, path: str) -> str:
        """The text of a header. Fails for one that does not exist, or is not of the chosen operations."""
        if path in self.generated:
            return self.generated[path]
        if path.startswith(f"{self._folder}/"):
            near = close_matches(path, self.generated)
            raise UsageError(f"{path}: the chosen operations have no such header{near}")
        if path.endswith((".hpp", ".ipp")) and ".." not in path and (self.include / path).is_file():
            return (self.include / path).read_text(encoding="utf-8")
        known = [found.relative_to(self.include).as_posix() for found in self.include.rglob("*.hpp")]
        raise UsageError(f"{path}: there is no such header in {self.include}{close_matches(path, known)}")


def _top(folder: str, service: ir.Service, namespace: str, others: list[str]) -> str:
    macro = f"BELFRY_AMALGAMATED_{namespace.replace('::', '_').upper()}"
    # Another choice makes another client class, which must not meet this one in a source file.
    words = [*sorted(service.operations), service.protocol.name, service.api_version]
    choice = zlib.crc32("\n".join(words).encode())
    version = functools.reduce(lambda number, part: number * 100 + int(part), __version__.split("."), 0)
    listed = "".join(f"//   {name}\n" for name in [*sorted(service.operations), *others])
    return f"""\
// SPDX-License-Identifier: Apache-2.0
// {MARKER} {__version__} from the model {folder} {service.api_version}. Do not edit.
// clang-format off
//
// Belfry: AWS service clients for C++20. Copyright the Belfry authors. Licensed under the Apache License,
// Version 2.0: https://www.apache.org/licenses/LICENSE-2.0
//
// Compile with -std=c++20. This header has copies of all headers of Belfry that its operations need. Thus a
// source file includes either this or <belfry/...>. It is for:
{listed}
#if defined(BELFRY_SEPARATE_COMPILATION)
#error "this header has the code of Belfry: compile it without BELFRY_SEPARATE_COMPILATION"
#endif
#if defined(BELFRY_INLINE) && !defined(BELFRY_AMALGAMATED)
#error "this header has copies of Belfry's headers: include either it or <belfry/...>"
#endif
#if defined(BELFRY_AMALGAMATED) && BELFRY_AMALGAMATED != {version}
#error "this header and one before it are of different versions of Belfry: make both with the same version"
#endif
#if defined({macro}) && {macro} != {choice}
#error "a header before this one has the same service with other operations: make one header with all of them"
#endif

#if !defined({macro})
#define {macro} {choice}
#if !defined(BELFRY_AMALGAMATED)
#define BELFRY_AMALGAMATED {version}
#endif
"""


_BOTTOM = """
#endif
"""
