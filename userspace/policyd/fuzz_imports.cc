// SPDX-License-Identifier: BSD-2-Clause
//
// Somebody else's policy -> ours: the first byte says whose. Whatever the text, either an error or a rule file that
// the compiler takes, with the domains that the importer says; never a crash.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "apparmor/import.h"
#include "cil/import.h"
#include "emit/compile.h"
#include "import/oci.h"

namespace {

using namespace eventfilter;

// One include that there is, which is enough to come back to itself
apparmor::Sources sources(const std::string& text) {
  apparmor::Sources made;
  made.read = [text](const std::string& path) -> base::Result<std::string> {
    if (path.ends_with("/self")) return text;
    return base::Error{2, path + ": there is no such file"};
  };
  made.list = [](const std::string& path) -> base::Result<std::vector<std::string>> {
    return base::Error{20, path + ": not a directory"};
  };
  return made;
}

// A limit of the kernel's is no mistake of the importer's
bool is_limit(const diag::Diagnostics& diagnostics) {
  for (const auto& finding : diagnostics.all()) {
    if (finding.text.find("at most") != std::string::npos) return true;
  }
  return false;
}

// And into nothing but these domains: names in the text are no lines of the rule file
void expect_compiles(const std::string& policy, std::vector<std::string> domains) {
  diag::Diagnostics diagnostics;
  const auto compiled = emit::compile({"imported", policy}, {}, diagnostics);
  if (!compiled && is_limit(diagnostics)) return;
  std::vector<std::string> made;
  if (compiled) {
    for (const emit::CompiledDomain& one : compiled->domains) made.push_back(one.name);
  }
  std::sort(domains.begin(), domains.end());
  std::sort(made.begin(), made.end());
  if (compiled && made == domains) return;
  std::cerr << diagnostics.render() << policy;
  std::abort();
}

void try_apparmor(const std::string& text) {
  const auto made = apparmor::import({{"p", text}}, sources(text), {});
  if (made) expect_compiles(made.value().policy, made.value().domains);
}

void try_oci(const std::string& text) {
  const auto made = import::import_oci("p", text, {});
  if (made) expect_compiles(made.value().policy, {import::OciOptions().domain});
}

void try_cil(const std::string& text) {
  const auto made = cil::import({{"p", text}}, [](std::string_view) {}, [](std::string_view, const std::string&) {});
  // What it calls a filter is one that the core takes
  if (made && !made.value().refused.empty()) {
    for (const std::string& one : made.value().refused) {
      if (one.find("at most") != std::string::npos) continue;
      std::cerr << one << '\n';
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0]) {
    case 'a': try_apparmor(text); break;
    case 'c': try_cil(text); break;
    case 'o': try_oci(text); break;
    default: break;
  }
  return 0;
}
