// SPDX-License-Identifier: BSD-2-Clause
//
// pam_eventfilter.so under su: the session has its layer, or there is no session.
#include <filesystem>

#include <gtest/gtest.h>

#include "daemon/test/guest/daemon.h"
#include "support/program.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRules =
    "label all_t = \"/**\";\n"
    "label secret_t = \"HERE/secret\";\n"
    "label staff_t = \"HERE/staff\";\n"
    "domain user_d { default * allow; deny file open on { secret_t staff_t }; }\n"
    "domain staff_d { default * allow; deny file open on secret_t; }\n"
    "role user_r { user_d }\n"
    "role staff_r { staff_d }\n"
    "user demo { user_r, staff_r }\n";

class Pam : public ::testing::Test {
 protected:
  Pam() : daemon_(kRules), before_(read_file("/etc/pam.d/su")) {
    for (const char* const name : {"/secret", "/staff", "/open"})
      write_file(daemon_.here() + name, "content\n");
  }
  ~Pam() override { write_file("/etc/pam.d/su", before_); }

  void use(const std::string& options, std::string socket = "") const {
    if (socket.empty()) socket = daemon_.socket();
    const std::string module =
        fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib/security/pam_eventfilter.so";
    write_file("/etc/pam.d/su", "auth sufficient pam_rootok.so\naccount sufficient pam_permit.so\nsession required " +
                                    module + " socket=" + socket + ' ' + options + '\n');
  }
  Output su(const std::string& user, const std::string& command) const {
    return run({"su", user, "-s", "/bin/sh", "-c", command});
  }
  std::string cat(const std::string& name) const { return "cat " + daemon_.here() + '/' + name; }

  Daemon daemon_;
  std::string before_;
};

TEST_F(Pam, ASessionIsConfinedByItsRole) {
  use("role=user_r");
  EXPECT_EQ(su("demo", cat("open")).text, "content\n");
  EXPECT_TRUE(su("demo", cat("secret")).says("Permission denied"));
  EXPECT_TRUE(su("demo", cat("staff")).says("Permission denied"));
}

TEST_F(Pam, AnotherRoleIsAnotherSessionAndTheFirstByNameIsTheUsual) {
  use("");
  EXPECT_EQ(su("demo", cat("staff")).text, "content\n");
  EXPECT_TRUE(su("demo", cat("secret")).says("Permission denied"));
}

TEST_F(Pam, WhoHasNoRoleHasNoSession) {
  use("");
  const Output nobody = su("daemon", "echo ran");
  EXPECT_TRUE(nobody.says("No session: the policy gives daemon no role")) << nobody.text;
  EXPECT_FALSE(nobody.says("ran"));
  use("role=none_r");
  EXPECT_TRUE(su("demo", "echo ran").says("No session: the policy has no role \"none_r\""));
}

TEST_F(Pam, WithoutPolicydThereIsNoSession) {
  use("", "/nonexistent");
  const Output refused = su("demo", "echo ran");
  EXPECT_TRUE(refused.says("No session: /nonexistent: No such file or directory")) << refused.text;
  EXPECT_FALSE(refused.says("ran"));
}

TEST_F(Pam, AnUnknownOptionIsNoSession) {
  use("rolle=staff_r");
  EXPECT_FALSE(su("demo", "echo ran").says("ran"));
}

}  // namespace
}  // namespace eventfilter::selftest
