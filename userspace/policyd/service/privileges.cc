// SPDX-License-Identifier: BSD-2-Clause
#include "service/privileges.h"

#include <array>
#include <cerrno>
#include <memory>

#include <grp.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace eventfilter::service {
namespace {

using Capabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)>;

base::Error failed(const char* what) { return base::system_error(errno, what); }

// While still root: root's uid means nothing any more, and nothing beyond these can come back.
base::Result<void> close_ways_back() {
  constexpr int kBits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                        SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                        SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  if (prctl(PR_SET_SECUREBITS, kBits) != 0) return failed("locking the securebits");
  for (cap_value_t one = 0; one < cap_max_bits(); ++one) {
    if (cap_drop_bound(one) != 0) return failed("emptying the bounding set");
  }
  return {};
}

base::Result<void> become(const User& user) {
  if (setgroups(0, nullptr) != 0 || setresgid(user.gid, user.gid, user.gid) != 0 ||
      setresuid(user.uid, user.uid, user.uid) != 0)
    return failed("becoming another user");
  return {};
}

base::Result<void> keep_only(const std::vector<int>& capabilities) {
  if (cap_reset_ambient() != 0) return failed("clearing the ambient capabilities");
  const Capabilities wanted(cap_init(), cap_free);
  if (!wanted) return failed("capabilities");
  for (const int one : capabilities) {
    const cap_value_t value = one;
    if (cap_set_flag(wanted.get(), CAP_PERMITTED, 1, &value, CAP_SET) != 0 ||
        cap_set_flag(wanted.get(), CAP_EFFECTIVE, 1, &value, CAP_SET) != 0)
      return failed("capabilities");
  }
  if (cap_set_proc(wanted.get()) != 0) return failed("keeping only the capabilities that are needed");
  const Capabilities now(cap_get_proc(), cap_free);
  if (!now || cap_compare(now.get(), wanted.get()) != 0)
    return base::system_error(EPERM, "keeping only the capabilities that are needed");
  return {};
}

}  // namespace

base::Result<User> find_user(const std::string& name) {
  std::array<char, 16384> buffer;
  struct passwd entry = {};
  struct passwd* found = nullptr;
  const int error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (error != 0) return base::system_error(error, "the user \"" + name + '"');
  if (found == nullptr) return base::Error{ENOENT, "there is no user \"" + name + '"'};
  return User{found->pw_uid, found->pw_gid};
}

base::Result<void> drop_privileges(const User& user, const std::vector<int>& capabilities) {
  if (geteuid() == 0) {
    // With NO_SETUID_FIXUP the change of user keeps capabilities: they are cut down right after
    if (auto closed = close_ways_back(); !closed) return closed;
    if (auto changed = become(user); !changed) return changed;
  }
  if (auto kept = keep_only(capabilities); !kept) return kept;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("setting no_new_privs");
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return failed("refusing tracers");
  return {};
}

}  // namespace eventfilter::service
