// SPDX-License-Identifier: BSD-2-Clause
// The kernel has another implementation of the language: ftrace's event filter. Each expression is
// set on a trace event and enforced on a process at once; the process makes calls, and those that
// ftrace recorded must be those that were let through. EVF_SEED chooses other expressions.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "oracle/expression.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/trace.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// An offset within a page is EINVAL before anything else is looked at. All six are unsigned long,
// which is how ftrace takes every argument.
const Subject6 kMmap{"mmap", SYS_mmap, {"addr", "len", "prot", "flags", "fd", "off"}, ~0ULL};
// An unknown "which" is EINVAL, and a "who" never matters then. Both are int: below 2^31 a typed
// comparison and one of registers agree.
const Subject6 kGetpriority{"getpriority", SYS_getpriority, {"which", "who"}, 0x7fffffff};
// No such descriptor is open. unsigned int, off_t, unsigned int.
const Subject6 kLseek{"lseek", SYS_lseek, {"fd", "offset", "whence"}, 0x7fffffff};

uint64_t seed() {
  const char* chosen = std::getenv("EVF_SEED");
  return chosen != nullptr ? std::strtoull(chosen, nullptr, 0) : 2011;
}

class FtraceOracle : public testing::Test {
 protected:
  // Grace periods make up most of the time of changing a filter
  FtraceOracle() { write_file("/sys/kernel/rcu_expedited", "1\n"); }
  ~FtraceOracle() override { write_file("/sys/kernel/rcu_expedited", "0\n"); }

  struct Verdicts {
    std::vector<bool> recorded;
    std::vector<bool> passed;
  };

  static std::string event(const Subject6& subject) {
    return std::string("events/syscalls/sys_enter_") + subject.name + "/";
  }

  // Both filters at once
  Verdicts try_both(const Subject6& subject, const std::string& filter,
                    const std::vector<Arguments>& calls) const {
    trace_.write(event(subject) + "filter", filter);
    trace_.write(event(subject) + "enable", "1");
    trace_.clear();
    void* memory =
        mmap(nullptr, calls.size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "mmap");
    char* const passed = static_cast<char*>(memory);
    in_child([&] {
      const Ruleset ruleset(std::string("sys_enter_") + subject.name + ": " + filter +
                            " else errno EDOM");
      ruleset.enforce();
      for (size_t i = 0; i < calls.size(); ++i) {
        const auto& [a, b, c, d, e, f] = calls[i];
        passed[i] = error_of(raw_syscall(subject.number, a, b, c, d, e, f)) != EDOM;
      }
    });
    Verdicts verdicts{recorded_of(subject, calls),
                      std::vector<bool>(passed, passed + calls.size())};
    munmap(memory, calls.size());
    return verdicts;
  }

  // Which of the calls are in the trace. Records come in the order of the calls, with all
  // arguments.
  std::vector<bool> recorded_of(const Subject6& subject,
                                const std::vector<Arguments>& calls) const {
    std::vector<bool> recorded(calls.size(), false);
    std::istringstream trace(trace_.read("trace"));
    size_t next = 0;
    for (std::string line; std::getline(trace, line);) {
      const size_t at = line.find(std::string(": sys_") + subject.name + "(");
      if (at == std::string::npos) {
        continue;
      }
      const Arguments arguments = parse(line.substr(at), subject.fields.size());
      while (next < calls.size() && calls[next] != arguments) {
        ++next;
      }
      // Calls of the C library or of another process are no part of this
      if (next == calls.size()) {
        next = 0;
        continue;
      }
      recorded[next++] = true;
    }
    return recorded;
  }

  // "sys_lseek(fd: 1, offset: ff, whence: 0)": hexadecimal
  static Arguments parse(const std::string& text, size_t fields) {
    Arguments arguments{};
    size_t at = 0;
    for (size_t i = 0; i < fields; ++i) {
      at = text.find(": ", at + (i == 0 ? 2 : 0)) + 2;
      arguments[i] = std::stoull(text.substr(at), nullptr, 16);
    }
    return arguments;
  }

  // The three opinions on random expressions are one
  void compare(const Subject6& subject, int expressions,
               const std::function<void(size_t, Arguments&)>& make_harmless) {
    Generator generator(subject, seed());
    constexpr size_t kCalls = 40;
    unsigned long records = 0;
    unsigned long passed = 0;
    for (int i = 0; i < expressions; ++i) {
      const auto expression = generator.expression(1 + static_cast<unsigned>(i) % 12);
      std::vector<Arguments> calls(kCalls);
      for (size_t c = 0; c < kCalls; ++c) {
        calls[c] = generator.arguments();
        make_harmless(c, calls[c]);
      }
      const Verdicts verdicts = try_both(subject, expression->text(), calls);
      for (size_t c = 0; c < kCalls; ++c) {
        const bool expected = expression->is_true(calls[c]);
        ASSERT_EQ(verdicts.passed[c], verdicts.recorded[c])
            << expression->text() << "\nfor " << testing::PrintToString(calls[c])
            << ": ours, then ftrace's";
        ASSERT_EQ(verdicts.passed[c], expected)
            << expression->text() << "\nfor " << testing::PrintToString(calls[c]);
        passed += expected ? 1 : 0;
      }
      records += kCalls;
    }
    std::printf("%d expressions on %s, %lu calls, %lu passed, no difference\n", expressions,
                subject.name, records, passed);
    // Neither may be right by always saying the same
    EXPECT_GT(passed, records / 10);
    EXPECT_LT(passed, records * 9 / 10);
  }

