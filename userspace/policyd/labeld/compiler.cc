// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/compiler.h"

#include <algorithm>

#include "analysis/compile.h"
#include "apply/homes.h"
#include "labeld/instances.h"

namespace eventfilter::labeld {
namespace {

using diag::Diagnostics;

std::string text_of(const diag::Range& range, const Diagnostics& diagnostics) {
  const std::string& text = diagnostics.source_text(range.source);
  const std::size_t begin = std::min<std::size_t>(range.begin, text.size());
  const std::size_t end = std::clamp<std::size_t>(range.end, begin, text.size());
  return text.substr(begin, end - begin);
}

ipc::ViewDomain view_of(const emit::CompiledDomain& domain, const Diagnostics& diagnostics) {
  ipc::ViewDomain made;
  made.name = domain.name;
  made.from = domain.from;
  made.fixed = domain.fixed_booleans;
  made.where = to_string(domain.where);
  for (const emit::CompiledVector& one : domain.user)
    made.vectors.push_back({one.user_class, one.label, {one.allowed, one.audited, one.quiet}});
  for (const emit::CompiledRule& one : domain.rules) {
    made.rules.push_back({one.event, one.is_allow, one.all, one.labels, one.when,
                          to_string(diagnostics.place(one.range)), text_of(one.range, diagnostics)});
  }
  return made;
}

ipc::PolicyView view_of(const emit::CompiledPolicy& policy, const Diagnostics& diagnostics) {
  ipc::PolicyView made;
  for (const emit::CompiledDomain& one : policy.domains) made.domains.push_back(view_of(one, diagnostics));
  for (const emit::CompiledBoolean& one : policy.booleans) made.booleans.push_back({one.name, one.value});
  for (const emit::CompiledClass& one : policy.user_classes)
    made.classes.push_back({one.name, one.permissions});
  for (const emit::CompiledRole& one : policy.roles) made.roles.push_back({one.name, one.domains});
  for (const emit::CompiledUser& one : policy.users) made.users.push_back({one.name, one.roles});
  for (const emit::CompiledRole& one : policy.roles) {
    if (!one.constraints.empty()) made.constraints.push_back({one.name, one.constraints});
  }
  made.labels = policy.labels;
  for (const emit::CompiledDomain& one : policy.handles) made.handles.push_back(view_of(one, diagnostics));
  return made;
}

}  // namespace

base::Result<Sources> read_sources(const std::vector<std::string>& directories, uid_t owner) {
  Sources sources{std::make_shared<TrustedFiles>(owner), {}};
  auto paths = list_rule_files(directories, *sources.files);
  if (!paths) return paths.error();
  sources.paths = std::move(paths).value();
  return sources;
}

std::variant<Compiled, std::string> compile(const Sources& sources,
                                            const std::map<std::string, bool>& booleans,
                                            const std::vector<std::string>& include_path,
                                            const events::Target* target) {
  emit::Options options;
  options.variables["HOME"] = kHomeMark;
  options.homes = apply::homes_of_people();
  options.include_path = include_path;
  options.target = target;
  options.read_file = [&](const std::string& path) { return sources.files->read(path); };
  options.booleans = booleans;
  Diagnostics diagnostics;
  auto policy = analysis::compile(source_of(sources.paths), options, diagnostics);
  if (!policy) return diagnostics.render();
  Compiled made{std::move(*policy), {}, diagnostics.render()};
  made.view = view_of(made.policy, diagnostics);
  return made;
}

}  // namespace eventfilter::labeld
