// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The core against the oracle without a fuzzer: the vectors' rows, and filters by chance.
#include "fuzz/oracle.hh"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "fuzz/generate.hh"
#include "kunit/vectors.h"

namespace eventfilter::oracle {
namespace {

Record record_of(const evf_event& event, const evf_vector_values& values) {
  Record record;
  for (int i = 0; i < event.nr_fields; ++i) {
    const evf_field& field = event.fields[i];
    const evf_value& slot = values.record.v[field.slot];
    Value value;
    value.absent = ((values.record.undefined | values.record.unknown) >> field.slot & 1U) != 0;
    if (field.kind == EVF_KIND_LABEL) {
      for (std::uint16_t n = 0; n < slot.labels->nr; ++n)
        value.names.insert(evf_vector_schema.label_name(&evf_vector_schema, slot.labels->id[n]));
    } else if (field.kind == EVF_KIND_STRING) {
      value.text.assign(slot.string->text, slot.string->len);
    } else {
      value.bits = slot.num;
    }
    record[field.name] = value;
  }
  return record;
}

TEST(Oracle, AgreesWithTheVectors) {
  for (std::uint32_t i = 0; i < evf_nr_vectors; ++i) {
    const evf_vector& vector = evf_vectors[i];
    if (vector.kind != EVF_V_PASSES && vector.kind != EVF_V_REFUSES) continue;
    std::string line(vector.text, vector.text_len);
    if (const auto comment = line.rfind(" # "); comment != std::string::npos) line.resize(comment);
    const auto colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::erase_if(name, [](char c) { return c == ' ' || c == '\t'; });
    const evf_event* event =
        evf_vector_schema.find_event(&evf_vector_schema, name.data(), name.size());
    ASSERT_NE(event, nullptr) << line;
    evf_vector_values values;
    ASSERT_TRUE(evf_vector_record(event, vector.record, &values)) << line;
    const Filter filter(line.substr(colon + 1), *event);
    EXPECT_EQ(filter(record_of(*event, values)), vector.kind == EVF_V_PASSES)
        << vector.where << ":" << vector.line << ": " << line << "\n"
        << vector.record;
  }
}

// compare() aborts with the text where they differ.
TEST(Oracle, AgreesOnFiltersByChance) {
  std::mt19937 random(20111);
  std::vector<std::uint8_t> bytes(600);
  for (int round = 0; round < 5000; ++round) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    compare(generate(bytes.data(), bytes.size()));
  }
}

TEST(Oracle, MatchesPatternsWithoutTheCore) {
  EXPECT_TRUE(glob("a*b?[c-e]", "axxbyd"));
  EXPECT_FALSE(glob("a*b?[!c-e]", "axxbyd"));
  EXPECT_TRUE(glob("", ""));
  EXPECT_FALSE(glob("", "a"));
}

}  // namespace
}  // namespace eventfilter::oracle
