// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/detail/proxy.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

using namespace belfry;
using detail::find_proxy;
using detail::find_route;
using detail::Origin;
using detail::parse_proxy;
using detail::Proxy;
using detail::Route;
using Json = nlohmann::json;

namespace {

/// Changes a variable of the environment until the test ends.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~Variable() { ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
};
std::string proxy_of(bool tls, const detail::ProxySettings& settings) {
    Proxy proxy;
    REQUIRE(find_proxy(settings, Origin{tls, "voice.example", "80", "/"}, proxy));
    return proxy.host;
}

} // namespace

TEST_CASE("the hosts that need no proxy are those of the curl command") {
    std::ifstream file(BELFRY_TEST_SOURCE_DIR "/tests/unit/transport/no_proxy_cases.json");
    REQUIRE(file);
    const Json json = Json::parse(file);
    REQUIRE(json["cases"].size() > 300);
    for (const Json& each : json["cases"]) {
        const std::string hosts = each["hosts"];
        std::string host = each["host"];
        INFO(hosts << " and " << host);
        if (host.starts_with('[')) host = host.substr(1, host.size() - 2); // as in an Origin
        CHECK(detail::is_exception(hosts, host) == each["direct"].get<bool>());
    }
}

TEST_CASE("a network in CIDR notation covers its addresses, to the bit") {
    // RFC 4632 section 3.1, RFC 4291 section 2.3.
    CHECK(detail::is_exception("fe80::/10", "febf::1"));
    CHECK_FALSE(detail::is_exception("fe80::/10", "fec0::1"));
    CHECK(detail::is_exception("10.0.0.0/9", "10.127.0.1"));
    CHECK_FALSE(detail::is_exception("10.0.0.0/9", "10.128.0.1"));
    CHECK(detail::is_exception("0.0.0.0/0", "192.0.2.1"));
    CHECK_FALSE(detail::is_exception("0.0.0.0/0", "::1"));
    for (const char* list : {"10.0.0.1/", "10.0.0.1/x", "10.0.0.1/-1", "10.0.0.1/99999999999", "10.0.0.1/33"})
        CHECK_FALSE(detail::is_exception(list, "10.0.0.1"));
}

TEST_CASE("a proxy's URL has a scheme, a host, a port and a user, or their defaults") {
    Proxy proxy;
    REQUIRE(parse_proxy("http://us%65r:p%3Aw%@proxy.example:3128/", proxy));
    CHECK(proxy.scheme == "http");
    CHECK(proxy.host == "proxy.example");
    CHECK(proxy.port == "3128");
    CHECK(proxy.user == "user");
    CHECK(proxy.password == "p:w%");
    CHECK(proxy.authorization == "Basic dXNlcjpwOncl"); // base64 of user:p:w%
    CHECK(proxy.url == "http://proxy.example:3128/");
    REQUIRE(parse_proxy("HTTPS://proxy.example", proxy));
    CHECK(proxy.scheme == "https");
    CHECK(proxy.port == "443");
    CHECK(proxy.authorization.empty());
    REQUIRE(parse_proxy("proxy.example", proxy));
    CHECK(proxy.scheme == "http");
    CHECK(proxy.port == "1080");
    REQUIRE(parse_proxy("user@[::1]:8080", proxy));
    CHECK(proxy.host == "::1");
    CHECK(proxy.port == "8080");
    CHECK(proxy.authorization == "Basic dXNlcjo="); // base64 of user:
    CHECK(proxy.url == "http://[::1]:8080");
    // Characters that a URL would have to escape, but that libcurl takes in a password.
    REQUIRE(parse_proxy("http://u:p^|\"\xc3\xa9@proxy", proxy));
    CHECK(proxy.password == "p^|\"\xc3\xa9");
    REQUIRE(parse_proxy("SOCKS5h://u:p@localhost/run/proxy", proxy));
    CHECK(proxy.url == "socks5h://localhost:1080/run/proxy");
    for (const char* text :
         {"", "http://", "http://:3128", "proxy:port", "proxy:65536", "http://[::1", "://p", "htpp://proxy",
          "ftp://proxy", "http://pro xy", "http://proxy ", "http://pro^xy", "http://pro\nxy"})
        CHECK_FALSE(parse_proxy(text, proxy));
}

