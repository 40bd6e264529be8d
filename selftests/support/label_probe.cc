// SPDX-License-Identifier: BSD-2-Clause
#include "support/label_probe.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

#include "support/child.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// None of these is an errno that opening, creating, linking or renaming has of its own
struct Answer {
  int error;
  const char* names;
};
constexpr std::array<Answer, 7> kSets{{{EDOM, "a_t"},
                                       {ERANGE, "b_t"},
                                       {ECHILD, "a_t b_t"},
                                       {ESRCH, "c_t"},
                                       {EPIPE, "a_t c_t"},
                                       {ENOTTY, "b_t c_t"},
                                       {ENOEXEC, "a_t b_t c_t"}}};
constexpr int kEmpty = EBADF;
constexpr int kUnknown = E2BIG;

std::string probe_rules(const std::string& event, const std::string& field) {
  const std::string test = field + " & ";
  // Any program that reads an unknown label is false, negated or not
  std::string text = event + ": !(" + test + "never_t) else errno " + errno_name(kUnknown) + "\n";
  text += event + ": " + test + "a_t || " + test + "b_t || " + test + "c_t else errno " +
          errno_name(kEmpty) + "\n";
  for (unsigned set = 1; set <= kSets.size(); ++set) {
    text += event + ": !(";
    for (unsigned bit = 0; bit < 3; ++bit) {
      text += bit != 0 ? " && " : "";
      text += (set >> bit & 1) != 0 ? "" : "!";
      text += "(" + test + "abc"[bit] + "_t)";
    }
    text += ") else errno " + errno_name(kSets[set - 1].error) + "\n";
  }
  return text;
}

std::string answer_of(int error) {
  if (error == kEmpty) {
    return "";
  }
  if (error == kUnknown) {
    return "unknown";
  }
  for (const Answer& answer : kSets) {
    if (answer.error == error) {
      return answer.names;
    }
  }
  return "no answer: " + errno_name(error);
}

}  // namespace

LabelProbe::LabelProbe(const LabelSpace& space, const std::string& event, const std::string& field)
    : ruleset_(space, probe_rules(event, field)) {}

std::string LabelProbe::of(const std::function<long()>& raise) const {
  return answer_of(value_from_child(Subject::kRoot, [&] {
    ruleset_.enforce();
    return error_of(raise());
  }));
}

std::string LabelProbe::of(const std::string& path) const {
  return of([&]() -> long { return open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); });
}

}  // namespace eventfilter::selftest
