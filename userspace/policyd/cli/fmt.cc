// SPDX-License-Identifier: BSD-2-Clause
//
// Rule files as they are usually written.
#include <algorithm>
#include <iostream>
#include <iterator>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "syntax/format.h"

namespace eventfilter::cli {
namespace {

constexpr const char* kStandardInput = "-";

base::Result<std::string> contents(const std::string& file) {
  if (file != kStandardInput) return base::read_text_file(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

// What came of one file.
int format_file(const std::string& file, bool check, bool json) {
  auto text = contents(file);
  if (!text) {
    say("error", text.error().message);
    return kTrouble;
  }
  const std::string name = file == kStandardInput ? "standard input" : file;
  diag::Diagnostics diagnostics;
  const auto formatted = syntax::format(diagnostics.add_source(name, text.value()), diagnostics);
  show(diagnostics);
  if (!formatted) return kMistakes;
  const bool is_changed = *formatted != text.value();
  if (file == kStandardInput && !check) {
    std::cout << *formatted;
    return kOk;
  }
  if (is_changed && !check) {
    if (auto written = base::write_text_file(file, *formatted); !written) {
      say("error", written.error().message);
      return kTrouble;
    }
  }
  if (json) {
    std::cout << json_object({{"file", file}, {"changed", is_changed ? "true" : "false"}}) << '\n';
  } else if (is_changed) {
    std::cout << name << (check ? ": not formatted\n" : ": formatted\n");
  }
  return is_changed && check ? kMistakes : kOk;
}

}  // namespace

int fmt_command(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("fmt", words, {{"check", 0, false}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.empty()) {
    say("error", "which rule file? See policyctl fmt --help");
    return kTrouble;
  }
  int status = kOk;
  for (const std::string& file : arguments.rest) {
    status = std::max(status, format_file(file, arguments.has("check"), arguments.has("json")));
  }
  return std::cout.flush() ? status : kTrouble;
}

}  // namespace eventfilter::cli
