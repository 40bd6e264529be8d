// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/plan.h"

#include <cerrno>

#include <eventfilter.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "apply/assigned.h"

namespace eventfilter::labeld {
namespace {

base::Result<void> checked(int result, int object, const std::string& pattern) {
  if (result >= 0) return {};
  std::string what = "labelling \"" + apply::path_of(object) + '"';
  if (!pattern.empty()) what += " for the name \"" + pattern + '"';
  return base::system_error(-result, what);
}

}  // namespace

base::Result<void> stage(int space, int object, Kind kind, const std::string& pattern,
                         const std::string& names) {
  switch (kind) {
    case Kind::Tree: return checked(eventfilter_label_tree(space, object, names.c_str()), object, pattern);
    case Kind::Self: return checked(eventfilter_label_self(space, object, names.c_str()), object, pattern);
    case Kind::Name: break;
  }
  return checked(eventfilter_label_name(space, object, pattern.c_str(), names.c_str()), object, pattern);
}

base::Result<void> stage(int space, const Key& key, const Assignment& one) {
  return stage(space, one.object->get(), one.kind, key.pattern, one.names);
}

base::Result<Key> key_of(int object, const std::string& pattern) {
  struct statx status = {};
  if (statx(object, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &status) != 0)
    return base::system_error(errno, "an object");
  return Key{makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino, pattern};
}

base::Result<void> StagingSink::put(int object, Kind kind, const std::string& pattern,
                                    const std::string& names) {
  auto key = key_of(object, pattern);
  if (!key) return key.error();
  if (auto done = stage(space_, object, kind, pattern, names); !done) return done;
  staged_[key.value()] = names;
  return {};
}

base::Result<void> TryingSink::put(int object, Kind kind, const std::string& pattern,
                                   const std::string& names) {
  auto key = key_of(object, pattern);
  if (!key) return key.error();
  base::Fd copy(fcntl(object, F_DUPFD_CLOEXEC, 0));
  if (!copy) return base::system_error(errno, "labelling \"" + apply::path_of(object) + '"');
  if (auto tried = StagingSink::put(object, kind, pattern, names); !tried) return tried;
  plan_[key.value()] = {std::make_shared<const base::Fd>(std::move(copy)), kind, names};
  return {};
}

base::Result<void> StagingSink::tree(int object, const std::string& names) {
  return put(object, Kind::Tree, "", names);
}

base::Result<void> StagingSink::self(int object, const std::string& names) {
  return put(object, Kind::Self, "", names);
}

base::Result<void> StagingSink::name(int directory, const std::string& pattern,
                                     const std::string& names) {
  return put(directory, Kind::Name, pattern, names);
}

}  // namespace eventfilter::labeld
