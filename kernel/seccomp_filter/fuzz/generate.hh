// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Random filters with random records, drawn from bytes: a fuzzer's, or a generator's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/record.h"
#include "fuzz/oracle.hh"

namespace eventfilter::oracle {

// A record in the core's form, with what it points to.
struct CoreRecord {
  evf_record record{};
  std::deque<evf_string> strings;
  std::deque<std::vector<std::uint16_t>> labels;
};

struct Case {
  const evf_event* event = nullptr;
  std::string filter;
  Record record;
};

// The same bytes always give the same case; when they run out, zeros follow.
Case generate(const std::uint8_t* data, std::size_t size);

// Points into the record, which must outlive it.
CoreRecord core_record(const evf_event& event, const Record& record);

// What the core makes of a filter: parses, formats, reparses and runs it. Aborts with the text
// and the record on standard error if it isn't what the oracle says.
void compare(const Case& c);

}  // namespace eventfilter::oracle
