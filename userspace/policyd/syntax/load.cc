// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/load.h"

#include <cerrno>
#include <set>

#include "diag/messages.h"
#include "syntax/parse.h"

namespace eventfilter::syntax {
namespace {

using diag::Message;

struct Found {
  std::string name;
  std::string text;
};

// One run of load().
class Loader {
 public:
  Loader(const Sources& sources, diag::Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}

  void load(const std::string& name, const std::string& text, bool is_main);

  ast::Policy take() { return std::move(policy_); }

 private:
  void include(const ast::Include& include, const std::string& from);
  std::optional<Found> find(const ast::Include& include, const std::string& from);
  std::optional<Found> find_standard(const ast::Include& include);
  std::optional<Found> try_file(const std::string& path, const ast::Include& include);
  void check_version(const ast::File& file, bool is_main);
  void report(Message message, const diag::Range& range,
              std::initializer_list<std::string_view> arguments = {}, std::string hint = {});

  const Sources& sources_;
  diag::Diagnostics& diagnostics_;
  std::set<std::string> seen_;
  bool too_many_ = false;
  bool failed_ = false;
  ast::Policy policy_;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

void Loader::report(Message message, const diag::Range& range,
                    std::initializer_list<std::string_view> arguments, std::string hint) {
  diag::Diagnostic finding = diag::make(message, range, arguments);
  finding.hint = std::move(hint);
  diagnostics_.add(std::move(finding));
}

std::optional<Found> Loader::try_file(const std::string& path, const ast::Include& include) {
  if (!sources_.read_file) return std::nullopt;
  base::Result<std::string> text = sources_.read_file(path);
  if (text) return Found{path, std::move(text).value()};
  if (text.error().code != ENOENT) {
    failed_ = true;
    report(Message::include_unreadable, include.target.range, {text.error().message});
  }
  return std::nullopt;
}

std::optional<Found> Loader::find_standard(const ast::Include& include) {
  for (const std::string& folder : sources_.include_path) {
    auto found = try_file(folder + "/" + include.target.text + ".policy", include);
    if (found || failed_) return found;
  }
  if (!sources_.standard) return std::nullopt;
  const auto text = sources_.standard(include.target.text);
  if (!text) return std::nullopt;
  return Found{"<" + include.target.text + ">", std::string(*text)};
}

std::optional<Found> Loader::find(const ast::Include& include, const std::string& from) {
  failed_ = false;
  std::optional<Found> found;
  if (include.standard) {
    found = find_standard(include);
  } else {
    const bool absolute = include.target.text.starts_with('/');
    found = try_file(absolute ? include.target.text : folder_of(from) + include.target.text, include);
  }
  if (!found && !failed_) {
    std::string hint;
    if (include.standard) hint = diag::nearest_hint(include.target.text, sources_.standard_names);
    report(Message::include_not_found, include.target.range, {}, std::move(hint));
  }
  return found;
}

void Loader::include(const ast::Include& include, const std::string& from) {
  std::optional<Found> found = find(include, from);
  if (!found || !seen_.insert(found->name).second) return;
  if (seen_.size() > kMaxIncludes + 1) {
    if (!too_many_) {
      report(Message::include_too_many, include.target.range, {std::to_string(kMaxIncludes)});
    }
    too_many_ = true;
    return;
  }
  load(found->name, found->text, false);
}

void Loader::check_version(const ast::File& file, bool is_main) {
  bool is_first = true;
  for (const ast::Declaration& declaration : file.declarations) {
    const auto* const version = std::get_if<ast::Version>(&declaration);
    if (version != nullptr && !is_first) report(Message::version_not_first, version->range);
    if (version != nullptr && version->number.text != "1") {
      report(Message::version_unknown, version->number.range, {version->number.text});
    }
    if (version == nullptr && is_first && is_main) {
      report(Message::version_missing, {file.source, 0, 0}, {}, "write: policy 1;");
    }
    is_first = false;
  }
  if (is_first && is_main) {
    report(Message::version_missing, {file.source, 0, 0}, {}, "write: policy 1;");
  }
}

void Loader::load(const std::string& name, const std::string& text, bool is_main) {
  if (is_main) seen_.insert(name);
  const std::size_t errors = diagnostics_.errors();
  const diag::SourceId source = diagnostics_.add_source(name, text);
  ast::File file = parse(source, diagnostics_);
  // After a syntax error the version may have been read past.
  if (diagnostics_.errors() == errors) check_version(file, is_main);
  for (const ast::Declaration& declaration : file.declarations) {
    if (const auto* const one = std::get_if<ast::Include>(&declaration)) include(*one, name);
  }
  policy_.files.push_back(std::move(file));
}

}  // namespace

ast::Policy load(const std::string& name, const std::string& text, const Sources& sources,
                 diag::Diagnostics& diagnostics) {
  Loader loader(sources, diagnostics);
  loader.load(name, text, true);
  return loader.take();
}

}  // namespace eventfilter::syntax
