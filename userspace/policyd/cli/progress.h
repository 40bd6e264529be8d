// SPDX-License-Identifier: BSD-2-Clause
//
// What is going on, for who waits in front of a terminal.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace eventfilter::cli {

// While it lives, and after a second: "policyctl: compiling web.policy, 3 s" on the last line of the
// terminal, which is empty again afterwards. Says nothing where standard error is no terminal, and with
// --json. Nothing else may be written to standard error meanwhile, nor a command be executed.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void tell();

  std::string what_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace eventfilter::cli
