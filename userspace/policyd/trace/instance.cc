// SPDX-License-Identifier: BSD-2-Clause
#include "trace/instance.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/libraries.h"

namespace eventfilter::trace {
namespace {

namespace fs = std::filesystem;

// Directories that may be tried before it is given up.
constexpr int kTries = 64;

// The lock on a directory; none if somebody else has it, or it is gone.
base::Fd lock(const std::string& path) {
  base::Fd directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat locked = {};
  struct stat there = {};
  if (!directory || flock(directory.get(), LOCK_EX | LOCK_NB) != 0) return {};
  // Between opening and locking it may have been disposed of, and another may be in its place
  if (fstat(directory.get(), &locked) != 0 || stat(path.c_str(), &there) != 0 ||
      locked.st_ino != there.st_ino)
    return {};
  return directory;
}

void remove_those_without_owner(const std::string& instances) {
  std::error_code error;
  for (fs::directory_iterator at(instances, error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().starts_with(kPrefix)) continue;
    if (const base::Fd mine = lock(at->path())) rmdir(at->path().c_str());
  }
}

}  // namespace

void Instance::Destroy::operator()(tracefs_instance* instance) const {
  tracefs_instance_destroy(instance);
  tracefs_instance_free(instance);
}

base::Result<Instance> Instance::create() {
  // What goes wrong is said once, and not by a library
  tracefs_set_loglevel(TEP_LOG_NONE);
  const char* const tracing = tracefs_tracing_dir();
  if (tracing == nullptr) return base::system_error(errno == 0 ? ENOENT : errno, "tracefs");
  const std::string instances = std::string(tracing) + "/instances";
  if (access(instances.c_str(), W_OK) != 0) return base::system_error(errno, instances);
  remove_those_without_owner(instances);
  for (int i = 0; i < kTries; ++i) {
    const std::string name = kPrefix + std::to_string(getpid()) + '-' + std::to_string(i);
    tracefs_instance* const made = tracefs_instance_create(name.c_str());
    if (made == nullptr) return base::system_error(errno, instances + '/' + name);
    base::Fd owned;
    if (tracefs_instance_is_new(made)) owned = lock(instances + '/' + name);
    if (owned) return Instance(made, std::move(owned));
    tracefs_instance_free(made);
  }
  return base::system_error(EBUSY, instances);
}

}  // namespace eventfilter::trace
