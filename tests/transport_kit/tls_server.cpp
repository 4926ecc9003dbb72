// SPDX-License-Identifier: Apache-2.0
#include "tls_server.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace belfry::transport_kit {

namespace {

struct Release {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
template <class T> using Owned = std::unique_ptr<T, Release>;

void require(bool holds) {
    if (holds) return;
    ERR_print_errors_fp(stderr);
    std::fputs("the kit cannot make its TLS certificates\n", stderr);
    std::exit(2);
}

Owned<EVP_PKEY> make_key() {
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
    EVP_PKEY* key = nullptr;
    require(context && EVP_PKEY_keygen_init(context.get()) == 1 &&
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) == 1 &&
            EVP_PKEY_keygen(context.get(), &key) == 1);
    return Owned<EVP_PKEY>(key);
}
void add_extension(X509* certificate, int name, const char* value) {
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, name, value));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}
Owned<X509> make_certificate(EVP_PKEY* key, const char* name, const char* alternatives, long serial,
                             bool over) {
    constexpr long day = 24 * 3600;
    Owned<X509> certificate(X509_new());
    require(certificate != nullptr);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), over ? -day : day);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_alt_name, alternatives);
    require(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
    return certificate;
}

/// All certificates, and the file of those to trust.
class Store {
  public:
    Store() {
        const char* const here = "IP:127.0.0.1,DNS:localhost";
        for (int i = 0; i < 4; ++i) {
            const Certificate which = static_cast<Certificate>(i);
            keys_[i] = make_key();
            const std::string name = "Belfry transport kit " + std::to_string(i);
            certificates_[i] = make_certificate(keys_[i].get(), name.c_str(),
                                                which == Certificate::other_name ? "DNS:bell.example" : here,
                                                1000 + i, which == Certificate::expired);
            contexts_[i].reset(SSL_CTX_new(TLS_server_method()));
            require(contexts_[i] &&
                    SSL_CTX_use_certificate(contexts_[i].get(), certificates_[i].get()) == 1 &&
                    SSL_CTX_use_PrivateKey(contexts_[i].get(), keys_[i].get()) == 1);
        }
        char path[] = "/tmp/belfry-kit-XXXXXX";
        const int fd = ::mkstemp(path);
        std::FILE* file = fd >= 0 ? ::fdopen(fd, "w") : nullptr;
        require(file != nullptr);
        for (int i : {0, 2, 3}) PEM_write_X509(file, certificates_[i].get());
        std::fclose(file);
        path_ = path;
    }
    ~Store() { ::unlink(path_.c_str()); }
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    [[nodiscard]] SSL_CTX* context(Certificate which) const {
        return contexts_[static_cast<int>(which)].get();
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    Owned<EVP_PKEY> keys_[4];
    Owned<X509> certificates_[4];
    Owned<SSL_CTX> contexts_[4];
    std::string path_;
};

const Store& store() {
    static const Store instance;
    return instance;
}

/// The client's key and certificate.
class Client {
  public:
    Client() {
        char path[] = "/tmp/belfry-kit-client-XXXXXX";
        require(::mkdtemp(path) != nullptr);
        folder_ = path;
        const std::string place = folder_ + "/";
        files_ = {place + "certificate.pem", place + "key.pem",  place + "encrypted.pem", "pass word",
                  place + "both.pem",        place + "other.pem"};
        key_ = make_key();
        certificate =
            make_certificate(key_.get(), "Belfry transport kit's client", "DNS:client.example", 2000, false);
        const Owned<EVP_PKEY> other = make_key();
        write(files_.certificate, true, nullptr, {});
        write(files_.key, false, key_.get(), {});
        write(files_.encrypted_key, false, key_.get(), files_.password);
        write(files_.both, true, key_.get(), {});
        write(files_.other_key, false, other.get(), {});
    }
    ~Client() {
        for (const std::string& path :
             {files_.certificate, files_.key, files_.encrypted_key, files_.both, files_.other_key})
            ::unlink(path.c_str());
        ::rmdir(folder_.c_str());
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] const ClientFiles& files() const noexcept { return files_; }
    Owned<X509> certificate;

  private:
    void write(const std::string& path, bool with_certificate, EVP_PKEY* key, const std::string& password) {
        std::FILE* const file = std::fopen(path.c_str(), "w");
        require(file != nullptr);
        if (with_certificate) require(PEM_write_X509(file, certificate.get()) == 1);
        if (key != nullptr)
            require(PEM_write_PrivateKey(
                        file, key, password.empty() ? nullptr : EVP_aes_256_cbc(),
                        password.empty() ? nullptr : reinterpret_cast<const unsigned char*>(password.data()),
                        static_cast<int>(password.size()), nullptr, nullptr) == 1);
        std::fclose(file);
    }
    Owned<EVP_PKEY> key_;
    std::string folder_;
    ClientFiles files_;
};
const Client& client() {
    static const Client instance;
    return instance;
}

/// Accepts the client's certificate and no other.
void demand_certificate(SSL* ssl) {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trusted(X509_STORE_new(), X509_STORE_free);
    X509_STORE_add_cert(trusted.get(), client().certificate.get());
    SSL_set1_verify_cert_store(ssl, trusted.get());
    SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

} // namespace

const ClientFiles& client_files() { return client().files(); }

std::string tls_trust_file() { return store().path(); }

TlsSession::TlsSession(Connection& connection, Certificate certificate, TlsDemands demands)
    : connection_(connection), ssl_(SSL_new(store().context(certificate))) {
    if (demands.client_certificate) demand_certificate(ssl_);
    if (demands.only_tls_1_2) SSL_set_max_proto_version(ssl_, TLS1_2_VERSION);
    // OpenSSL writes without MSG_NOSIGNAL; SIGPIPE is blocked here, so that the transport under test keeps
    // its own handling.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    const timeval slice{0, 20'000}; // so that the end of the server is noticed
    const timeval patience{5, 0};
    ::setsockopt(connection.socket(), SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice);
    ::setsockopt(connection.socket(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int result = SSL_set_fd(ssl_, connection.socket());
    if (result == 1) do
            result = SSL_accept(ssl_);
        while (again(result));
    accepted_ = result == 1;
}
bool TlsSession::again(int result) {
    return result <= 0 && SSL_get_error(ssl_, result) == SSL_ERROR_WANT_READ && !connection_.stopping();
}
TlsSession::~TlsSession() {
    SSL_free(ssl_);
    ERR_clear_error();
}

bool TlsSession::read_request(std::string& head) {
    std::size_t end = std::string::npos;
    std::size_t length = 0;
    for (;;) {
        if (end == std::string::npos && (end = buffer_.find("\r\n\r\n")) != std::string::npos) {
            head = buffer_.substr(0, end);
            buffer_.erase(0, end + 4);
            for (const char* name : {"Content-Length: ", "content-length: "})
                if (const std::size_t at = head.find(name); at != std::string::npos)
                    length = std::strtoul(head.c_str() + at + 16, nullptr, 10);
        }
        if (end != std::string::npos && buffer_.size() >= length) {
            buffer_.erase(0, length);
            return true;
        }
        char bytes[16384];
        int count = 0;
        do count = SSL_read(ssl_, bytes, sizeof bytes);
        while (again(count));
        if (count <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(count));
    }
}
bool TlsSession::write(std::string_view bytes) {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
}
void TlsSession::say_goodbye() {
    if (accepted_) SSL_shutdown(ssl_);
}

} // namespace belfry::transport_kit
