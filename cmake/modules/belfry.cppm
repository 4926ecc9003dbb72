// SPDX-License-Identifier: Apache-2.0
// The module `belfry`: the names that calls of every service need. What else a program uses, such as an
// adapter for an HTTP library, it includes.
module;

#include <belfry/credentials.hpp>
#include <belfry/paginator.hpp>
#include <belfry/transport.hpp>
#include <belfry/waiter.hpp>

export module belfry;

export namespace belfry::inline v0 {
using belfry::anonymous_credentials;
using belfry::bearer_credentials;
using belfry::Blob;
using belfry::CallOptions;
using belfry::CancellationToken;
using belfry::ClientConfig;
using belfry::ClientCore;
using belfry::Credentials;
using belfry::credentials_from_environment;
using belfry::CredentialsHandle;
using belfry::CredentialsProvider;
using belfry::decode;
using belfry::Document;
using belfry::Duration;
using belfry::encode;
using belfry::Error;
using belfry::ErrorKind;
using belfry::ErrorList;
using belfry::Exception;
using belfry::Header;
using belfry::Headers;
using belfry::HttpRequest;
using belfry::HttpResponse;
using belfry::List;
using belfry::Map;
using belfry::Optional;
using belfry::Paginator;
using belfry::region_from_environment;
using belfry::Required;
using belfry::ResponseMetadata;
using belfry::ResponseSink;
using belfry::Result;
using belfry::RetryOptions;
using belfry::Service;
using belfry::TimeoutChanges;
using belfry::Timeouts;
using belfry::Timestamp;
using belfry::to_string;
using belfry::Transport;
using belfry::TransportHandle;
using belfry::TransportResult;
using belfry::TransportStatus;
using belfry::WaitOptions;
// Of members that are open enums.
using belfry::operator==;
} // namespace belfry::inline v0
