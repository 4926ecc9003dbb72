// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/endpoint/region.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// The position and length of `&name=value` in form data; the length is 0 if it is absent.
struct FormField {
    std::size_t at = 0;
    std::size_t size = 0;
    std::string_view value{};
};

[[nodiscard]] BELFRY_COLD inline FormField find_form_field(std::string_view form, std::string_view name) {
    // The first field is `Action`, so that all others have a separator in front.
    std::string prefix = "&";
    append_text(prefix, name);
    append_char(prefix, '=');
    const std::size_t at = form.find(prefix);
    if (at == std::string_view::npos) return {};
    const std::size_t end = form.find('&', at + 1);
    const std::size_t size = (end == std::string_view::npos ? form.size() : end) - at;
    return {at, size, form.substr(at + prefix.size(), size - prefix.size())};
}

BELFRY_COLD inline void append_form_field(std::string& form, std::string_view name, std::string_view value) {
    append_char(form, '&');
    append_text(form, name);
    append_char(form, '=');
    append_percent_encoded(form, value);
}

BELFRY_COLD BELFRY_INLINE AuthorizeResult add_presigned_parameter(
    const PresignedParameter& parameter, const Operation& operation, const Credentials& credentials,
    const SigningOptions& signing, AuthorizeState& state, HttpRequest& request, Error& error) {
    std::string& form = request.body;
    // The URL of an earlier attempt was signed at another time, perhaps by a wrong clock, and may have
    // expired.
    if (state.body.empty())
        state.body = form;
    else
        form = state.body;
    const FormField source = find_form_field(form, "SourceRegion");
    // A copy within the region needs no URL.
    if (source.size == 0) return AuthorizeResult::sign;
    const std::string from(source.value);
    if (!is_valid_region(from)) {
        fail(error, ErrorKind::validation, "ValidationError",
             {operation.input->name, ".SourceRegion: must be a region, because it is part of a host name"});
        return AuthorizeResult::failed;
    }
    if (!parameter.sends_regions) form.erase(source.at, source.size);
    // The input may have set it.
    if (find_form_field(form, parameter.name).size == 0) {
        if (const FormField to = find_form_field(form, "DestinationRegion"); to.size != 0)
            form.erase(to.at, to.size);
        HttpRequest copy;
        copy.method = "GET";
        copy.url = request.url;
        const std::size_t region = copy.url.find(signing.region);
        if (region != std::string::npos) copy.url.replace(region, signing.region.size(), from);
        append_char(copy.url, '?');
        append_text(copy.url, form);
        append_form_field(copy.url, "DestinationRegion", signing.region);
        SigningOptions options = signing;
        options.region = from;
        options.payload = PayloadHash::computed;
        const SigningFailure failure = sign(copy, credentials, options, &presigning_steps);
        if (failure.code != nullptr) {
            fail(error, failure.kind, failure.code, failure.message);
            return AuthorizeResult::failed;
        }
        append_form_field(form, parameter.name, copy.url);
        if (parameter.sends_regions) append_form_field(form, "DestinationRegion", signing.region);
    }
    request.content_length = static_cast<std::int64_t>(form.size());
    return AuthorizeResult::sign;
}

} // namespace belfry::inline v0::detail
