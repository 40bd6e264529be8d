// SPDX-License-Identifier: BSD-2-Clause
// SELinux with Debian's policy. Not enforcing: what that policy doesn't give its kernel_t, which
// everything here runs as, is asked for once, and then is as good as given.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "bench/peers/peers.h"
#include "bench/rows.h"
#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {

void bench_selinux(const Playground& where) {
  if (mount("selinuxfs", "/sys/fs/selinux", "selinuxfs", 0, nullptr) != 0) {
    require(errno == EBUSY, "mounting selinuxfs");
  }
  const std::string policy = read_file("/evf/selftests/helpers/refpolicy");
  const Fd load(require_fd(open("/sys/fs/selinux/load", O_WRONLY | O_CLOEXEC), "selinuxfs"));
  require_call(write(load.get(), policy.data(), policy.size()), "loading the policy");
  measure_all("objects", "selinux", where, {}, [] {});
}

}  // namespace eventfilter::selftest
