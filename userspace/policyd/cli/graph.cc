// SPDX-License-Identifier: BSD-2-Clause
//
// A drawing of a rule file.
#include <cerrno>
#include <cstdlib>
#include <iostream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/graph.h"
#include "base/fd.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/domain.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

// A file that nobody else finds.
base::Result<base::Fd> scratch() {
  const char* const folder = std::getenv("TMPDIR");
  std::string name = std::string(folder != nullptr ? folder : "/tmp") + "/policyctl-graph.XXXXXX";
  base::Fd fd(mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return base::system_error(errno, name);
  unlink(name.c_str());
  return fd;
}

base::Result<void> write_all(const base::Fd& fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = write(fd.get(), text.data() + done, text.size() - done);
    if (put < 0 && errno != EINTR) return base::system_error(errno, "a scratch file");
    if (put > 0) done += static_cast<std::size_t>(put);
  }
  return {};
}

base::Result<std::string> read_back(const base::Fd& fd) {
  std::string text(static_cast<std::size_t>(lseek(fd.get(), 0, SEEK_END)), '\0');
  const ssize_t got = pread(fd.get(), text.data(), text.size(), 0);
  if (got != static_cast<ssize_t>(text.size())) return base::system_error(EIO, "a scratch file");
  return text;
}

// Graphviz's dot makes an SVG of a graph.
base::Result<std::string> drawn(const std::string& graph) {
  auto input = scratch();
  auto output = scratch();
  if (!input) return input.error();
  if (!output) return output.error();
  if (auto put = write_all(input.value(), graph); !put) return put.error();
  const pid_t child = fork();
  if (child == 0) {
    lseek(input.value().get(), 0, SEEK_SET);
    dup2(input.value().get(), STDIN_FILENO);
    dup2(output.value().get(), STDOUT_FILENO);
    execlp("dot", "dot", "-Tsvg", nullptr);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return base::system_error(errno, "dot");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    return base::Error{ENOENT,
                       "dot can't be run: install Graphviz, or take --dot for the graph alone"};
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return base::Error{EIO, "dot has failed"};
  return read_back(output.value());
}

int finish(const std::string& text, const Arguments& arguments) {
  if (arguments.has("json")) {
    std::cout << json_object({{arguments.has("dot") ? "dot" : "svg", text}}) << '\n';
  } else if (!arguments.has("output")) {
    std::cout << text;
  } else if (auto written = base::write_text_file(arguments.value("output"), text); !written) {
    say("error", written.error().message);
    return kTrouble;
  }
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace

int graph_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("graph", words,
                                      {{"domain", 0, true},
                                       {"output", 'o', true},
                                       {"dot", 0, false},
                                       {"target", 0, true},
                                       {"boolean", 'b', true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.size() != 1) {
    say("error", "which rule file? See policyctl graph --help");
    return kTrouble;
  }
  int status = kOk;
  const auto loaded = load_or_say(
      arguments.rest[0],
      {arguments.values("include"), arguments.value("target"), arguments.values("boolean")},
      status);
  if (!loaded) return status;
  const emit::CompiledPolicy& policy = *loaded->policy;
  analysis::GraphOptions options;
  const std::string& file = arguments.rest[0];
  options.title = file.substr(file.rfind('/') + 1);
  if (arguments.has("domain")) {
    const auto domain = choose_domain(policy, arguments.value("domain"));
    if (!domain) {
      say("error", domain.error().message);
      return kTrouble;
    }
    options.domain = domain.value()->name;
  }
  const events::Target& target =
      loaded.value().target ? *loaded.value().target : events::builtin_target();
  const std::string graph = analysis::graph_of(policy, target, options);
  if (arguments.has("dot")) return finish(graph, arguments);
  const auto picture = drawn(graph);
  if (!picture) {
    say("error", picture.error().message);
    return kTrouble;
  }
  return finish(picture.value(), arguments);
}

}  // namespace eventfilter::cli
