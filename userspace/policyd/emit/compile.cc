// SPDX-License-Identifier: BSD-2-Clause
#include "emit/compile.h"

#include "av/vectors.h"
#include "diag/messages.h"
#include "emit/ruleset.h"
#include "emit/schema.h"
#include "events/target.h"
#include "sema/check.h"
#include "stdlib/stdlib.h"
#include "syntax/load.h"

namespace eventfilter::emit {
namespace {

Cover cover_of(policy::Cover cover) {
  switch (cover) {
    case policy::Cover::Tree: return Cover::Tree;
    case policy::Cover::Self: return Cover::Self;
    case policy::Cover::Name: break;
  }
  return Cover::Name;
}

LabelAssignment assignment_of(const policy::Assignment& from, const policy::Policy& policy,
                              const diag::Diagnostics& diagnostics) {
  LabelAssignment made;
  made.label = policy.labels[from.label].name;
  made.cover = cover_of(from.cover);
  made.path = from.path;
  made.directory = from.directory;
  made.component = from.component;
  made.where = diagnostics.place(from.range);
  return made;
}

void add_domains(const std::vector<av::DomainVectors>& vectors, const policy::Policy& policy,
                 const events::Target& target, diag::Diagnostics& diagnostics,
                 CompiledPolicy& ret) {
  const CoreSchema schema(target, policy.labels);
  for (const av::DomainVectors& domain : vectors) {
    base::Result<std::string> ruleset = ruleset_of(domain, policy.labels, schema);
    if (!ruleset) {
      diagnostics.add(diag::make(diag::Message::ruleset_refused, domain.range,
                                 {ruleset.error().message}));
      continue;
    }
    ret.domains.push_back({domain.name, std::move(ruleset).value(), domain.permissive,
                           diagnostics.place(domain.range)});
  }
}

}  // namespace

std::optional<CompiledPolicy> compile(const Source& main, const Options& options,
                                      diag::Diagnostics& diagnostics) {
  const events::Target& target = options.target ? *options.target : events::builtin_target();
  const syntax::Sources sources{options.read_file, options.include_path, &stdlib::find,
                                stdlib::names()};
  const ast::Policy tree = syntax::load(main.name, main.text, sources, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  const policy::Policy policy = sema::check(tree, target, options.variables, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  const std::vector<av::DomainVectors> vectors = av::compute(policy, target, diagnostics);

  CompiledPolicy ret;
  for (const policy::Label& label : policy.labels) ret.labels.push_back(label.name);
  for (const policy::Assignment& one : policy.assignments) {
    ret.assignments.push_back(assignment_of(one, policy, diagnostics));
  }
  add_domains(vectors, policy, target, diagnostics, ret);
  if (diagnostics.has_errors()) return std::nullopt;
  return ret;
}

}  // namespace eventfilter::emit
