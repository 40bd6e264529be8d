// SPDX-License-Identifier: BSD-2-Clause
#include "support/tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

std::string make_temporary(const std::string& parent) {
  std::string path = parent + "/evf.XXXXXX";
  require(mkdtemp(path.data()) != nullptr, "mkdtemp in " + parent);
  return path;
}

void open_to_all(const std::string& directory) {
  require_call(chmod(directory.c_str(), 01777), "chmod of " + directory);
}

void give_to_user(const std::string& path) {
  require_call(lchown(path.c_str(), kUserId, kUserId), "chown of " + path);
}

}  // namespace

std::string fs_name(Fs kind) {
  switch (kind) {
    case Fs::kTmpfs:
      return "tmpfs";
    case Fs::kExt4:
      return "ext4";
    case Fs::kOverlay:
      return "overlayfs";
  }
  return "?";
}

void PrintTo(Fs kind, std::ostream* out) { *out << fs_name(kind); }

Tree::Tree(Fs kind)
    : fs_(kind), base_(make_temporary(kind == Fs::kExt4 ? "/scratch" : "/tmp")), root_(base_) {
  open_to_all(base_);
  if (fs_ == Fs::kExt4) {
    return;
  }
  require_call(mount("evf-test", base_.c_str(), "tmpfs", 0, "mode=1777"), "mount of tmpfs");
  if (fs_ == Fs::kOverlay) {
    for (const char* part : {"lower", "upper", "work", "merged"}) {
      fs::create_directory(base_ + "/" + part);
    }
    open_to_all(base_ + "/upper");
    root_ = base_ + "/merged";
    const std::string options =
        "lowerdir=" + base_ + "/lower,upperdir=" + base_ + "/upper,workdir=" + base_ + "/work";
    require_call(mount("evf-test", root_.c_str(), "overlay", 0, options.c_str()),
                 "mount of overlayfs");
  }
}

Tree::~Tree() {
  if (fs_ == Fs::kOverlay) {
    EXPECT_ALLOWED(umount2(root_.c_str(), 0)) << "overlayfs is still in use";
  }
  if (fs_ != Fs::kExt4) {
    EXPECT_ALLOWED(umount2(base_.c_str(), 0)) << "tmpfs is still in use";
    // A failing test must not stand in the way of the next
    umount2(base_.c_str(), MNT_DETACH);
  }
  std::error_code ignored;
  fs::remove_all(base_, ignored);
}

std::string Tree::make_dir(const std::string& below) const {
  std::string so_far = root_;
  for (const fs::path& part : fs::path(below)) {
    so_far += "/" + part.string();
    if (fs::create_directory(so_far)) {
      give_to_user(so_far);
    }
  }
  return so_far;
}

std::string Tree::make_file(const std::string& below, const std::string& content) const {
  const fs::path relative(below);
  if (relative.has_parent_path()) {
    make_dir(relative.parent_path());
  }
  write_file(path(below), content);
  give_to_user(path(below));
  require_call(chmod(path(below).c_str(), 0644), "chmod of " + below);
  return path(below);
}

LoopMount::LoopMount(const std::string& type)
    : image_(tree_.path("image")), root_(tree_.path("mounted")) {
  write_file(image_, "");
  require_call(truncate(image_.c_str(), 16 << 20), "truncate of an image");
  run_or_fail({"mkfs." + type, image_});
  fs::create_directory(root_);
  mount_again();
}

LoopMount::~LoopMount() {
  if (mounted_) {
    EXPECT_ALLOWED(unmount()) << root_ << " is still in use";
    umount2(root_.c_str(), MNT_DETACH);
  }
}

long LoopMount::unmount() {
  const long result = umount2(root_.c_str(), 0);
  mounted_ = result != 0;
  return result;
}

void LoopMount::mount_again() {
  run_or_fail({"mount", "-o", "loop", image_, root_});
  mounted_ = true;
}

}  // namespace eventfilter::selftest
