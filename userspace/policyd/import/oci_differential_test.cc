// SPDX-License-Identifier: BSD-2-Clause
//
// Profiles drawn at random, three times: rule by rule, as they are written; as libseccomp's filter,
// exported and run on a simulator of the kernel's machine; and as a rule file, compiled and run by the core.
// EVF_SEED=N draws others.
//
// Of a call with several rules, one of them with an inequality, libseccomp isn't asked: version 2.5.4
// lets calls through that match none of them (pwrite64 when fd < 65536 and count <= 2^32 and pos <= 65536,
// or count != -100 and pos < 2^32, or fd < 100 and pos < -2^31: fd 65535, count 2^32, pos -2^62).
#include <algorithm>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>
#include <unistd.h>

#include "analysis/replay.h"
#include "emit/compile.h"
#include "import/bpf.h"
#include "import/oci.h"

namespace eventfilter::import {
namespace {

constexpr unsigned kProfiles = 150;
constexpr unsigned kCalls = 1000;  // of one profile

struct DrawnArgument {
  unsigned index;
  scmp_compare op;
  std::uint64_t value;
  std::uint64_t second;
};

struct DrawnRule {
  const events::Event* event;
  std::string action;
  std::uint32_t libseccomp;
  int error;
  std::vector<DrawnArgument> arguments;
};

struct DrawnProfile {
  std::string action;
  std::uint32_t libseccomp;
  std::vector<DrawnRule> rules;
};

bool holds(const DrawnArgument& one, std::uint64_t value) {
  switch (one.op) {
    case SCMP_CMP_NE: return value != one.value;
    case SCMP_CMP_LT: return value < one.value;
    case SCMP_CMP_LE: return value <= one.value;
    case SCMP_CMP_EQ: return value == one.value;
    case SCMP_CMP_GE: return value >= one.value;
    case SCMP_CMP_GT: return value > one.value;
    default: return (value & one.value) == (one.second & one.value);
  }
}

// What the rules say, one by one.
bool passes(const DrawnProfile& profile, const events::Event& event, const std::uint64_t (&registers)[6]) {
  for (const DrawnRule& rule : profile.rules) {
    const bool matches = rule.event == &event &&
                         std::all_of(rule.arguments.begin(), rule.arguments.end(), [&](const DrawnArgument& one) {
                           return holds(one, registers[one.index]);
                         });
    if (matches) return rule.action == "SCMP_ACT_ALLOW";
  }
  return profile.action == "SCMP_ACT_ALLOW";
}

// Whether libseccomp is to be trusted with a call.
bool is_simple(const DrawnProfile& profile, const events::Event& event) {
  std::size_t count = 0;
  bool has_inequality = false;
  for (const DrawnRule& rule : profile.rules) {
    if (rule.event != &event) continue;
    ++count;
    for (const DrawnArgument& one : rule.arguments) {
      has_inequality = has_inequality || (one.op != SCMP_CMP_EQ && one.op != SCMP_CMP_MASKED_EQ);
    }
  }
  return count < 2 || !has_inequality;
}

class Drawing {
 public:
  explicit Drawing(std::uint64_t seed) : engine_(seed) {
    for (const events::Event& event : events::builtin_target().events()) {
      const bool is_call = event.group == events::Group::Syscalls && event.fields.size() > 2;
      // These pass whatever a rule file says, and io_uring's are bound to others.
      if (is_call && event.syscall() != "exit" && event.syscall() != "exit_group" &&
          !event.syscall().starts_with("io_uring")) {
        calls_.push_back(&event);
      }
    }
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }

  std::uint64_t value() {
    static const std::vector<std::uint64_t> all = {
        0, 1, 2, 3, 7, 8, 100, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7e020000,
        ~std::uint64_t{0}, ~std::uint64_t{0} - 99, std::uint64_t{1} << 63, 0xffffffff80000000, 0x10000, 0xffff};
    return all[below(all.size())];
  }

