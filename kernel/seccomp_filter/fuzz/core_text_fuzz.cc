// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Any bytes as ruleset text: refused with a place inside the text, or compiled to programs whose
// canonical text compiles to the same.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/rules.h"
#include "kunit/vectors.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_error(const evf_error& error, std::size_t size) {
  char sentence[512];
  require(error.code > EVF_OK && error.code < EVF_E_internal);
  require(error.offset <= size && error.length <= size - error.offset);
  require(evf_error_sentence(&error, sentence, sizeof(sentence)) > 0);
}

void check_same(const evf_rule& a, const evf_rule& b) {
  require(a.group == b.group && a.kind == b.kind);
  require(a.action.kind == b.action.kind && a.action.quiet == b.action.quiet &&
          a.action.error == b.action.error);
  require((a.program == nullptr) == (b.program == nullptr));
  if (a.program == nullptr) return;
  require(evf_program_slots(a.program) == evf_program_slots(b.program));
  require(evf_program_label_slots(a.program) == evf_program_label_slots(b.program));
}

void check_canonical(const evf_rules& rules, std::string_view text) {
  char* once = nullptr;
  char* twice = nullptr;
  evf_rules again{};
  evf_error error{};
  const int err = evf_format(&evf_vector_schema, text.data(), text.size(), &once, &error);
  // A canonical form may take more room or parentheses than there are
  require(err == 0 || err == -E2BIG);
  if (err != 0) return;
  const std::string_view canonical = once;
  require(evf_format(&evf_vector_schema, canonical.data(), canonical.size(), &twice, &error) == 0);
  require(canonical == twice);
  require(evf_rules_parse(&again, &evf_vector_schema, canonical.data(), canonical.size(), &error) ==
          0);
  require(again.nr == rules.nr && again.compat_allow == rules.compat_allow);
  for (std::uint32_t i = 0; i < rules.nr; ++i) {
    require(rules.event[i] == again.event[i]);
    check_same(*evf_rule_of(&rules, i), *evf_rule_of(&again, i));
  }
  evf_rules_free(&again);
  evf_free(once);
  evf_free(twice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  evf_rules rules{};
  evf_error error{};
  const int err = evf_rules_parse(&rules, &evf_vector_schema, text.data(), text.size(), &error);
  require(err == 0 || err == -EINVAL || (err == -E2BIG && size > EVF_MAX_TEXT));
  if (err == -EINVAL) check_error(error, size);
  if (err == 0) check_canonical(rules, text);
  evf_rules_free(&rules);
  return 0;
}
