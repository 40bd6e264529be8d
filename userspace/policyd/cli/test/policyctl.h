// SPDX-License-Identifier: BSD-2-Clause
//
// The program as a user meets it: words in, text and exit code out.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace eventfilter::cli {

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

// A folder of its own, in which files are written and the program is run.
class PolicyctlTest : public ::testing::Test {
 protected:
  PolicyctlTest() {
    char name[] = "/tmp/policyctl_test.XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~PolicyctlTest() override { std::filesystem::remove_all(directory_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
  }

  Outcome policyctl(const std::string& words, const std::string& input = "/dev/null") {
    const std::string command = "cd " + directory_.string() + " && " POLICYCTL " " + words +
                                " >.out 2>.err <" + input;
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), read(".out"), read(".err")};
  }

  std::string read(const std::string& name) {
    std::ifstream file(directory_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path directory_;
};

}  // namespace eventfilter::cli