  DrawnProfile profile() {
    static const std::vector<std::pair<std::string, std::uint32_t>> defaults = {
        {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(1)},
        {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(1)},
        {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
        {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW}};
    const auto& one = defaults[below(defaults.size())];
    DrawnProfile made{one.first, one.second, {}};
    const bool refuses = one.first != "SCMP_ACT_ALLOW";
    std::vector<const events::Event*> calls = calls_;
    std::shuffle(calls.begin(), calls.end(), engine_);
    calls.resize(5 + below(40));
    for (const events::Event* const event : calls) {
      const bool allows = refuses && below(5) != 0;
      const int error = below(2) == 0 ? EACCES : EXDEV;
      const std::uint32_t action = allows ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error));
      const std::size_t count = below(4) != 0 ? 1 : 1 + below(3);
      for (std::size_t i = 0; i < count; ++i) {
        made.rules.push_back({event, allows ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO", action, error, arguments(*event)});
      }
    }
    return made;
  }

  // A register as C passes an argument of this field's type.
  std::uint64_t argument(const events::Field& field) {
    std::uint64_t drawn = below(3) == 0 ? engine_() : value();
    if (below(4) == 0) drawn += below(3) - 1;
    if (field.size == 0 || field.size == 8) return drawn;
    const unsigned bits = 8 * field.size;
    drawn &= (std::uint64_t{1} << bits) - 1;
    const bool is_negative = field.is_signed && (drawn >> (bits - 1) & 1) != 0;
    return is_negative ? drawn | ~((std::uint64_t{1} << bits) - 1) : drawn;
  }

  const events::Event& call() { return *calls_[below(calls_.size())]; }
  const std::vector<const events::Event*>& calls() const { return calls_; }

 private:
  std::vector<DrawnArgument> arguments(const events::Event& event) {
    static const std::vector<scmp_compare> ops = {SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ,
                                                  SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ};
    std::vector<DrawnArgument> made;
    if (below(4) == 0) return made;
    for (unsigned i = 0; i + 2 < event.fields.size() && i < 6; ++i) {
      const events::Field& field = event.fields[i];
      const bool can_be = field.kind == events::Kind::Integer && event.find(field.name) == &field;
      if (can_be && below(2) == 0) made.push_back({i, ops[below(ops.size())], value(), value()});
    }
    return made;
  }

  std::mt19937_64 engine_;
  std::vector<const events::Event*> calls_;
};

const char* name_of(scmp_compare op) {
  switch (op) {
    case SCMP_CMP_NE: return "SCMP_CMP_NE";
    case SCMP_CMP_LT: return "SCMP_CMP_LT";
    case SCMP_CMP_LE: return "SCMP_CMP_LE";
    case SCMP_CMP_EQ: return "SCMP_CMP_EQ";
    case SCMP_CMP_GE: return "SCMP_CMP_GE";
    case SCMP_CMP_GT: return "SCMP_CMP_GT";
    default: return "SCMP_CMP_MASKED_EQ";
  }
}

std::string json_of(const DrawnProfile& profile) {
  std::string text = "{ \"defaultAction\": \"" + profile.action + "\", \"architectures\": [\"SCMP_ARCH_X86_64\"],\n\"syscalls\": [";
  for (const DrawnRule& rule : profile.rules) {
    text += (&rule == &profile.rules.front() ? "\n" : ",\n");
    text += "{ \"names\": [\"" + std::string(rule.event->syscall()) + "\"], \"action\": \"" + rule.action + '"';
    if (rule.action == "SCMP_ACT_ERRNO") text += ", \"errnoRet\": " + std::to_string(rule.error);
    text += ", \"args\": [";
    for (const DrawnArgument& one : rule.arguments) {
      text += (&one == &rule.arguments.front() ? "" : ", ");
      text += "{ \"index\": " + std::to_string(one.index) + ", \"value\": " + std::to_string(one.value) +
              ", \"valueTwo\": " + std::to_string(one.second) + ", \"op\": \"" + name_of(one.op) + "\" }";
    }
    text += "] }";
  }
  return text + "\n] }\n";
}

std::vector<sock_filter> exported(const DrawnProfile& profile) {
  const scmp_filter_ctx context = seccomp_init(profile.libseccomp);
  for (const DrawnRule& rule : profile.rules) {
    if (rule.libseccomp == profile.libseccomp) continue;
    std::vector<scmp_arg_cmp> arguments;
    for (const DrawnArgument& one : rule.arguments) {
      arguments.push_back({one.index, one.op, one.value, one.second});
    }
    const int result = seccomp_rule_add_array(context, rule.libseccomp, static_cast<int>(rule.event->number),
                                              static_cast<unsigned>(arguments.size()), arguments.data());
    EXPECT_TRUE(result == 0 || result == -EEXIST) << result;
  }
  FILE* const file = tmpfile();
  EXPECT_EQ(seccomp_export_bpf(context, fileno(file)), 0);
  seccomp_release(context);
  const long size = lseek(fileno(file), 0, SEEK_END);
  std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  EXPECT_EQ(pread(fileno(file), program.data(), static_cast<std::size_t>(size), 0), size);
  std::fclose(file);
  return program;
}

// One profile both ways.
class Pair {
 public:
  explicit Pair(const DrawnProfile& profile)
      : profile_(profile), text_(json_of(profile)), program_(exported(profile)) {
    auto made = import_oci("drawn", text_, {});
    EXPECT_TRUE(made.ok()) << made.error().message;
    imported_ = std::move(made).value();
    diag::Diagnostics diagnostics;
    policy_ = emit::compile({"drawn", imported_.policy}, {}, diagnostics);
    EXPECT_TRUE(policy_.has_value()) << diagnostics.render() << imported_.policy;
    replay_.emplace(*policy_, events::builtin_target());
  }

