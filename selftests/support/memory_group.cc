// SPDX-License-Identifier: BSD-2-Clause
#include "support/memory_group.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {

MemoryGroup::MemoryGroup() : path_("/sys/fs/cgroup/evf-test-" + std::to_string(getpid())) {
  write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
  require_call(mkdir(path_.c_str(), 0755), "mkdir of a cgroup");
  write_file("/sys/kernel/rcu_expedited", "1\n");
}

MemoryGroup::~MemoryGroup() {
  write_file("/sys/kernel/rcu_expedited", "0\n");
  set("cgroup.kill", "1\n");
  // Until the last of them has gone
  for (int wait = 0; wait < 1000 && rmdir(path_.c_str()) != 0 && errno == EBUSY; ++wait) {
    usleep(10'000);
  }
}

void MemoryGroup::enter() const { set("cgroup.procs", "0\n"); }

void MemoryGroup::run(const std::function<void()>& body) const {
  in_child(Subject::kRoot, [&] {
    enter();
    body();
  });
}

ChildEnd MemoryGroup::end_of(const std::function<void()>& body) const {
  return end_of_child(Subject::kRoot, [&] {
    enter();
    body();
  });
}

long MemoryGroup::charged() const { return std::stol(get("memory.current")); }

void MemoryGroup::set(const std::string& name, const std::string& value) const {
  write_file(path_ + "/" + name, value);
}

std::string MemoryGroup::get(const std::string& name) const {
  return read_file(path_ + "/" + name);
}

}  // namespace eventfilter::selftest
