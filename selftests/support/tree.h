// SPDX-License-Identifier: BSD-2-Clause
// Somewhere to make files, on each of the file systems that the labels have to hold on.
#pragma once

#include <ostream>
#include <string>

namespace eventfilter::selftest {

enum class Fs {
  kTmpfs,
  kExt4,     // the guest's scratch disk
  kOverlay,  // over two directories of a tmpfs
};

void PrintTo(Fs fs, std::ostream* out);

// For INSTANTIATE_TEST_SUITE_P
inline constexpr Fs kEveryFs[] = {Fs::kTmpfs, Fs::kExt4, Fs::kOverlay};
std::string fs_name(Fs fs);

// A directory that everybody may write to, removed with its content. On tmpfs and overlayfs it is
// the root of a file system of its own, and that it can be unmounted at the end is checked: labels
// must not hold a file system.
class Tree {
 public:
  explicit Tree(Fs fs = Fs::kTmpfs);
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree();

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string path(const std::string& below) const { return root_ + "/" + below; }

  // Both owned by uid 1000, with the directories that lead there; they return the path
  std::string make_dir(const std::string& below) const;
  std::string make_file(const std::string& below, const std::string& content = "content\n") const;

 private:
  Fs fs_;
  std::string base_;  // what the destructor removes
  std::string root_;
};

// A file system in a file: "ext4", "vfat". Mounted by `mount -o loop` on a directory of its own.
class LoopMount {
 public:
  explicit LoopMount(const std::string& type);
  LoopMount(const LoopMount&) = delete;
  LoopMount& operator=(const LoopMount&) = delete;
  ~LoopMount();

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string path(const std::string& below) const { return root_ + "/" + below; }
  // 0, or -1 with errno
  long unmount();
  void mount_again();

 private:
  Tree tree_;
  std::string image_;
  std::string root_;
  bool mounted_ = false;
};

}  // namespace eventfilter::selftest
