// SPDX-License-Identifier: BSD-2-Clause
// system_key: what is done with keys of the kernel's keyrings. No hook knows keyctl's command, only
// the permission that it needs.
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "support/child.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr long kKeyring = KEY_SPEC_PROCESS_KEYRING;

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

TEST(SystemKey, AllOfIt) {
  in_child([] {
    const long key = require_call(add_key("evf-test"), "add_key");
    enforce("system_key: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, add_key("evf-other"));
    EXPECT_REFUSED(EXDEV, describe(key));
    // The kernel looks in the keyrings first, where it may find nothing
    EXPECT_REFUSED(ENOKEY, read_key(key));
    EXPECT_REFUSED(EACCES, keyctl(KEYCTL_REVOKE, key));
  });
}

TEST(SystemKey, Need) {
  struct Door {
    int need;
    const char* name;
    std::function<long(long)> use;
  };
  const Door doors[] = {
      {EVF_KEY_VIEW, "describe", describe},
      {EVF_KEY_WRITE, "update",
       [](long key) { return keyctl(KEYCTL_UPDATE, key, reinterpret_cast<long>("x"), 1); }},
      {EVF_KEY_SETATTR, "setperm",
       [](long key) { return keyctl(KEYCTL_SETPERM, key, 0x3f3f0000); }},
      {EVF_KEY_LINK, "link",
       [](long key) { return keyctl(KEYCTL_LINK, key, KEY_SPEC_THREAD_KEYRING); }},
  };
  for (const Door& door : doors) {
    in_child([&] {
      const long key = require_call(add_key("evf-test"), "add_key");
      enforce(only(door.need));
      EXPECT_REFUSED(EXDEV, door.use(key)) << door.name;
      for (const Door& other : doors) {
        // Linking needs writing to the keyring, too
        if (other.need != door.need && !(door.need == EVF_KEY_WRITE && other.need == EVF_KEY_LINK)) {
          EXPECT_ALLOWED(other.use(key)) << other.name << " without " << door.name;
        }
      }
    });
  }
}

TEST(SystemKey, Reading) {
  in_child([] {
    const long key = require_call(add_key("evf-test"), "add_key");
    EXPECT_EQ(read_key(key), 6);
    enforce(only(EVF_KEY_VIEW));
    EXPECT_EQ(read_key(key), 6);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
