// SPDX-License-Identifier: BSD-2-Clause
//
// A folder with a rule file, and policyctl run in it. In the virtual machine.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace eventfilter::cli {

namespace fs = std::filesystem;

inline std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Run : public ::testing::Test {
 protected:
  Run() : here_(fs::current_path() / "scratch") {
    fs::create_directory(here_);
    write("file", "content\n");
  }
  ~Run() override { fs::remove_all(here_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(here_ / name) << text;
  }

  // A domain that may use the system's programs, and what `rules` say. HERE is the scratch folder.
  void policy(std::string labels, std::string rules, const std::string& head = "domain") {
    for (std::string* text : {&labels, &rules}) {
      for (std::size_t at; (at = text->find("HERE")) != std::string::npos;)
        text->replace(at, 4, here_.string());
    }
    write("p.policy", "policy 1;\ninclude <base>;\n" + labels +
                          "\nlabel bin_t = \"/usr/bin/**\";\n" + head +
                          " d_t {\n use base;\n allow file { read exec } on bin_t;\n" + rules +
                          "\n}\n");
  }

  int run(const std::string& command, const std::string& options = "") {
    const fs::path build = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
    const std::string policyctl = build / "bin/policyctl";
    const std::string line = "cd " + here_.string() + " && </dev/null " + policyctl +
                             " run --policy p.policy " + options + " -- " + command +
                             " >out 2>err";
    const int status = std::system(line.c_str());
    out = text_of(here_ / "out");
    err = text_of(here_ / "err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  fs::path here_;
  std::string out;
  std::string err;
};

}  // namespace eventfilter::cli
