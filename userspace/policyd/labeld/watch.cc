// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/watch.h"

#include <array>
#include <filesystem>

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace eventfilter::labeld {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kNames = IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE;
// Not each write: a file counts when it's closed, or renamed to where it should be
constexpr std::uint32_t kEvents = kNames | IN_CLOSE_WRITE | IN_ATTRIB;
constexpr std::uint32_t kFlags = IN_ONLYDIR | IN_EXCL_UNLINK | IN_MASK_ADD;

// Folders in folders, for includes.
constexpr int kMaxDepth = 16;

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

void Watch::add_folder(const std::string& path) {
  const int folder = inotify_add_watch(inotify_.get(), path.c_str(), kEvents | kFlags);
  if (folder >= 0) folders_.insert(folder);
}

// In the folder above, the one name: another may come in its place, or the first.
void Watch::add_parent(const std::string& path) {
  std::error_code error;
  const fs::path place = fs::weakly_canonical(path, error);
  if (error || place.filename().empty()) return;
  const int parent = inotify_add_watch(inotify_.get(), place.parent_path().c_str(), kNames | kFlags);
  if (parent >= 0) names_.insert({parent, place.filename()});
}

// Adding what is watched already changes nothing.
void Watch::add_all() {
  for (const std::string& directory : directories_) {
    add_parent(directory);
    add_folder(directory);
    std::error_code error;
    for (fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied, error), end;
         !error && at != end; at.increment(error)) {
      if (at.depth() >= kMaxDepth) at.disable_recursion_pending();
      if (at->is_directory(error)) add_folder(at->path());
    }
  }
}

bool Watch::concerns_us(const inotify_event& event) {
  if ((event.mask & IN_IGNORED) != 0) {
    // Its number is never another one's
    folders_.erase(event.wd);
    std::erase_if(names_, [&](const auto& one) { return one.first == event.wd; });
    return true;
  }
  return event.wd < 0 || folders_.contains(event.wd) || (event.len != 0 && names_.contains({event.wd, event.name}));
}

void Watch::on_event() {
  alignas(inotify_event) std::array<char, 4096> events;
  bool is_ours = false;
  for (;;) {
    const ssize_t got = read(inotify_.get(), events.data(), events.size());
    if (got <= 0) break;
    for (const char* at = events.data(); at < events.data() + got;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(at);
      is_ours = concerns_us(*event) || is_ours;
      at += sizeof(inotify_event) + event->len;
    }
  }
  if (!is_ours) return;
  add_all();
  changed_();
}

}  // namespace eventfilter::labeld
