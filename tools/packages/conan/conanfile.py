# SPDX-License-Identifier: Apache-2.0
"""The recipe for Conan 2: `conan create tools/packages/conan`, from a checkout.

The options `with_...` are the components of Belfry's CMake package. Each adds the library that its headers
need.
"""

from __future__ import annotations

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rmdir

# The packages of each component, and the parts of them that its headers need.
COMPONENTS = {
    "curl": {"libcurl/[>=7.78 <9]": "libcurl::libcurl"},
    "beast": {"boost/[>=1.74]": "boost::headers", "openssl/[>=1.1 <4]": "openssl::openssl"},
    "socket_tls": {"openssl/[>=1.1 <4]": "openssl::openssl"},
    "nghttp2": {"libnghttp2/[>=1.40 <2]": "libnghttp2::libnghttp2", "openssl/[>=1.1 <4]": "openssl::openssl"},
    "openssl": {"openssl/[>=1.1 <4]": "openssl::crypto"},
    "zlib": {"zlib/[>=1.2.11 <2]": "zlib::zlib"},
    "xxhash": {"xxhash/[>=0.8 <1]": "xxhash::xxhash"},
    "json": {"nlohmann_json/[>=3.10 <4]": "nlohmann_json::nlohmann_json"},
    "xml": {"pugixml/[>=1.9 <2]": "pugixml::pugixml"},
}
SOURCES = (
    "CMakeLists.txt",
    "LICENSE",
    "NOTICE",
    "api-models/*",
    "cmake/*",
    "codegen/*",
    "include/*",
    "tools/debugger/*",
)


class Belfry(ConanFile):
    """Headers, models and the generator: one package for all compilers."""

    name = "belfry"
    description = "AWS service clients that bring no HTTP stack of their own"
    license = "Apache-2.0"
    topics = ("aws", "sdk", "header-only", "http-client")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {f"with_{name}": [True, False] for name in COMPONENTS}  # noqa: RUF012 - Conan reads it so
    default_options = {f"with_{name}": False for name in COMPONENTS}  # noqa: RUF012
    no_copy_source = True

    def set_version(self) -> None:
        """The version of the headers."""
        folder = Path(self.recipe_folder)
        # Conan keeps the recipe without the repository around it, but then it knows the version.
        header = folder.parents[2] / "include" / "belfry" / "version.hpp"
        if header.is_file():
            match = re.search(r'BELFRY_VERSION_STRING "([^"]+)"', header.read_text(encoding="utf-8"))
            self.version = match[1] if match else None

    def export_sources(self) -> None:
        """Copies the parts of the repository that are installed."""
        root = Path(self.recipe_folder).parents[2]
        for pattern in SOURCES:
            copy(self, pattern, str(root), self.export_sources_folder, excludes=("*.pyc", "*/build/*"))

    def layout(self) -> None:
        cmake_layout(self)

    def _chosen(self) -> list[str]:
        return [name for name in COMPONENTS if self.options.get_safe(f"with_{name}")]

    def requirements(self) -> None:
        """The libraries of the chosen components. Their headers are part of Belfry's."""
        for reference in sorted({reference for name in self._chosen() for reference in COMPONENTS[name]}):
            self.requires(reference, transitive_headers=True, transitive_libs=True)

    def package_id(self) -> None:
        self.info.clear()

    def validate(self) -> None:
        check_min_cppstd(self, 20)

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "BENCHMARKS"):
            toolchain.cache_variables[f"BELFRY_BUILD_{part}"] = False
        toolchain.generate()

    def build(self) -> None:
        CMake(self).configure()

    def package(self) -> None:
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, str(Path(self.package_folder, "licenses")))
        copy(self, "NOTICE", self.source_folder, str(Path(self.package_folder, "licenses")))
        # Conan writes such files by itself.
        rmdir(self, str(Path(self.package_folder, "share", "pkgconfig")))

    def package_info(self) -> None:
        # CMake finds the package's own files, which have belfry_generate and belfry::compiled.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.set_property("cmake_file_name", "belfry")
        folders = {"builddirs": [str(Path("share", "cmake", "belfry"))], "bindirs": [], "libdirs": []}
        for name in ("belfry", *self._chosen()):
            component = self.cpp_info.components[name]
            for attribute, value in folders.items():
                setattr(component, attribute, value)
            component.set_property("pkg_config_name", "belfry" if name == "belfry" else f"belfry-{name}")
            if name != "belfry":
                component.requires = ["belfry", *COMPONENTS[name].values()]
