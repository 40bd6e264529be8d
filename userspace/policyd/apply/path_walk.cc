// SPDX-License-Identifier: BSD-2-Clause
#include "apply/path_walk.h"

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <string_view>

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace eventfilter::apply {
namespace {

constexpr unsigned kMaxLinks = 40;  // as the kernel's own path lookup
constexpr ino_t kProcRootInode = 1;

// Puts the components of `path` in front of those that are still to be walked.
void push_front(std::deque<std::string>& todo, std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  todo.insert(todo.begin(), parts.begin(), parts.end());
}

class Walker {
 public:
  Walker(const std::string& path, Untrusted untrusted) : path_(path), untrusted_(untrusted) {
    push_front(todo_, path);
  }

  base::Result<Walked> run() {
    if (auto root = enter_root(); !root) return root.error();
    while (!todo_.empty() && walked_.missing == 0) {
      if (auto step = this->step(); !step) return step.error();
    }
    if (walked_.missing == 0) walked_.object = std::move(current_);
    return std::move(walked_);
  }

 private:
  base::Error failed(int code) const { return base::system_error(code, '"' + path_ + '"'); }

  base::Result<void> enter_root() {
    current_.reset(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!current_ || fstat(current_.get(), &walked_.status) != 0) return failed(errno);
    trusted_ = is_roots_alone(walked_.status);
    walked_.parent.reset();
    walked_.name.clear();
    return {};
  }

  base::Result<void> step() {
    const std::string name = todo_.front();
    todo_.pop_front();
    if (!S_ISDIR(walked_.status.st_mode)) return failed(ENOTDIR);
    base::Fd next = open_next(name);
    if (!next && errno == ENOENT) return stop_at(name);
    if (!next && errno == EXDEV) return blocked_at(name, "something is mounted at");
    struct stat status = {};
    if (!next || fstat(next.get(), &status) != 0) return failed(errno);
    if (S_ISLNK(status.st_mode)) return follow(next, name);
    // ".." comes out of a link only: there is no name by which it could be labelled
    walked_.parent = name == ".." ? base::Fd() : std::move(current_);
    walked_.name = name == ".." ? "" : name;
    walked_.parent_is_roots = trusted_;
    walked_.status = status;
    current_ = std::move(next);
    trusted_ = trusted_ && is_roots_alone(status);
    return {};
  }

  // Links aren't followed here, so that follow() can look at them. Whether something is mounted
  // where others than root can change things is the kernel's to say, in the same lookup.
  base::Fd open_next(const std::string& name) const {
    open_how how = {};
    how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
    if (untrusted_ == Untrusted::Missing && !trusted_) how.resolve = RESOLVE_NO_XDEV;
    return base::Fd(static_cast<int>(
        syscall(SYS_openat2, current_.get(), name.c_str(), &how, sizeof how)));
  }

  base::Result<void> blocked_at(const std::string& name, const char* what) {
    walked_.blocked = '"' + path_ + "\": " + what + " \"" + name +
                      "\", in a directory that others than root can change";
    return stop_at(name);
  }

  base::Result<void> stop_at(const std::string& name) {
    walked_.parent = std::move(current_);
    walked_.name = name;
    walked_.parent_is_roots = trusted_;
    walked_.missing = 1 + static_cast<unsigned>(todo_.size());
    return {};
  }

  base::Result<void> follow(const base::Fd& link, const std::string& name) {
    std::array<char, PATH_MAX> target;
    const ssize_t length = readlinkat(link.get(), "", target.data(), target.size());
    if (length < 0) return failed(errno);
    const std::string_view text(target.data(), static_cast<std::size_t>(length));
    if (!trusted_ && untrusted_ == Untrusted::Missing)
      return blocked_at(name, "there is a symbolic link");
    if (!trusted_ || is_magic(link)) {
      return base::Error{ELOOP, '"' + path_ + "\": \"" + name + "\" is a symbolic link to \"" +
                                    std::string(text) +
                                    "\" in a directory that others than root can change"};
    }
    if (++links_ > kMaxLinks) return failed(ELOOP);
    if (todo_.empty() && !walked_.link_parent) {
      walked_.link_parent.reset(fcntl(current_.get(), F_DUPFD_CLOEXEC, 0));
      if (!walked_.link_parent) return failed(errno);
      walked_.link_name = name;
    }
    push_front(todo_, text);
    return text.starts_with('/') ? enter_root() : base::Result<void>();
  }

  // /proc/PID/root and its like: what they lead to isn't what they say
  bool is_magic(const base::Fd& link) const {
    struct statfs system = {};
    return fstatfs(link.get(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC &&
           walked_.status.st_ino != kProcRootInode;
  }

  const std::string& path_;
  Untrusted untrusted_;
  std::deque<std::string> todo_;
  base::Fd current_;  // walked_.status is its status
  bool trusted_ = false;
  unsigned links_ = 0;
  Walked walked_;
};

}  // namespace

bool is_roots_alone(const struct stat& directory) {
  return directory.st_uid == 0 && (directory.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

base::Result<Walked> walk(const std::string& path, Untrusted untrusted) {
  return Walker(path, untrusted).run();
}

}  // namespace eventfilter::apply
