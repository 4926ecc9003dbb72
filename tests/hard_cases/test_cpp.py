# SPDX-License-Identifier: Apache-2.0
"""The minimal services' headers in C++: without warnings among other libraries' macros, and in a program."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import test_compile
from belfry_codegen.commands.cli import main
from minimal_models import SERVICES
from support import ROOT

# The macros of C, Windows, X11 and compilers that are not strict. Most services have some of it.
MACROS = """
#include <cstdio>
#define ERROR 0
#define DELETE 0x00010000L
#define None 0L
#define IN
#define OUT
#define DOMAIN 1
#define linux 1
#define i386 1
#define I (1.0fi)
#define SendMessage SendMessageW
#define CreateEvent CreateEventW
#define GetObject GetObjectW
#define DeleteFile DeleteFileW
"""

PROGRAM = r"""
#include <belfry/schema/print.hpp>
#include <belfry/hard_http.hpp>
#include <belfry/hard_names.hpp>
#include <belfry/hard_query.hpp>
#include <belfry/hard_shapes.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>

namespace names = belfry::hard_names;
namespace shapes = belfry::hard_shapes;

#define EXPECT(what) \
    if (!(what)) return std::printf("line %d: %s\n", __LINE__, #what), EXIT_FAILURE

static int check_names() {
    names::Predicate predicate{.and_ = {{names::Predicate{.field = "f"}}}};
    EXPECT(predicate.and_.front().field == "f" && !predicate.or_);
    EXPECT(*names::JobParameter::from_int("1").as_int() == "1");
    EXPECT(names::JobParameter::from_int("1").as_float() == nullptr);
    EXPECT(names::Node::from_struct({.comment = "c"}).as_struct()->comment == "c");
    EXPECT(names::PolicyDefinition::from_static("s").as_static() != nullptr);
    names::SearchRequest search{.query = "q"};
    search.return_ = "r";
    names::Numbers numbers{.long_ = std::int64_t{1} << 40, .float_ = 1.5F, .int_ = 7};
    EXPECT(*numbers.long_ >> 40 == 1);
    names::Macros macros{.null = true, .linux_ = "l", .stdout_ = "o", .stderr_ = "e", .i = "i"};
    EXPECT(*macros.i == "i");
    names::OwnNames own{.cidr_block = names::CidrBlock{.cidr_block = "c"}};
    EXPECT(own.cidr_block->cidr_block == "c");
    names::SameLetters same{.e_2 = names::Endpoint{.endpoint_arn = "a"}, .e = "b"};
    static_assert(!std::is_same_v<names::EventType, names::EventType_2>);
    EXPECT(*same.e == "b");
    EXPECT(names::Schema{.schema = "s"}.schema == "s");

    names::HardValue value{"NEWER"};
    switch (value) { // every name is one that a `case` takes
    case names::HardValue::ERROR_:
    case names::HardValue::DELETE_:
    case names::HardValue::None_:
    case names::HardValue::IN_:
    case names::HardValue::DOMAIN_:
    case names::HardValue::NULL_:
    case names::HardValue::OUT_:
    case names::HardValue::i386_:
    case names::HardValue::UNKNOWN:
    case names::HardValue::none:
    case names::HardValue::s3_ObjectCreated_:
    case names::HardValue::image_svg_xml:
    case names::HardValue::Linux_UNIX_Amazon_VPC_:
    case names::HardValue::_0_5:
    case names::HardValue::LunAlreadyAllocated_: return EXIT_FAILURE;
    case names::HardValue::Unknown_: break;
    }
    EXPECT(value.to_string() == "NEWER");
    EXPECT(names::HardValue{"UNKNOWN"} == names::HardValue::UNKNOWN);
    EXPECT(names::HardValue{names::HardValue::LunAlreadyAllocated_}.to_string() == "LunAlreadyAllocated ");
    // An operation may be called like its input, and by a name that <windows.h> has.
    static_assert(std::is_same_v<names::operations::CreateChannel::Input, names::CreateChannel>);
    static_assert(std::is_same_v<names::operations::SendMessage_::Input, names::Macros>);
    static_assert(!std::is_same_v<names::operations::Plain::Input, names::PlainRequest>);
    return EXIT_SUCCESS;
}

static int check_shapes() {
    shapes::CertificateFilterStatement filter = shapes::CertificateFilterStatement::from_filter("f");
    for (int i = 0; i < 100; ++i) filter = shapes::CertificateFilterStatement::from_not(filter);
    const shapes::CertificateFilterStatement copy = filter;
    EXPECT(copy == filter && copy.as_not() != nullptr && copy.as_and() == nullptr);
    shapes::Statement statement{.label_match_statement = "a"};
    shapes::Statement outer{.not_statement = shapes::NotStatement{.statement = statement}};
    EXPECT(outer == shapes::Statement(outer) && !(outer == statement));
    static_assert(std::is_same_v<shapes::operations::UpdateIdentityPool::Input,
                                 shapes::operations::UpdateIdentityPool::Output>);
    static_assert(std::is_same_v<shapes::operations::TouchSourceServer0::Output,
                                 shapes::operations::TouchSourceServer10::Output>);
    shapes::Odd odd{.secret = "hunter2", .token = "t"};
    EXPECT(belfry::to_string(odd).find("hunter2") == std::string::npos);
    EXPECT(belfry::to_string(odd).find("token") != std::string::npos ||
           belfry::to_string(odd).find("Token") != std::string::npos);
    return EXIT_SUCCESS;
}

static int check_errors() {
    belfry::ClientConfig config{.region = "us-east-1", .credentials = belfry::Credentials{"id", "key"}};
    config.retry.max_attempts = 1;
    belfry::hard_query::Client query{config, [](const belfry::HttpRequest&) {
        belfry::HttpResponse response;
        response.status = 404;
        response.body = "<ErrorResponse><Error><Code>ResourceNotFound</Code>"
                        "<message>m</message></Error></ErrorResponse>";
        return response;
    }};
    const auto result = query.delete_dashboards({.name = "n"});
    EXPECT(!result && result.error().code == "ResourceNotFound");
    // Two shapes have that code; the caller's operation says which one is meant.
    EXPECT(result.error().as<belfry::hard_query::DashboardNotFoundError>()->message == "m");
    EXPECT(result.error().as<belfry::hard_query::ResourceNotFound>()->message == "m");
    EXPECT(!result.error().as<belfry::hard_query::DBSecurityGroupQuotaExceededFault>());

    belfry::hard_http::Client http{config, [](const belfry::HttpRequest&) {
        belfry::HttpResponse response;
        response.status = 429;
        response.headers.set("x-amzn-errortype", "ns#Slow:http://more");
        response.headers.set("Retry-After", "7");
        response.body = R"({"message":"wait"})";
        return response;
    }};
    const auto failed = http.fail({.id = "i"});
    EXPECT(!failed && failed.error().as<belfry::hard_http::Slow>()->retry_after_seconds == 7);
    EXPECT(!failed.error().as<belfry::hard_http::Nothing>());
    return EXIT_SUCCESS;
}

int main() { return check_names() | check_shapes() | check_errors(); }
"""


@pytest.fixture(scope="module")
def generated(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("include")
    assert main(["generate", *SERVICES, "--models", str(models), "--out", str(out)]) == 0
    yield out


def test_every_header_compiles_among_macros(generated: Path, tmp_path: Path) -> None:
    """dynamodb NULL, bedrock-agentcore stdout, sqs SendMessage under <windows.h>, and all the others."""
    source = MACROS
    for service in sorted(path.name for path in (generated / "belfry").iterdir() if path.is_dir()):
        source += test_compile._all_types(generated, service) + f"#include <belfry/{service}.hpp>\n"
    source = source.replace("all[]", "all_@[]")
    for number in range(2 * len(SERVICES)):
        source = source.replace("all_@[]", f"all_{number // 2}[]", 1)
    test_compile._compile(tmp_path, generated, source)


def test_every_hard_name_can_be_used(generated: Path, tmp_path: Path) -> None:
    """The names, the shapes and the exceptions in a program that runs."""
    (tmp_path / "program.cpp").write_text(PROGRAM)
    command = [test_compile._compiler(), "-std=c++20", "-Wall", "-Wextra", "-Werror", "-O0"]
    includes = ["-I", str(generated), "-I", str(ROOT / "include")]
    program = tmp_path / "program"
    done = subprocess.run(
        [*command, *includes, str(tmp_path / "program.cpp"), "-o", str(program), "-lpugixml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:4000]
    run = subprocess.run([program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")
