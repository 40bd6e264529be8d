// SPDX-License-Identifier: BSD-2-Clause
#include "support/event.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <cerrno>

#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {

bool holds(const Raised& raised, const std::string& expression) {
  const std::string rule = raised.event + ": " + expression + " else errno EDOM";
  const int error = value_from_child(raised.subject, [&] {
    if (raised.space != nullptr) {
      enforce(*raised.space, rule);
    } else {
      enforce(rule);
    }
    return error_of(raised.raise());
  });
  if (error != 0 && error != EDOM) {
    ADD_FAILURE() << rule << ": the call failed by itself, with " << errno_name(error);
  }
  return error == 0;
}

void expect_number(const Raised& raised, const std::string& field, long long value,
                   long long other) {
  const std::string is = std::to_string(value);
  const std::string is_not = std::to_string(other);
  EXPECT_TRUE(holds(raised, field + " == " + is));
  EXPECT_FALSE(holds(raised, field + " != " + is));
  EXPECT_FALSE(holds(raised, field + " == " + is_not));
  EXPECT_TRUE(holds(raised, field + " != " + is_not));
  EXPECT_TRUE(holds(raised, field + " in { " + is + " }"));
  EXPECT_EQ(holds(raised, field + " < " + is_not), value < other) << field;
  EXPECT_EQ(holds(raised, field + " >= " + is_not), value >= other) << field;
}

void expect_string(const Raised& raised, const std::string& field, const std::string& value) {
  EXPECT_TRUE(holds(raised, field + " == \"" + value + "\""));
  EXPECT_FALSE(holds(raised, field + " != \"" + value + "\""));
  EXPECT_FALSE(holds(raised, field + " == \"" + value + "x\""));
  EXPECT_FALSE(holds(raised, field + " == \"" + value.substr(0, value.size() - 1) + "\""));
  EXPECT_TRUE(holds(raised, field + " ~ \"" + value.substr(0, 1) + "*\""));
  EXPECT_TRUE(holds(raised, field + " !~ \"?" + value + "\""));
}

void expect_label(const Raised& raised, const std::string& field, const std::string& name,
                  const std::string& other) {
  EXPECT_TRUE(holds(raised, field + " & " + name)) << field;
  EXPECT_FALSE(holds(raised, "!(" + field + " & " + name + ")")) << field;
  EXPECT_FALSE(holds(raised, field + " & " + other)) << field;
}

unsigned device_number(dev_t device) {
  return minor(device) % 256 | major(device) << 8 | (minor(device) & ~0xffU) << 12;
}

int error_under(Subject subject, const std::string& rules, const std::function<long()>& call) {
  return value_from_child(subject, [&] {
    enforce(rules);
    return error_of(call());
  });
}

}  // namespace eventfilter::selftest
