// SPDX-License-Identifier: BSD-2-Clause
#include "apply/mount_labels.h"

#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "base/path.h"

namespace eventfilter::apply {
namespace {

void add_remark(std::vector<Remark>& remarks, Remark::Level level, const Mount& mount,
                const std::string& why) {
  Remark remark;
  remark.level = level;
  remark.text = '"' + mount.point + "\" (" + mount.type + ") stays closed: " + why;
  remarks.push_back(std::move(remark));
}

// The root of the mount, unless another mount hides it.
base::Fd open_root(const Mount& mount, struct stat& status) {
  base::Fd root(open(mount.point.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct statx extended = {};
  // Nobody who serves a file system is asked: it may be a user's program that never answers
  if (!root ||
      statx(root.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID | STATX_INO, &extended) != 0 ||
      (extended.stx_mask & STATX_MNT_ID) == 0 || extended.stx_mnt_id != mount.id ||
      (extended.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0)
    return base::Fd();
  status.st_dev = makedev(extended.stx_dev_major, extended.stx_dev_minor);
  status.st_ino = extended.stx_ino;
  return root;
}

// A mount of FUSE on the way to this one, whose program would be asked for names.
const Mount* served_by_a_program(const Mount& mount, const std::vector<Mount>& mounts) {
  for (const Mount& other : mounts) {
    if (other.type.starts_with("fuse") && other.point != "/" && other.point != mount.point &&
        base::is_beneath(mount.point, other.point))
      return &other;
  }
  return nullptr;
}

// Another mount of the same directory for which the policy wants something else.
const Mount* contradicting(const Mount& mount, const std::string& label,
                           const std::vector<Mount>& mounts, const Assigned& assigned) {
  for (const Mount& other : mounts) {
    if (other.id == mount.id || other.device != mount.device || other.root != mount.root) continue;
    const std::optional<std::string> others = assigned.decide(other.point);
    if (others && *others != label) return &other;
  }
  return nullptr;
}

}  // namespace

void label_mounts(const std::vector<Mount>& mounts, const Assigned& assigned, LabelSink& sink,
                  std::vector<Remark>& remarks) {
  for (const Mount& mount : mounts) {
    const std::optional<std::string> label = assigned.decide(mount.point);
    if (!label || label->empty() || shown_elsewhere(mount, mounts)) continue;
    if (const Mount* server = served_by_a_program(mount, mounts)) {
      add_remark(remarks, Remark::Level::Warning, mount,
                 "it's mounted in \"" + server->point + "\" (" + server->type + "), whose program might not answer");
      continue;
    }
    struct stat status = {};
    const base::Fd root = open_root(mount, status);
    if (!root || assigned.has_own(status)) continue;
    if (const Mount* other = contradicting(mount, *label, mounts, assigned)) {
      add_remark(remarks, Remark::Level::Warning, mount,
             "the same directory is mounted on \"" + other->point + "\", with another label");
      continue;
    }
    const auto result = sink.tree(root.get(), *label);
    if (result) continue;
    add_remark(remarks, Remark::Level::Warning, mount,
           result.error().code == EOPNOTSUPP ? "labels don't hold on this file system"
                                             : result.error().message);
  }
}

}  // namespace eventfilter::apply
