// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/identity/document.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#if !defined(_WIN32)
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// POSIX does not declare it in a header, and where it is a macro, that is not for a declaration.
#pragma push_macro("environ")
#undef environ
extern "C" {
extern char** environ; // NOLINT
}
namespace belfry::inline v0::detail {
/// The environment of this process, for its children.
[[nodiscard]] inline char** process_environment() noexcept { return ::environ; }
} // namespace belfry::inline v0::detail
#pragma pop_macro("environ")
#endif

namespace belfry::inline v0 {

/// Runs a program to its end. Derive from it to run programs in another way.
class ProcessRunner {
  public:
    virtual ~ProcessRunner() = default;
    /// Runs `arguments[0]`, found like a command of a shell, and puts what it writes to its standard output
    /// into `output`. False if it cannot be run or does not exit with 0; `output` is the reason then.
    [[nodiscard]] virtual bool run(const std::vector<std::string>& arguments, std::string& output) = 0;
};

/// Runs programs by POSIX `posix_spawnp`, without a shell. The program shares standard error, where it may
/// ask the user to do something. Windows has no such function; there, every run fails.
class SystemProcessRunner final : public ProcessRunner {
  public:
    /// Bytes that a program may write.
    static constexpr std::size_t max_output = std::size_t{1024} * 1024;

#if defined(_WIN32)
    [[nodiscard]] bool run(const std::vector<std::string>&, std::string& output) override {
        output = "programs cannot be run on Windows; derive from ProcessRunner";
        return false;
    }
#else
    [[nodiscard]] bool run(const std::vector<std::string>& arguments, std::string& output) override {
        output.clear();
        Descriptor reading;
        Descriptor writing;
        if (const int error = open_pipe(reading, writing)) return fail(output, {}, error);
        Child child;
        if (const int error = child.spawn(arguments, writing.number)) return fail(output, {}, error);
        writing.close();
        const int read_error = read_all(reading.number, output);
        // It may not end by itself after its output was cut off.
        if (read_error != 0) child.kill();
        int status = 0;
        const int wait_error = child.wait(status);
        if (read_error == 0 && wait_error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
        if (read_error == EFBIG) return fail(output, "it printed more than 1 MiB");
        if (read_error != 0) return fail(output, "its output cannot be read: ", read_error);
        if (wait_error != 0) // as in a program that ignores SIGCHLD
            return fail(output, "its exit status cannot be read: ", wait_error);
        if (WIFSIGNALED(status))
            return fail(output, "it was ended by signal " + std::to_string(WTERMSIG(status)));
        return fail(output, "it exited with status " + std::to_string(WEXITSTATUS(status)));
    }

  private:
    /// Closes a descriptor when it goes.
    struct Descriptor {
        Descriptor() = default;
        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;
        ~Descriptor() { close(); }
        void close() noexcept {
            if (number >= 0) ::close(number);
            number = -1;
        }
        int number = -1;
    };

    /// A program that runs. When it goes, the program has ended and is not a zombie.
    class Child {
      public:
        Child() = default;
        Child(const Child&) = delete;
        Child& operator=(const Child&) = delete;
        ~Child() {
            int status = 0;
            kill();
            wait(status);
        }
        /// Starts it. Returns the error's number, or 0.
        [[nodiscard]] int spawn(const std::vector<std::string>& arguments, int output) {
            std::vector<char*> pointers;
            pointers.reserve(arguments.size() + 1);
            // The function's interface does not promise it, but the program gets a copy.
            for (const std::string& argument : arguments)
                pointers.push_back(const_cast<char*>(argument.c_str()));
            pointers.push_back(nullptr);
            ::posix_spawn_file_actions_t actions;
            if (const int error = ::posix_spawn_file_actions_init(&actions)) return error;
            ::pid_t process = 0;
            int error = ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
            if (error == 0)
                error = ::posix_spawnp(&process, pointers[0], &actions, nullptr, pointers.data(),
                                       detail::process_environment());
            ::posix_spawn_file_actions_destroy(&actions);
            if (error == 0) process_ = process;
            return error;
        }
        void kill() const noexcept {
            if (process_ > 0) ::kill(process_, SIGKILL);
        }
        /// Waits for its end, once. Returns the error's number, or 0.
        int wait(int& status) noexcept {
            const ::pid_t process = std::exchange(process_, 0);
            if (process <= 0) return 0;
            while (::waitpid(process, &status, 0) < 0)
                if (errno != EINTR) return errno;
            return 0;
        }

      private:
        ::pid_t process_ = 0;
    };

    /// Makes `output` the reason of a failure.
    static bool fail(std::string& output, std::string reason, int error = 0) {
        detail::wipe(output);
        output = std::move(reason);
        if (error != 0) output += std::generic_category().message(error);
        return false;
    }
    /// Opens a pipe that programs of other threads do not inherit. Returns the error's number, or 0.
    static int open_pipe(Descriptor& reading, Descriptor& writing) noexcept {
        int ends[2];
#if defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) ||             \
    defined(__DragonFly__)
        if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
        if (::pipe(ends) != 0) return errno;
        for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
        reading.number = ends[0];
        writing.number = ends[1];
        return 0;
    }
    /// Returns the error's number, or 0 at the output's end.
    static int read_all(int from, std::string& output) {
        char buffer[4096];
        for (;;) {
            const ::ssize_t count = ::read(from, buffer, sizeof buffer);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return count == 0 ? 0 : errno;
            output.append(buffer, static_cast<std::size_t>(count));
            if (output.size() > max_output) return EFBIG;
        }
    }
#endif
};

namespace detail {

// Has no state, so that all threads may use it.
inline SystemProcessRunner system_process_runner;

/// Splits a command like a POSIX shell (POSIX.1-2017, Shell Command Language, section 2.2): at blanks, with
/// quotes and backslashes, and nothing else. False if a quote is not closed, or if there is no word.
[[nodiscard]] inline bool split_command(std::string_view command, std::vector<std::string>& words) {
    char quote = '\0';
    bool in_word = false;
    std::string word;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        const bool is_blank = c == ' ' || c == '\t' || c == '\n';
        if (quote == '\0' && is_blank) {
            if (in_word) words.push_back(std::exchange(word, {}));
            in_word = false;
            continue;
        }
        in_word = true;
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == '\\' && quote != '\'') {
            if (i + 1 == command.size()) return false;
            const char next = command[i + 1];
            // Between double quotes it escapes only these.
            if (quote == '\0' || next == '"' || next == '\\') {
                word += next;
                ++i;
            } else {
                word += c;
            }
        } else {
            word += c;
        }
    }
    if (in_word) words.push_back(std::move(word));
    return quote == '\0' && !words.empty();
}

/// Gets the credentials that a command prints (AWS SDKs and Tools Reference Guide, "Process credential
/// provider").
[[nodiscard]] inline Result<Credentials> run_credential_process(ProcessRunner& runner,
                                                                std::string_view command) {
    std::vector<std::string> words;
    if (!split_command(command, words))
        return credentials_error("InvalidProcess",
                                 {"credential_process is empty, or a quote in it is not closed"});
    std::string output;
    const bool succeeded = runner.run(words, output);
    const auto fail = [&](std::string_view problem, std::string_view detail) -> Result<Credentials> {
        return credentials_error("ProcessFailed", {"credential_process: '", words[0], problem, detail});
    };
    if (!succeeded) return fail("' cannot be used: ", output);
    CredentialsDocument document;
    Credentials credentials;
    const bool parsed = parse_credentials(output, document);
    wipe(output);
    if (!parsed) return fail("' printed something that is not a JSON document of credentials", {});
    if (document.version != 1) return fail("' printed a document without \"Version\": 1", {});
    if (const char* const member = take_credentials(document, credentials))
        return fail("' printed a document without a valid ", member);
    return credentials;
}

} // namespace detail
} // namespace belfry::inline v0