  // A difference in words, or "". `ret_compared`: with libseccomp, too.
  std::string compare(const events::Event& event, const std::uint64_t (&registers)[6],
                      bool& ret_refused, bool& ret_compared) {
    seccomp_data data{};
    data.nr = static_cast<int>(event.number);
    data.arch = AUDIT_ARCH_X86_64;
    std::copy(std::begin(registers), std::end(registers), std::begin(data.args));
    const std::uint32_t theirs = run_bpf(program_, data);
    const bool wanted = passes(profile_, event, registers);
    ret_compared = is_simple(profile_, event);
    analysis::Values values;
    for (std::size_t i = 0; i + 2 < event.fields.size() && i < 6; ++i) {
      const events::Field& field = event.fields[i];
      if (event.find(field.name) != &field) continue;
      values.numbers[field.name] = field.is_signed ? static_cast<policy::Number>(static_cast<std::int64_t>(registers[i]))
                                                   : static_cast<policy::Number>(registers[i]);
    }
    const analysis::Outcome ours = replay_->domain(policy_->domains.at(0), event, values);
    ret_refused = !wanted;
    const bool agree = !ret_compared || wanted == (theirs == SECCOMP_RET_ALLOW);
    if (ours.passes == wanted && agree) return "";
    std::string shown = event.name;
    for (const std::uint64_t one : registers) shown += " " + std::to_string(one);
    return shown + (wanted ? ": is to pass" : ": is to be refused") + ", libseccomp " + std::to_string(theirs) + ", we " + (ours.passes ? "pass" : "refuse " + ours.action) +
           "\n" + text_ + imported_.policy + policy_->domains[0].ruleset;
  }

 private:
  const DrawnProfile& profile_;
  std::string text_;
  std::vector<sock_filter> program_;
  Imported imported_;
  std::optional<emit::CompiledPolicy> policy_;
  std::optional<analysis::Replay> replay_;
};

TEST(OciDifferential, AsLibseccompHasIt) {
  seccomp_api_set(6);
  const char* const seed = std::getenv("EVF_SEED");
  Drawing drawing(seed != nullptr ? std::strtoull(seed, nullptr, 0) : 7);
  std::size_t refused = 0;
  std::size_t compared = 0;  // with libseccomp
  for (unsigned i = 0; i < kProfiles; ++i) {
    const DrawnProfile profile = drawing.profile();
    Pair pair(profile);
    for (unsigned j = 0; j < kCalls; ++j) {
      // Mostly of the calls that the profile names.
      const events::Event& event = drawing.below(4) == 0 ? drawing.call()
                                                         : *profile.rules[drawing.below(profile.rules.size())].event;
      std::uint64_t registers[6] = {};
      for (std::size_t at = 0; at + 2 < event.fields.size() && at < 6; ++at) {
        registers[at] = drawing.argument(event.fields[at]);
      }
      bool is_refused = false;
      bool is_compared = false;
      ASSERT_EQ(pair.compare(event, registers, is_refused, is_compared), "") << "profile " << i;
      refused += is_refused ? 1 : 0;
      compared += is_compared ? 1 : 0;
    }
  }
  std::printf("%u profiles, %u calls, %zu compared with libseccomp, %zu refused\n", kProfiles,
              kProfiles * kCalls, compared, refused);
  EXPECT_GE(compared, 100000U);
  EXPECT_GT(refused, std::size_t{kProfiles} * kCalls / 10);
  EXPECT_LT(refused, std::size_t{kProfiles} * kCalls / 10 * 9);
}

}  // namespace
}  // namespace eventfilter::import
