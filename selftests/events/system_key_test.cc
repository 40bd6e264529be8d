// SPDX-License-Identifier: BSD-2-Clause
// system_key: what is done with keys of the kernel's keyrings. No hook knows keyctl's command, only
// the permission that it needs.
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "support/child.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr long kKeyring = KEY_SPEC_PROCESS_KEYRING;
constexpr const char* kName = "evf-test";
constexpr long kAllForUser = 0x3f3f0000;

long add_key(const char* description) {
  return syscall(SYS_add_key, "user", description, "secret", 6, kKeyring);
}

long keyctl(long command, long first, long second = 0, long third = 0, long fourth = 0) {
  return syscall(SYS_keyctl, command, first, second, third, fourth);
}

std::string only(int need) {
  return "system_key: need != " + std::to_string(need) + " else errno EXDEV";
}

long read_key(long key) {
  char content[6];
  return keyctl(KEYCTL_READ, key, reinterpret_cast<long>(content), sizeof(content));
}

long describe(long key) {
  char text[100];
  return keyctl(KEYCTL_DESCRIBE, key, reinterpret_cast<long>(text), sizeof(text));
}

// Whose permissions don't depend on whether the keyring could be searched
long own_key() {
  const long key = require_call(add_key(kName), "add_key");
  require_call(keyctl(KEYCTL_SETPERM, key, kAllForUser), "setperm");
  return key;
}

struct Door {
  int need;
  const char* name;
  std::function<long(long)> use;
};

TEST(SystemKey, AllOfIt) {
  in_child([] {
    const long key = require_call(add_key(kName), "add_key");
    enforce("system_key: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, add_key("evf-other"));
    EXPECT_REFUSED(EXDEV, describe(key));
    // The kernel looks in the keyrings first, where it may find nothing
    EXPECT_REFUSED(ENOKEY, read_key(key));
    EXPECT_REFUSED(EACCES, keyctl(KEYCTL_REVOKE, key));
  });
}

// The last one takes it out of the keyring
const Door kDoors[] = {
    {EVF_KEY_VIEW, "describe", describe},
    {EVF_KEY_READ, "read", read_key},
    {EVF_KEY_WRITE, "update",
     [](long key) { return keyctl(KEYCTL_UPDATE, key, reinterpret_cast<long>("secret"), 6); }},
    {EVF_KEY_SEARCH, "search",
     [](long) {
       return keyctl(KEYCTL_SEARCH, kKeyring, reinterpret_cast<long>("user"),
                     reinterpret_cast<long>(kName));
     }},
    {EVF_KEY_LINK, "link",
     [](long key) { return keyctl(KEYCTL_LINK, key, KEY_SPEC_THREAD_KEYRING); }},
    {EVF_KEY_SETATTR, "setperm", [](long key) { return keyctl(KEYCTL_SETPERM, key, kAllForUser); }},
    {EVF_KEY_UNLINK, "unlink", [](long key) { return keyctl(KEYCTL_UNLINK, key, kKeyring); }},
};

// Linking and unlinking write to the keyring, too
bool needs_besides(const Door& door, int need) {
  return need == EVF_KEY_WRITE && (door.need == EVF_KEY_LINK || door.need == EVF_KEY_UNLINK);
}

TEST(SystemKey, Need) {
  for (const Door& door : kDoors) {
    in_child([&] {
      const long key = own_key();
      enforce(only(door.need));
      EXPECT_REFUSED(EXDEV, door.use(key)) << door.name;
      for (const Door& other : kDoors) {
        if (other.need != door.need && !needs_besides(other, door.need)) {
          EXPECT_ALLOWED(other.use(key)) << other.name << " without " << door.name;
        }
      }
    });
  }
}

TEST(SystemKey, NeedIsRefusedWithTheUsualErrnoToo) {
  for (const Door& door : kDoors) {
    in_child([&] {
      const long key = own_key();
      enforce("system_key: need != " + std::to_string(door.need) + " else errno EPERM");
      EXPECT_REFUSED(EPERM, door.use(key)) << door.name;
    });
  }
}

// The kernel takes EACCES as leave to read a key that the task possesses
TEST(SystemKey, ReadingIsntGrantedByEacces) {
  in_child([] {
    const long key = own_key();
    enforce("system_key: need != " + std::to_string(EVF_KEY_READ) + " else errno EACCES");
    EXPECT_REFUSED(EPERM, read_key(key));
    EXPECT_ALLOWED(describe(key));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
