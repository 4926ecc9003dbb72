// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>

#include <cstdio>
#include <string>
#include <vector>

/// The transport conformance kit: runs a loopback HTTP server with the faults that other libraries failed on,
/// and reports how a transport handles them. A test program:
///
///     int main(int argc, char** argv) {
///         MyTransport transport;
///         return belfry::transport_kit::run(transport, argc, argv);
///     }
namespace belfry::transport_kit {

/// The outcome of one check.
enum class Verdict {
    pass,
    fail,
    note, ///< The transport is correct but could do better, such as reusing connections.
    skip, ///< The check could not be made here; the reason says why.
};

struct Outcome {
    std::string topic;
    std::string name;
    Verdict verdict = Verdict::pass;
    /// The reason for a failure, or what was skipped; empty for most passes.
    std::string reason;
    long milliseconds = 0;
};

struct Options {
    /// Runs only checks whose `topic: name` contains one of these; empty runs all.
    std::vector<std::string> only{};
    /// Leaves out checks whose `topic: name` contains one of these.
    std::vector<std::string> except{};
    /// Counts notes as failures.
    bool strict = false;
    /// Whether the transport trusts `trusted_certificate_file()`, so that whole TLS exchanges can be checked.
    bool trusts_kit_certificate = false;
    /// The stream for the table; null for none.
    std::FILE* out = nullptr;
};

/// Runs the checks one after another and returns their outcomes in order.
std::vector<Outcome> run_checks(Transport& transport, const Options& options);

/// Reads the command line (`--help` lists it), runs the checks, prints a line for each and a summary. Returns
/// the exit status: 0 when all passed, 1 when some failed, 2 for an invalid command line.
int run(Transport& transport, int argc, char** argv, Options options = {});

/// A PEM file with the certificate that the kit's TLS server shows for 127.0.0.1, to be trusted by the
/// transport under test; empty when the kit was built without OpenSSL.
std::string trusted_certificate_file();

} // namespace belfry::transport_kit
