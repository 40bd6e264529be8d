// SPDX-License-Identifier: BSD-2-Clause
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/text.h"
#include "cil/import.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

struct Phase {
  std::string name;
  double seconds;    // of CPU
  long peak_kbytes;  // of the process, until its end
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

long peak_kbytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f", seconds);
  return text;
}

// SELinux's policies are larger than any rule file.
base::Result<cil::File> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::system_error(ENOENT, path);
  cil::File read{path, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
  if (file.bad()) return base::system_error(EIO, path);
  return read;
}

void print_text(const cil::Report& report, const std::vector<Phase>& phases, bool lists_unsupported) {
  std::printf("%zu types, %zu attributes that have any, %zu domains, %zu allow rules in force\n",
              report.types, report.groups, report.domains, report.allow_rules);
  std::printf("\n%-22s %9s %9s %12s\n", "statement", "exact", "no-op", "unsupported");
  cil::Count all;
  for (const auto& [name, count] : report.counts) {
    std::printf("%-22s %9zu %9zu %12zu\n", name.c_str(), count.exact, count.no_op, count.unsupported);
    all.exact += count.exact;
    all.no_op += count.no_op;
    all.unsupported += count.unsupported;
  }
  std::printf("%-22s %9zu %9zu %12zu\n", "all", all.exact, all.no_op, all.unsupported);
  if (lists_unsupported) {
    std::printf("\nallow rules with a permission that is unsupported\n");
    for (const auto& [name, times] : report.unsupported) std::printf("%9zu %s\n", times, name.c_str());
  }
  for (const cil::Violation& one : report.violations) {
    std::printf("neverallow %s\n  is broken by allow %s\n", one.never.c_str(), one.allow.c_str());
  }
  for (const std::string& one : report.refused) std::printf("no filters: %s\n", one.c_str());
  std::printf("\n%zu bytes of filters\n", report.bytes);
  std::printf("%-12s %10s %12s\n", "phase", "CPU s", "peak KiB");
  for (const Phase& phase : phases) {
    std::printf("%-12s %10s %12ld\n", phase.name.c_str(), seconds_text(phase.seconds).c_str(),
                phase.peak_kbytes);
  }
}

void print_json(const cil::Report& report, const std::vector<Phase>& phases) {
  const char* between = "";
  std::cout << "{\"types\":" << report.types << ",\"domains\":" << report.domains
            << ",\"allow_rules\":" << report.allow_rules << ",\"bytes\":" << report.bytes
            << ",\"violations\":" << report.violations.size() << ",\"statements\":{";
  for (const auto& [name, count] : report.counts) {
    std::cout << between << json_string(name) << ":{\"exact\":" << count.exact
              << ",\"no_op\":" << count.no_op << ",\"unsupported\":" << count.unsupported << '}';
    between = ",";
  }
  std::cout << "},\"phases\":[";
  between = "";
  for (const Phase& phase : phases) {
    std::cout << between << "{\"name\":" << json_string(phase.name)
              << ",\"cpu_seconds\":" << seconds_text(phase.seconds)
              << ",\"peak_kbytes\":" << phase.peak_kbytes << '}';
    between = ",";
  }
  std::cout << "]}\n";
}

base::Result<std::vector<cil::File>> read_all(const Arguments& arguments) {
  std::vector<cil::File> files;
  for (const std::string& name : arguments.rest) {
    auto file = read(name);
    if (!file) return file.error();
    files.push_back(std::move(file).value());
  }
  return files;
}

}  // namespace

int import_cil(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("import", words, {{"rulesets", 0, false}, {"unsupported", 0, false}, {"json", 0, false}},
            kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.empty()) {
    say("error", "CIL files, please. See policyctl import --help");
    return kTrouble;
  }
  std::vector<Phase> phases;
  double before = cpu_seconds();
  const auto done = [&](std::string_view name) {
    const double now = cpu_seconds();
    phases.push_back({std::string(name), now - before, peak_kbytes()});
    before = now;
  };
  const auto files = read_all(arguments);
  if (!files) {
    say("error", files.error().message);
    return kTrouble;
  }
  done("read");
  const bool prints_rulesets = arguments.has("rulesets");
  const auto report =
      cil::import(files.value(), done, [&](std::string_view name, const std::string& ruleset) {
        if (prints_rulesets) std::cout << "# domain " << base::in_comment(std::string(name)) << '\n' << ruleset;
      });
  if (!report) {
    say("error", report.error().message);
    return kTrouble;
  }
  if (arguments.has("json")) {
    print_json(report.value(), phases);
  } else if (!prints_rulesets) {
    print_text(report.value(), phases, arguments.has("unsupported"));
  }
  if (!std::cout.flush()) return kTrouble;
  return report.value().violations.empty() ? kOk : kMistakes;
}

}  // namespace eventfilter::cli
