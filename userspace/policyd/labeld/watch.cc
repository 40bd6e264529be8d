// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/watch.h"

#include <array>
#include <filesystem>

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace eventfilter::labeld {
namespace {

// Not each write: a file counts when it's closed, or renamed to where it should be
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE |
                                  IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;

}  // namespace

Watch::Watch(service::Loop& loop, std::vector<std::string> directories, std::function<void()> changed)
    : loop_(loop), directories_(std::move(directories)), changed_(std::move(changed)),
      inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!inotify_) return;
  add_all();
  if (!loop_.add(inotify_.get(), EPOLLIN, [this](std::uint32_t) { on_event(); })) inotify_.reset();
}

Watch::~Watch() {
  if (inotify_) loop_.remove(inotify_.get());
}

// Adding what is watched already changes nothing.
void Watch::add_all() {
  for (const std::string& directory : directories_) {
    inotify_add_watch(inotify_.get(), directory.c_str(), kEvents);
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
      if (at->is_directory(error)) inotify_add_watch(inotify_.get(), at->path().c_str(), kEvents);
    }
  }
}

void Watch::on_event() {
  alignas(inotify_event) std::array<char, 4096> events;
  while (read(inotify_.get(), events.data(), events.size()) > 0) {
  }
  add_all();
  changed_();
}

}  // namespace eventfilter::labeld
