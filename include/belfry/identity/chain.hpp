// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/identity/fetch.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {
namespace detail {

/// Asks one source after the other until one is set up.
class ChainFetch final : public CredentialsFetch {
  public:
    explicit ChainFetch(std::vector<CredentialsSource*> sources) : sources_(std::move(sources)) {}

    Step start() override { return next_source(); }
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return follow(current_->on_sent(sent, std::move(response)));
    }
    Step on_waited() override { return follow(current_->on_waited()); }

  private:
    Step next_source() {
        if (index_ == sources_.size()) return skip({"no source has credentials", tried_});
        current_ = sources_[index_]->fetch();
        return follow(current_->start());
    }
    Step follow(Step step) {
        if (pass_on(step, *current_) != Step::done) return step;
        if (current_->result() || !current_->is_absent()) {
            finish_as(*current_);
            if (origin_.empty()) origin_ = sources_[index_]->name();
            return Step::done;
        }
        append_text(tried_, "; ");
        append_text(tried_, sources_[index_]->name());
        append_text(tried_, ": ");
        append_text(tried_, current_->result().error().message);
        ++index_;
        return next_source();
    }

    std::vector<CredentialsSource*> sources_;
    std::size_t index_ = 0;
    Owned<CredentialsFetch> current_{};
    /// Why each source before was passed over.
    std::string tried_{};
};

} // namespace detail

/// Several sources. The first one that is set up gives the credentials, or its error.
class CredentialsChain final : public CredentialsSource {
  public:
    /// The sources must outlive the chain.
    explicit CredentialsChain(std::vector<CredentialsSource*> sources) : sources_(std::move(sources)) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the chain of sources"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new detail::ChainFetch(sources_));
    }

  private:
    std::vector<CredentialsSource*> sources_;
};

} // namespace belfry::inline v0
