// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/plan.h"

#include <cerrno>

#include <eventfilter.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "apply/assigned.h"

namespace eventfilter::labeld {
namespace {

base::Result<void> checked(int result, const Key& key, const SharedFd& object) {
  if (result >= 0) return {};
  std::string what = "labelling \"" + apply::path_of(object->get()) + '"';
  if (!key.pattern.empty()) what += " for the name \"" + key.pattern + '"';
  return base::system_error(-result, what);
}

}  // namespace

base::Result<void> stage(int space, const Key& key, const Assignment& one) {
  const int object = one.object->get();
  const char* const names = one.names.c_str();
  switch (one.kind) {
    case Kind::Tree:
      return checked(eventfilter_label_tree(space, object, names), key, one.object);
    case Kind::Self:
      return checked(eventfilter_label_self(space, object, names), key, one.object);
    case Kind::Name: break;
  }
  return checked(eventfilter_label_name(space, object, key.pattern.c_str(), names), key, one.object);
}

base::Result<void> unstage(int space, const Key& key, const Assignment& one) {
  const int object = one.object->get();
  const int result = key.pattern.empty()
                         ? eventfilter_unlabel(space, object)
                         : eventfilter_unlabel_name(space, object, key.pattern.c_str());
  return checked(result == -ENOENT ? 0 : result, key, one.object);
}

base::Result<Key> key_of(int object, const std::string& pattern) {
  struct stat status = {};
  if (fstat(object, &status) != 0) return base::system_error(errno, "an object");
  return Key{status.st_dev, status.st_ino, pattern};
}

base::Result<void> PlanSink::put(int object, Kind kind, const std::string& pattern,
                                 const std::string& names) {
  auto key = key_of(object, pattern);
  if (!key) return key.error();
  base::Fd copy(fcntl(object, F_DUPFD_CLOEXEC, 0));
  if (!copy) return base::system_error(errno, "labelling \"" + apply::path_of(object) + '"');
  Assignment made{std::make_shared<const base::Fd>(std::move(copy)), kind, names};
  if (auto tried = stage(space_, key.value(), made); !tried) return tried;
  plan_[key.value()] = std::move(made);
  return {};
}

base::Result<void> PlanSink::tree(int object, const std::string& names) {
  return put(object, Kind::Tree, "", names);
}

base::Result<void> PlanSink::self(int object, const std::string& names) {
  return put(object, Kind::Self, "", names);
}

base::Result<void> PlanSink::name(int directory, const std::string& pattern,
                                  const std::string& names) {
  return put(directory, Kind::Name, pattern, names);
}

}  // namespace eventfilter::labeld
