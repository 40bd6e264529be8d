// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl learn: from what a command does to a rule file that lets it do so.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/homes.h"
#include "base/fd.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "learn/learn.h"

namespace eventfilter::cli {
namespace {

int trouble(const std::string& why) {
  say("error", why);
  return kTrouble;
}

// "nginx" for "/usr/sbin/nginx"; what can't be in a name is "_".
std::string domain_for(const std::string& program) {
  std::string name = program.substr(program.rfind('/') + 1);
  for (char& byte : name) {
    if (!std::isalnum(static_cast<unsigned char>(byte))) byte = '_';
  }
  const bool has_no_letter = name.empty() || std::isdigit(static_cast<unsigned char>(name.front()));
  return (has_no_letter ? "a" : "") + name.substr(0, 60) + "_t";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// diff(1) is on every Debian system, and what people know how to read.
int show_difference(const std::string& file, const std::string& after) {
  char beside[] = "/tmp/policyctl-learn.XXXXXX";
  const base::Fd fd(mkostemp(beside, O_CLOEXEC));
  if (!fd) return trouble(base::system_error(errno, beside).message);
  const bool is_written =
      write(fd.get(), after.data(), after.size()) == static_cast<ssize_t>(after.size());
  std::cout.flush();
  const pid_t child = is_written ? fork() : -1;
  if (child == 0) {
    execlp("diff", "diff", "-u", "--label", file.c_str(), "--label", "learnt", file.c_str(), beside,
           nullptr);
    _exit(kTrouble);
  }
  int status = 0;
  const bool has_run = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
  unlink(beside);
  return has_run && WEXITSTATUS(status) <= 1 ? kOk : trouble("diff can't be run");
}

struct Request {
  std::string output;   // a file that there isn't yet, or "-"
  std::string updated;  // or one to be added to
  bool writes = false;  // not only show the difference
  bool json = false;
  learn::Options options;
};

void tell(const Watched& watched, const learn::Learnt& learnt, const Request& request) {
  if (request.json) {
    std::string secrets;
    for (const std::string& path : learnt.sensitive)
      secrets += (secrets.empty() ? "" : ", ") + json_string(path);
    std::cout << "{\"domain\": " << json_string(request.options.domain)
              << ", \"events\": " << watched.observations.size() << ", \"lost\": " << watched.lost
              << ", \"sensitive\": [" << secrets << "]}\n";
  }
  for (const std::string& point : watched.unseen)
    say("warning", "what was done beneath \"" + point + "\" isn't known by its path");
  if (watched.lost != 0)
    say("warning", std::to_string(watched.lost) +
                       " records were lost: the rules are incomplete; run it again with --update");
  for (const std::string& path : learnt.sensitive)
    say("warning", '"' + path + "\" holds secrets as a rule, and is allowed now");
  if (WIFSIGNALED(watched.status))
    say("warning", std::string("the command was ended by ") + strsignal(WTERMSIG(watched.status)));
  if (WIFEXITED(watched.status) && WEXITSTATUS(watched.status) != 0)
    say("warning", "the command failed with status " + std::to_string(WEXITSTATUS(watched.status)));
}

int finish(const Watched& watched, const learn::Learnt& learnt, const Request& request,
           const std::string& before) {
  tell(watched, learnt, request);
  if (!request.updated.empty() && !request.writes) {
    if (learnt.text == before) say("note", "the rule file lets all of it pass");
    return learnt.text == before ? kOk : show_difference(request.updated, learnt.text);
  }
  const std::string file = request.updated.empty() ? request.output : request.updated;
  if (file == "-") {
    std::cout << learnt.text;
    return std::cout.flush() ? kOk : kTrouble;
  }
  if (learnt.text == before) return kOk;
  const auto written = base::write_text_file(file, learnt.text);
  return written ? kOk : trouble(written.error().message);
}

int learn_from(const std::vector<std::string>& command, Request& request) {
  std::string before;
  if (!request.updated.empty()) {
    auto text = base::read_text_file(request.updated);
    if (!text) return trouble(text.error().message);
    before = std::move(text).value();
  }
  const events::Target& target = events::builtin_target();
  const auto watched = watch(command, target);
  if (!watched)
    return trouble(watched.error().code == EOPNOTSUPP ? kNoEventFilters : watched.error().message);
  request.options.lost = watched.value().lost;
  const auto& seen = watched.value().observations;
  const auto learnt = [&] {
    const Progress progress("writing rules for " + std::to_string(seen.size()) + " events");
    return request.updated.empty() ? learn::learn(seen, request.options)
                                   : learn::update({request.updated, before}, seen, request.options);
  }();
  if (!learnt) return trouble(learnt.error().message);
  return finish(watched.value(), learnt.value(), request, before);
}

// What is wrong with the words, or "".
std::string mistake_in(const Arguments& arguments) {
  if (arguments.rest.empty()) return "which command? See policyctl learn --help";
  if (arguments.has("output") == arguments.has("update"))
    return "either --output FILE or --update FILE, please. See policyctl learn --help";
  if (arguments.has("write") && !arguments.has("update")) return "--write is for --update";
  if (arguments.has("json") && arguments.value("output") == "-")
    return "--json and the rule file can't both go to standard output";
  const std::string output = arguments.value("output");
  struct stat status = {};
  if (!output.empty() && output != "-" && lstat(output.c_str(), &status) == 0)
    return '"' + output + "\" exists; --update adds to it";
  return "";
}

}  // namespace

int learn_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("learn", words,
                                      {{"output", 'o', true},
                                       {"update", 0, true},
                                       {"write", 0, false},
                                       {"domain", 0, true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (const std::string mistake = mistake_in(arguments); !mistake.empty()) return trouble(mistake);
  Request request;
  request.output = arguments.value("output");
  request.updated = arguments.value("update");
  request.writes = arguments.has("write");
  request.json = arguments.has("json");
  learn::Options& options = request.options;
  options.domain =
      arguments.has("domain") ? arguments.value("domain") : domain_for(arguments.rest.front());
  options.command = joined(arguments.rest);
  options.home = apply::home_of(getuid());
  if (!options.home.empty()) options.compiler.variables["HOME"] = options.home;
  options.compiler.include_path = arguments.values("include");
  options.compiler.read_file = base::read_text_file;
  return learn_from(arguments.rest, request);
}

}  // namespace eventfilter::cli