  const TraceInstance trace_;
};

TEST_F(FtraceOracle, AgreesOnUnsignedLongs) {
  compare(kMmap, rounds(1000, 20000), [](size_t call, Arguments& arguments) {
    arguments[5] = 2 * call + 1;  // within a page, and different for each call
  });
}

TEST_F(FtraceOracle, AgreesOnIntsThatAreNotNegative) {
  compare(kGetpriority, rounds(200, 5000), [](size_t call, Arguments& arguments) {
    arguments[0] = arguments[0] < 3 ? arguments[0] + 3 : arguments[0];
    arguments[1] = call;
  });
}

TEST_F(FtraceOracle, AgreesOnMixedTypes) {
  compare(kLseek, rounds(200, 5000), [](size_t call, Arguments& arguments) {
    arguments[0] = arguments[0] < 1000 ? arguments[0] + 1000 : arguments[0];
    arguments[2] = call;
  });
}

// What is no filter to one is none to the other
TEST_F(FtraceOracle, AgreesOnWhatIsWrong) {
  for (const char* wrong : {"fd ==",
                            "== 1",
                            "fd = 1",
                            "fd 1",
                            "fd == 1 &&",
                            "|| fd == 1",
                            "(fd == 1",
                            "fd == 1)",
                            "()",
                            "fd == 1 || || fd == 2",
                            "nonesuch == 1",
                            "fd == 1 fd == 2",
                            "fd == x",
                            "fd == 0xg",
                            "fd == 18446744073709551616",
                            "fd ~ 1",
                            "fd == \"1\"",
                            "fd & & 1",
                            "fd == 1 & fd == 2",
                            "fd == 1 | fd == 2",
                            "!",
                            "fd == 1 && ()"}) {
    EXPECT_LT(trace_.try_write(event(kLseek) + "filter", wrong), 0) << wrong;
    EXPECT_REFUSED(EINVAL, Ruleset().write(std::string("sys_enter_lseek: ") + wrong)) << wrong;
  }
}

// Where they differ, each difference on purpose: ftrace compares whole registers, unsigned
TEST_F(FtraceOracle, KnownDifferences) {
  const struct {
    const Subject6& subject;
    const char* filter;
    Arguments arguments;
    bool ours;
    bool ftraces;
  } differences[] = {
      // Garbage above an int: the call doesn't look at it, nor do we
      {kGetpriority, "which == 100", {dirty(100), 0}, true, false},
      {kGetpriority, "which != 100", {dirty(100), 0}, false, true},
      {kLseek, "fd < 5000", {dirty(1000), 0, 0}, true, false},
      // A negative int is a large register
      {kGetpriority, "which > 1000", {0xffffffff, 0}, false, true},
      {kGetpriority, "which < 1000", {~0ULL, 0}, true, false},
      {kLseek, "offset > 5", {1000, ~0ULL, 0}, false, true},
      // Bits that only a register has
      {kLseek, "fd & 0xf0000000", {0x1'0000'0001, 0, 0}, false, false},
  };
  for (const auto& difference : differences) {
    const Verdicts verdicts =
        try_both(difference.subject, difference.filter, {difference.arguments});
    EXPECT_EQ(verdicts.passed[0], difference.ours) << difference.filter;
    EXPECT_EQ(verdicts.recorded[0], difference.ftraces) << difference.filter;
  }
}

TEST_F(FtraceOracle, KnownDifferencesOfTheLanguage) {
  // Ours only: sets, ranges, fields alone or compared with each other, negative numbers. Of those
  // values that don't fit a field we say so.
  for (const char* ours :
       {"fd in { 1, 2 }", "fd", "!fd", "fd == whence", "offset == -1", "allow", "deny"}) {
    EXPECT_ALLOWED(Ruleset().write(std::string("sys_enter_lseek: ") + ours)) << ours;
    EXPECT_LT(trace_.try_write(event(kLseek) + "filter", ours), 0) << ours;
  }
  for (const char* theirs : {"fd == 4294967296", "whence == 18446744073709551615"}) {
    EXPECT_REFUSED(EINVAL, Ruleset().write(std::string("sys_enter_lseek: ") + theirs)) << theirs;
    EXPECT_EQ(trace_.try_write(event(kLseek) + "filter", theirs), 0) << theirs;
  }
}

}  // namespace
}  // namespace eventfilter::selftest