TEST_CASE("a proxy's user and password are in no error, and not in the URL for libcurl") {
    const Origin secure{true, "voice.example", "443", "/"};
    for (const char* url :
         {"htpp://user:secret@proxy:3128", "user://secret@proxy", "http://user:secret word@proxy:3128",
          "http://user:secret\x01@proxy", "http://user:secret%0a@proxy", "http://user%00:secret@proxy",
          "http://user:secret@pro xy", "http://user:secret@proxy:port", "http://user:1/secret@proxy",
          "http://user:1#secret@proxy", "http://user:1?secret@proxy", "http:/user:secret@proxy",
          "http://user:secret@", "http://user:secret@proxy/\xc3\xa9"}) {
        INFO(url);
        Proxy proxy;
        CHECK_FALSE(find_proxy({.url = url}, secure, proxy));
        CHECK(proxy.none());
        Route route;
        const char* const problem = find_route({.url = url}, secure, route);
        REQUIRE(problem != nullptr);
        CHECK(std::string(problem).find("secret") == std::string::npos);
    }
    for (const char* url : {"http://user:secret@proxy:3128", "https://us@er:secret@proxy:3128",
                            "socks5://user:secret@proxy:3128", "user:secret@proxy:3128"}) {
        INFO(url);
        Proxy proxy;
        REQUIRE(find_proxy({.url = url}, secure, proxy));
        CHECK(proxy.url.ends_with("://proxy:3128"));
        CHECK(proxy.password == "secret");
    }
}

TEST_CASE("the environment names a proxy for each scheme, and options come first") {
    CHECK(proxy_of(true, {}).empty());
    const Variable all("ALL_PROXY", "http://all");
    CHECK(proxy_of(true, {}) == "all");
    CHECK(proxy_of(false, {}) == "all");
    const Variable upper("HTTPS_PROXY", "http://upper");
    CHECK(proxy_of(true, {}) == "upper");
    const Variable lower("https_proxy", "http://lower");
    CHECK(proxy_of(true, {}) == "lower");
    const Variable of_cgi("HTTP_PROXY", "http://attacker");
    CHECK(proxy_of(false, {}) == "all");
    const Variable plain("http_proxy", "http://plain");
    CHECK(proxy_of(false, {}) == "plain");
    CHECK(proxy_of(true, {.url = "http://option"}) == "option");
    CHECK(proxy_of(true, {.from_environment = false}).empty());
    CHECK(proxy_of(true, {.exceptions = "example"}).empty());
    const Variable empty("no_proxy", "");
    const Variable exceptions("NO_PROXY", "voice.example");
    CHECK(proxy_of(true, {}).empty());
    CHECK(proxy_of(true, {.url = "http://option"}).empty());
    CHECK(proxy_of(true, {.url = "http://option", .from_environment = false}) == "option");
    CHECK(proxy_of(true, {.exceptions = "other.example"}) == "lower");
}

TEST_CASE("a route goes to the origin, or through an http proxy, and other proxies are refused") {
    const Origin plain{false, "voice.example", "8080", "/"};
    const Origin secure{true, "voice.example", "443", "/"};
    Route route;
    REQUIRE(find_route({.from_environment = false}, secure, route) == nullptr);
    CHECK(route.host == "voice.example");
    CHECK_FALSE(route.tunnel);
    REQUIRE(find_route({.url = "http://u:p@proxy:3128"}, secure, route) == nullptr);
    CHECK(route.host == "proxy");
    CHECK(route.port == "3128");
    CHECK(route.tunnel);
    CHECK_FALSE(route.whole_url);
    CHECK(route.authorization == "Basic dTpw"); // base64 of u:p
    REQUIRE(find_route({.url = "http://proxy:3128"}, plain, route) == nullptr);
    CHECK(route.whole_url);
    CHECK_FALSE(route.tunnel);
    for (const char* url : {"https://proxy", "socks5://proxy", "http://", "socks4a://[::1"})
        CHECK(find_route({.url = url}, secure, route) != nullptr);
}
