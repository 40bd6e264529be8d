// SPDX-License-Identifier: BSD-2-Clause
#include "cli/progress.h"

#include <cctype>
#include <chrono>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

constexpr std::string_view kClearLine = "\r\033[K";

void put(std::string_view text) {
  // What can't be shown is no reason to fail
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

Progress::Progress(std::string what) : what_(std::move(what)) {
  // A file's name mustn't move the cursor
  for (char& byte : what_) {
    if (std::iscntrl(static_cast<unsigned char>(byte)) != 0) byte = '?';
  }
  if (has_terminal() && !speaks_json()) thread_ = std::thread([this] { tell(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_one();
  thread_.join();
}

void Progress::tell() {
  std::unique_lock lock(mutex_);
  for (int seconds = 1;; ++seconds) {
    if (over_.wait_for(lock, std::chrono::seconds(1), [this] { return is_over_; })) {
      if (seconds > 1) put(kClearLine);
      return;
    }
    put(std::string(kClearLine) + "policyctl: " + what_ + ", " + std::to_string(seconds) + " s");
  }
}

}  // namespace eventfilter::cli
