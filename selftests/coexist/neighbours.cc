// SPDX-License-Identifier: BSD-2-Clause
#include "coexist/neighbours.h"

#include <sys/stat.h>

#include <cstdlib>
#include <sstream>

#include "support/require.h"

namespace eventfilter::selftest {

bool module_is_on(const std::string& name) {
  std::istringstream modules(std::getenv("EVF_LSMS") == nullptr ? "" : std::getenv("EVF_LSMS"));
  for (std::string module; std::getline(modules, module, ',');) {
    if (module == name) return true;
  }
  return false;
}

Neighbours::Neighbours() : space_("ours_t free_t") {
  // On the disk: SELinux's labels are extended attributes
  std::string dir = "/scratch/neighbours.XXXXXX";
  require(mkdtemp(dir.data()) != nullptr, "mkdtemp");
  require_call(chmod(dir.c_str(), 0755), "chmod");
  for (auto [path, name] :
       {std::pair{&ours, "ours"}, {&theirs, "theirs"}, {&both, "both"}, {&free, "free"}}) {
    *path = dir + "/" + name;
    write_file(*path, name);
    require_call(chmod(path->c_str(), 0644), "chmod");
  }
  space_.label_file(ours, "ours_t");
  space_.label_file(both, "ours_t");
}

void Neighbours::enforce_ours() const {
  enforce(space_, "file_open: !(label & ours_t) else errno EXDEV\n");
}

int try_open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : close(fd);
}

}  // namespace eventfilter::selftest
