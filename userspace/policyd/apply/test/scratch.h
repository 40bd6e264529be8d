// SPDX-License-Identifier: BSD-2-Clause
//
// A directory of the test's own, and a notebook that label assignments are written into.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/assigned.h"
#include "apply/label_sink.h"
#include "emit/compiled_policy.h"

namespace eventfilter::apply {

class Scratch : public ::testing::Test {
 protected:
  Scratch() {
    char name[] = "/tmp/apply_test.XXXXXX";
    root_ = std::filesystem::canonical(mkdtemp(name));
  }
  ~Scratch() override { std::filesystem::remove_all(root_); }

  std::string path(const std::string& below) const { return root_ + '/' + below; }
  std::string directory(const std::string& below) const {
    std::filesystem::create_directories(path(below));
    return path(below);
  }
  std::string file(const std::string& below) const {
    std::ofstream(path(below)) << "content";
    return path(below);
  }
  std::string link(const std::string& below, const std::string& target) const {
    std::filesystem::create_symlink(target, path(below));
    return path(below);
  }

  std::string root_;
};

// Writes down "tree PATH LABEL" and so on; fails where it is told to.
class Notebook : public LabelSink {
 public:
  base::Result<void> tree(int object, const std::string& names) override {
    return note("tree " + path_of(object), names);
  }
  base::Result<void> self(int object, const std::string& names) override {
    return note("self " + path_of(object), names);
  }
  base::Result<void> name(int directory, const std::string& pattern,
                          const std::string& names) override {
    return note("name " + path_of(directory) + " " + pattern, names);
  }

  std::vector<std::string> lines;
  std::string refuse;  // the line without its label that gets EOPNOTSUPP

 private:
  base::Result<void> note(const std::string& what, const std::string& names) {
    if (what == refuse) return base::system_error(EOPNOTSUPP, "labelling");
    lines.push_back(what + " = " + names);
    return {};
  }
};

inline emit::LabelAssignment tree(const std::string& label, const std::string& path,
                                  unsigned line = 1) {
  return {label, emit::Cover::Tree, path, "", "", {"test.policy", line, 1, 1}};
}

inline emit::LabelAssignment self(const std::string& label, const std::string& path,
                                  unsigned line = 1) {
  return {label, emit::Cover::Self, path, "", "", {"test.policy", line, 1, 1}};
}

inline emit::LabelAssignment names(const std::string& label, const std::string& directory,
                                   const std::string& pattern, unsigned line = 1) {
  return {label, emit::Cover::Name, "", directory, pattern, {"test.policy", line, 1, 1}};
}

}  // namespace eventfilter::apply
