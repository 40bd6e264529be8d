// SPDX-License-Identifier: BSD-2-Clause
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "apparmor/import.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

using apparmor::Count;
using apparmor::Imported;

base::Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) names.push_back(entry.path().filename());
  if (error) return base::system_error(error.value(), folder);
  return names;
}

std::string text_of(const apparmor::Remark& one) {
  return one.place.file + ":" + std::to_string(one.place.line) + ": " + one.text;
}

void add(std::map<std::string, Count>& all, const std::map<std::string, Count>& more) {
  for (const auto& [kind, count] : more) {
    all[kind].exact += count.exact;
    all[kind].narrowed += count.narrowed;
    all[kind].unsupported += count.unsupported;
  }
}

void print_counts(const std::map<std::string, Count>& counts) {
  std::printf("%-16s %8s %9s %12s %7s\n", "rules", "exact", "narrowed", "unsupported", "exact");
  for (const auto& [kind, count] : counts) {
    const double all = static_cast<double>(count.exact + count.narrowed + count.unsupported);
    std::printf("%-16s %8zu %9zu %12zu %6.1f%%\n", kind.c_str(), count.exact, count.narrowed, count.unsupported,
                100 * static_cast<double>(count.exact) / all);
  }
}

std::string counts_json(const std::map<std::string, Count>& counts) {
  std::string text;
  for (const auto& [kind, count] : counts) {
    text += (text.empty() ? "" : ",") + json_string(kind) + ":{\"exact\":" + std::to_string(count.exact) +
            ",\"narrowed\":" + std::to_string(count.narrowed) + ",\"unsupported\":" +
            std::to_string(count.unsupported) + '}';
  }
  return "{" + text + "}";
}

// What the command prints in the end.
struct Output {
  std::string policy;
  std::vector<apparmor::Remark> listed;
  std::map<std::string, Count> counts;
};

int print(const Output& output, const Arguments& arguments) {
  const bool json = arguments.has("json");
  std::string listed;
  for (const apparmor::Remark& one : output.listed) {
    if (json) listed += (listed.empty() ? "" : ",") + json_string(text_of(one));
    else say("note", text_of(one));
  }
  if (json) {
    std::cout << "{\"policy\":" << json_string(output.policy) << ",\"listed\":[" << listed << "],\"counts\":"
              << counts_json(output.counts) << "}\n";
  } else if (arguments.has("counts")) {
    print_counts(output.counts);
  } else {
    std::cout << output.policy;
  }
  std::fflush(stdout);
  return std::cout.flush() ? kOk : kTrouble;
}

// All files as one policy; for counts each by itself.
base::Result<Output> import_all(const std::vector<apparmor::File>& files, const apparmor::Sources& sources,
                                const apparmor::Options& options, bool apart) {
  Output output;
  std::vector<std::vector<apparmor::File>> runs;
  if (apart) for (const apparmor::File& file : files) runs.push_back({file});
  else runs.push_back(files);
  for (const auto& run : runs) {
    auto made = apparmor::import(run, sources, options);
    if (!made) return made.error();
    output.policy += apart ? "" : made.value().policy;
    const auto& listed = made.value().listed;
    output.listed.insert(output.listed.end(), listed.begin(), listed.end());
    add(output.counts, made.value().counts);
  }
  return output;
}

}  // namespace

int import_apparmor(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "import", words,
      {{"base", 0, true}, {"loader", 0, true}, {"counts", 0, false}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.empty()) {
    say("error", "AppArmor profiles, please. See policyctl import --help");
    return kTrouble;
  }
  std::vector<apparmor::File> files;
  for (const std::string& name : arguments.rest) {
    auto text = base::read_text_file(name);
    if (!text) {
      say("error", text.error().message);
      return kTrouble;
    }
    files.push_back({name, std::move(text).value()});
  }
  apparmor::Sources sources;
  sources.read = base::read_text_file;
  sources.list = names_in;
  if (arguments.has("base")) sources.base = arguments.value("base");
  apparmor::Options options;
  if (arguments.has("loader")) options.loaders = arguments.values("loader");
  const auto output = import_all(files, sources, options, arguments.has("counts"));
  if (!output) {
    say("error", output.error().message);
    return kMistakes;
  }
  return print(output.value(), arguments);
}

}  // namespace eventfilter::cli
