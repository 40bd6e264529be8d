// SPDX-License-Identifier: BSD-2-Clause
// Asks what an event carries: a filter on one field, raised on a real object.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "support/child.h"
#include "support/label_space.h"

namespace eventfilter::selftest {

// Who raises which event, how. `raise` runs in a confined child and returns like a system call.
struct Raised {
  Subject subject;
  std::string event;
  std::function<long()> raise;
  const LabelSpace* space = nullptr;
};

// Whether the expression is true of the event. The test fails when the call fails for a reason of
// its own: then nothing was learnt.
bool holds(const Raised& raised, const std::string& expression);

// The field is `value`, and it is not `other`: ==, !=, <, > and in agree on it
void expect_number(const Raised& raised, const std::string& field, long long value,
                   long long other);
void expect_string(const Raised& raised, const std::string& field, const std::string& value);
// A label field is this one name, and not that one
void expect_label(const Raised& raised, const std::string& field, const std::string& name,
                  const std::string& other);

// A device's number as the fields `dev` and `rdev` have it
unsigned device_number(dev_t device);

// The errno of a call under one more rule; 0 when it succeeds
int error_under(Subject subject, const std::string& rules, const std::function<long()>& call);

}  // namespace eventfilter::selftest
