// SPDX-License-Identifier: BSD-2-Clause
#include "cli/load.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "analysis/compile.h"
#include "apply/homes.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/exit_codes.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "diag/messages.h"

namespace eventfilter::cli {
namespace {

base::Result<std::unique_ptr<events::Target>> load_target(const std::string& file) {
  if (file.empty()) return std::unique_ptr<events::Target>();
  auto listing = base::read_text_file(file);
  if (!listing) return listing.error();
  auto target = events::parse_target(file, listing.value());
  if (!target) return target.error();
  return std::make_unique<events::Target>(std::move(target).value());
}

// "NAME=true", "NAME=false"
base::Result<void> read_booleans(const std::vector<std::string>& words,
                                 std::map<std::string, bool>& ret) {
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (value != "true" && value != "false") {
      return base::Error{EINVAL, "--boolean takes NAME=true or NAME=false, not \"" + word + '"'};
    }
    ret[word.substr(0, equals)] = value == "true";
  }
  return {};
}

}  // namespace

base::Result<void> check_booleans(const std::map<std::string, bool>& values,
                                  const emit::CompiledPolicy& policy) {
  std::vector<std::string> known;
  for (const emit::CompiledBoolean& one : policy.booleans) known.push_back(one.name);
  for (const auto& [name, value] : values) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string hint = diag::nearest_hint(name, known);
    return base::Error{
        ENOENT, "the rule file has no boolean \"" + name + '"' + (hint.empty() ? "" : "; " + hint)};
  }
  return {};
}

base::Result<Prepared> prepare(const std::string& file, const LoadOptions& options) {
  Prepared made;
  auto target = load_target(options.target);
  if (!target) return target.error();
  made.target = std::move(target).value();
  auto text = base::read_text_file(file);
  if (!text) return text.error();
  made.source = {file, std::move(text).value()};
  if (const std::string home = apply::home_of(getuid()); !home.empty())
    made.options.variables["HOME"] = home;
  made.options.homes = apply::homes_of_people();
  made.options.include_path = options.include_path;
  made.options.read_file = base::read_text_file;
  made.options.target = made.target.get();
  if (auto read = read_booleans(options.booleans, made.options.booleans); !read)
    return read.error();
  return made;
}

base::Result<Loaded> load(const std::string& file, const LoadOptions& options) {
  const Progress progress("compiling " + file);
  auto prepared = prepare(file, options);
  if (!prepared) return prepared.error();
  Prepared from = std::move(prepared).value();
  Loaded loaded;
  loaded.policy = analysis::compile(from.source, from.options, loaded.diagnostics);
  if (from.target) loaded.target = std::move(*from.target);
  if (loaded.policy) {
    if (auto good = check_booleans(from.options.booleans, *loaded.policy); !good)
      return good.error();
  }
  return loaded;
}

std::optional<Loaded> load_or_say(const std::string& file, const LoadOptions& options,
                                  int& ret_status) {
  auto loaded = load(file, options);
  if (!loaded) {
    say("error", loaded.error().message);
    ret_status = kTrouble;
    return std::nullopt;
  }
  if (loaded.value().policy) return std::move(loaded).value();
  show(loaded.value().diagnostics);
  ret_status = kMistakes;
  return std::nullopt;
}

void add_at(diag::Diagnostics& findings, const diag::Diagnostics& from, const diag::Place& where,
            diag::Severity severity, const std::string& text, const std::string& hint) {
  std::string source;
  for (diag::SourceId id = 0; id < from.source_count(); ++id) {
    if (from.source_name(id) == where.file) source = from.source_text(id);
  }
  const std::size_t line = base::line_begin(source, where.line);
  const std::size_t begin = std::min(line + where.column - 1, source.size());
  const std::size_t end = std::clamp(line + where.end_column, begin, source.size());
  const diag::SourceId id = findings.add_source(where.file, std::move(source));
  findings.add({severity,
                "not_applicable",
                {id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
                text,
                {},
                hint});
}

}  // namespace eventfilter::cli
