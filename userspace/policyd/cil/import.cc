// SPDX-License-Identifier: BSD-2-Clause
#include "cil/import.h"

#include <cerrno>

#include "cil/filters.h"
#include "cil/vectors.h"
#include "emit/label_names.h"
#include "emit/ruleset.h"
#include "emit/schema.h"
#include "events/target.h"

namespace eventfilter::cil {
namespace {

// One domain after the other, so that only one's text is in memory.
void emit_domains(const Policy& from, std::vector<DomainVectors> domains, const Emit& emit,
                  Report& report) {
  const events::Target& target = events::builtin_target();
  policy::Policy names;
  names.labels = labels_of(from);
  emit::LabelNames labels(names);
  const emit::CoreSchema schema(target, names.labels);
  for (DomainVectors& vectors : domains) {
    const av::DomainVectors filters = filters_of(from, vectors, target);
    vectors.parts = {};
    const auto ruleset = emit::ruleset_of({&filters}, labels, schema);
    if (!ruleset) {
      report.refused.push_back(filters.name + ": " + ruleset.error().message);
      continue;
    }
    report.bytes += ruleset.value().size();
    emit(filters.name, ruleset.value());
  }
}

}  // namespace

base::Result<Report> import(const std::vector<File>& files, const PhaseDone& done, const Emit& emit) {
  Policy policy;
  Report report;
  for (const File& file : files) {
    if (auto parsed = parse(file, policy.symbols, policy.tree); !parsed) return parsed.error();
  }
  done("parse");
  if (auto resolved = resolve(policy); !resolved) return resolved.error();
  done("resolve");
  report.types = policy.types.size();
  report.groups = policy.names.size() - policy.types.size();
  report.allow_rules = policy.allow.size();
  report.optionals_left_out = policy.optionals_left_out;
  report.counts = policy.counts;
  std::vector<DomainVectors> domains = vectors_of(policy, report);
  report.domains = domains.size();
  if (domains.empty()) return base::Error{EINVAL, "no type has the attribute \"domain\""};
  done("vectors");
  report.violations = violations_of(policy);
  done("assertions");
  emit_domains(policy, std::move(domains), emit, report);
  done("emit");
  return report;
}

}  // namespace eventfilter::cil
