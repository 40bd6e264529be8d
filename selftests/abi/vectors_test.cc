// SPDX-License-Identifier: BSD-2-Clause
// The core's shared vectors once more, through the kernel: what parses there parses here, what is
// wrong is wrong at the same place with the same words, and rows on system calls are called.
#include <gtest/gtest.h>
#include <kunit/vectors.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Numbers of system calls, from the kernel's own list
std::map<std::string, long> read_numbers() {
  std::map<std::string, long> numbers;
  std::ifstream events("/sys/kernel/security/eventfilter/events");
  for (std::string line; std::getline(events, line);) {
    std::istringstream words(line);
    std::string names, group, number;
    words >> names >> group >> number;
    if (number.rfind("nr=", 0) == 0) {
      numbers[names.substr(0, names.find(','))] = std::stol(number.substr(3));
    }
  }
  return numbers;
}

std::string_view text_of(const evf_vector& vector) { return {vector.text, vector.text_len}; }

std::string describe(const evf_vector& vector) {
  return std::string(vector.where) + ":" + std::to_string(vector.line) + ": " +
         std::string(text_of(vector));
}

// Its event is the userspace tests' own
bool is_for_the_kernel(const evf_vector& vector) {
  return text_of(vector).find("test_types") == std::string_view::npos;
}

class Vectors : public testing::Test {
 protected:
  Vectors() {
    std::string names;
    for (unsigned id = 0; id < EVF_LABEL_IDS; ++id) {
      const char* name = evf_vector_schema.label_name(&evf_vector_schema, static_cast<u16>(id));
      if (name != nullptr) {
        names += std::string("label ") + name + "\n";
      }
    }
    require_call(space_.write(names), "the labels of the vectors");
    space_.commit();
  }

  const LabelSpace space_;
};

TEST_F(Vectors, TextsThatAreRightAreTaken) {
  unsigned rows = 0;
  for (u32 i = 0; i < evf_nr_vectors; ++i) {
    const evf_vector& vector = evf_vectors[i];
    if (vector.kind == EVF_V_WRONG || !is_for_the_kernel(vector)) {
      continue;
    }
    ++rows;
    const Ruleset ruleset(space_);
    EXPECT_ALLOWED(ruleset.write(text_of(vector))) << describe(vector) << "\n" << ruleset.error();
  }
  EXPECT_GE(rows, 400U);
}

TEST_F(Vectors, ErrorsHaveTheSamePlaceCodeAndSentence) {
  unsigned rows = 0;
  for (u32 i = 0; i < evf_nr_vectors; ++i) {
    const evf_vector& vector = evf_vectors[i];
    if (vector.kind != EVF_V_WRONG || !is_for_the_kernel(vector)) {
      continue;
    }
    ++rows;
    evf_vector_result result{};
    ASSERT_TRUE(evf_vector_check(&vector, &result)) << describe(vector);
    char sentence[256];
    evf_error_sentence(&result.error, sentence, sizeof(sentence));
    u32 line = 0;
    u32 column = 0;
    evf_error_position(vector.text, vector.offset, &line, &column);
    std::ostringstream expected;
    expected << line << ":" << column << ":" << vector.length << ": " << evf_code_name(vector.code)
             << ": " << sentence << "\n";
    const Ruleset ruleset(space_);
    EXPECT_REFUSED(EINVAL, ruleset.write(text_of(vector))) << describe(vector);
    EXPECT_EQ(ruleset.error(), expected.str()) << describe(vector);
  }
  EXPECT_GE(rows, 250U);
}

TEST_F(Vectors, SystemCallsGetTheVerdictOfTheRow) {
  const std::map<std::string, long> numbers = read_numbers();
  unsigned rows = 0;
  for (u32 i = 0; i < evf_nr_vectors; ++i) {
    const evf_vector& vector = evf_vectors[i];
    const char* event = nullptr;
    u64 args[6] = {};
    if (!evf_vector_syscall(&vector, &event, args) || !is_for_the_kernel(vector)) {
      continue;
    }
    ASSERT_TRUE(numbers.count(event)) << event;
    ++rows;
    const int error = value_from_child(Subject::kUser, [&] {
      const Ruleset ruleset(space_, text_of(vector));
      ruleset.enforce();
      // The rows count on it that only the standard descriptors are open
      require_call(syscall(SYS_close_range, 3U, ~0U, 0U), "close_range");
      return error_of(
          raw_syscall(numbers.at(event), args[0], args[1], args[2], args[3], args[4], args[5]));
    });
    if (vector.kind == EVF_V_REFUSES) {
      EXPECT_EQ(error, EPERM) << describe(vector) << " with " << vector.record;
    } else {
      EXPECT_TRUE(error != EPERM && error != EACCES)
          << describe(vector) << " with " << vector.record;
    }
  }
  EXPECT_GE(rows, 200U);
}

}  // namespace
}  // namespace eventfilter::selftest
