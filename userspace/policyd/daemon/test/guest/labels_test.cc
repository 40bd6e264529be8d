// SPDX-License-Identifier: BSD-2-Clause
//
// Which objects get labels: hot-plugged ones, each user's own, and not what somebody put in the way.
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

int open_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd;
}

constexpr const char* kDisks =
    "label disk_t = \"HERE/disks/**\";\n"
    "label other_t = \"HERE/other/**\";\n"
    "domain vmm_t { " kChannel "allow file open on disk_t; }\n";

class Hotplug : public ::testing::Test {
 protected:
  Hotplug() : daemon_(kDisks) {
    fs::create_directory(daemon_.here() + "/new");
    write_file(disk(), "x");
  }
  std::string disk() const { return daemon_.here() + "/new/disk"; }
  base::Fd object() const { return base::Fd(open(disk().c_str(), O_PATH | O_CLOEXEC)); }

  Daemon daemon_;
};

TEST_F(Hotplug, AnObjectIsGivenToWhatRunsAndTakenBack) {
  Channel channel;
  Child child([&] {
    enter(daemon_, "vmm_t");
    EXPECT_REFUSED(EACCES, open_file(disk()));
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_ALLOWED(open_file(disk()));
    channel.child().send(3);
    EXPECT_EQ(channel.child().receive(), 4);
    EXPECT_REFUSED(EACCES, open_file(disk()));
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  auto admin = daemon_.admin();
  must<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {object().get()});
  channel.parent().send(2);
  ASSERT_EQ(channel.parent().receive(), 3);
  must<ipc::Done>(admin, ipc::Bind{"", false}, {object().get()});
  channel.parent().send(4);
  EXPECT_TRUE(child.wait().exited_normally());
}

TEST_F(Hotplug, StaysOverReloadsAndRestarts) {
  auto admin = daemon_.admin();
  must<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {object().get()});
  must<ipc::Reloaded>(admin, ipc::Reload{});
  in_child([&] {
    enter(daemon_, "vmm_t");
    EXPECT_ALLOWED(open_file(disk()));
  });
  daemon_.kill_labeld();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  in_child([&] {
    enter(daemon_, "vmm_t");
    EXPECT_ALLOWED(open_file(disk()));
  });
  must<ipc::Done>(admin, ipc::Bind{"", false}, {object().get()});
  in_child([&] {
    enter(daemon_, "vmm_t");
    EXPECT_REFUSED(EACCES, open_file(disk()));
  });
}

TEST_F(Hotplug, ADirectoryWithWhatIsInItOrAlone) {
  const base::Fd directory(open((daemon_.here() + "/new").c_str(), O_PATH | O_CLOEXEC));
  auto admin = daemon_.admin();
  must<ipc::Done>(admin, ipc::Bind{"disk_t", true}, {directory.get()});
  in_child([&] {
    enter(daemon_, "vmm_t");
    EXPECT_ALLOWED(open_file(daemon_.here() + "/new"));
    EXPECT_REFUSED(EACCES, open_file(disk()));
  });
  must<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {directory.get()});
  in_child([&] {
    enter(daemon_, "vmm_t");
    EXPECT_ALLOWED(open_file(disk()));
  });
}

TEST_F(Hotplug, WhatThePolicyDoesNotDeclareIsRefused) {
  auto admin = daemon_.admin();
  EXPECT_EQ(refusal<ipc::Done>(admin, ipc::Bind{"none_t", false}, {object().get()}),
            "the policy declares no label \"none_t\"");
  EXPECT_EQ(refusal<ipc::Done>(admin, ipc::Bind{"disk_t other_t", false}, {object().get()}),
            "the policy declares no label \"disk_t other_t\"");
  EXPECT_EQ(refusal<ipc::Done>(admin, ipc::Bind{"anonymous", false}, {object().get()}),
            "the policy declares no label \"anonymous\"");
  EXPECT_EQ(refusal<ipc::Done>(admin, ipc::Bind{"", false}, {object().get()}),
            "nothing was assigned to this object by hand");
  EXPECT_EQ(refusal<ipc::Done>(admin, ipc::Bind{"disk_t", false}),
            "a message of type 34 came with a number of descriptors that it doesn't take");
}

TEST_F(Hotplug, AFileOfSeveralLinksIsNotLabelledByOne) {
  fs::create_hard_link(disk(), daemon_.here() + "/link");
  auto admin = daemon_.admin();
  EXPECT_EQ(refusal<ipc::Done>(admin, ipc::Bind{"disk_t", false}, {object().get()}),
            "the file has several links, and each would carry the label: label a directory of it");
}

// Two users with homes of their own, who aren't in the way of other tests.
class Homes : public ::testing::Test {
 protected:
  Homes() {
    for (const auto& [name, uid] : {std::pair("alice", 2001), std::pair("bob", 2002)}) {
      const std::string home = "/home/" + std::string(name);
      if (getpwnam(name) == nullptr) {
        std::ofstream("/etc/passwd", std::ios::app)
            << name << ":x:" << uid << ':' << uid << "::" << home << ":/bin/sh\n";
      }
      fs::create_directories(home);
      write_file(home + "/file", "x");
      chmod((home + "/file").c_str(), 0644);
      chmod(home.c_str(), 0755);
      const auto id = static_cast<uid_t>(uid);
      require(chown(home.c_str(), id, id) == 0, "giving a home away");
    }
  }
  ~Homes() override {
    for (const char* const name : {"alice", "bob"}) fs::remove_all("/home/" + std::string(name));
  }

  static void as(uid_t uid, const std::function<void()>& body) {
    in_child(Subject::kRoot, [&] {
      require(setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0, "becoming another user");
      body();
    });
  }
};

constexpr const char* kBrowser =
    "label home_t = \"@{HOME}/**\";\n"
    "label ssh_t = \"@{HOME}/.ssh/**\";\n"
    "label app_t = \"@{HOME}/.app/**\";\n"
    "domain browser_t { " kChannel "allow file open on { home_t app_t }; }\n";

TEST_F(Homes, ADomainReachesTheHomeOfWhoEntersAndNoOther) {
  const Daemon daemon(kBrowser);
  as(2001, [&] {
    enter(daemon, "browser_t");
    EXPECT_ALLOWED(open_file("/home/alice/file"));
    EXPECT_REFUSED(EACCES, open_file("/home/bob/file"));
  });
  as(2002, [&] {
    enter(daemon, "browser_t");
    EXPECT_ALLOWED(open_file("/home/bob/file"));
    EXPECT_REFUSED(EACCES, open_file("/home/alice/file"));
  });
}

TEST_F(Homes, CarveOutsAreEachUsersToo) {
  fs::create_directory("/home/alice/.ssh");
  write_file("/home/alice/.ssh/id", "x");
  const Daemon daemon(kBrowser);
  as(2001, [&] {
    enter(daemon, "browser_t");
    EXPECT_REFUSED(EACCES, open_file("/home/alice/.ssh/id"));
  });
}

TEST_F(Homes, LabelsOfHomesStayOverReloadsAndRestarts) {
  const Daemon daemon(kBrowser);
  Channel channel;
  Child child(Subject::kRoot, [&] {
    require(setresuid(2001, 2001, 2001) == 0, "becoming alice");
    enter(daemon, "browser_t");
    channel.child().send(1);
    EXPECT_EQ(channel.child().receive(), 2);
    EXPECT_ALLOWED(open_file("/home/alice/file"));
    EXPECT_REFUSED(EACCES, open_file("/home/bob/file"));
    channel.child().send(3);
    EXPECT_EQ(channel.child().receive(), 4);
    EXPECT_ALLOWED(open_file("/home/alice/file"));
    EXPECT_REFUSED(EACCES, open_file("/home/bob/file"));
  });
  ASSERT_EQ(channel.parent().receive(), 1);
  auto admin = daemon.admin();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  channel.parent().send(2);
  ASSERT_EQ(channel.parent().receive(), 3);
  daemon.kill_labeld();
  must<ipc::Reloaded>(admin, ipc::Reload{});
  channel.parent().send(4);
  EXPECT_TRUE(child.wait().exited_normally());
}

// alice points what will be labelled at what is root's, and bob's
TEST_F(Homes, APlantedLinkIsNeitherFollowedNorInTheWayOfOthers) {
  fs::create_directory_symlink("/etc", "/home/alice/.app");
  const Daemon daemon(kBrowser);
  as(2001, [&] {
    enter(daemon, "browser_t");
    EXPECT_REFUSED(EACCES, open_file("/etc/passwd"));
    EXPECT_REFUSED(EACCES, open_file("/home/alice/.app/passwd"));
    EXPECT_ALLOWED(open_file("/home/alice/file"));
  });
  as(2002, [&] {
    enter(daemon, "browser_t");
    EXPECT_ALLOWED(open_file("/home/bob/file"));
  });
}

TEST_F(Homes, APlantedLinkWhereAllUsersMayWrite) {
  constexpr const char* kShared =
      "label spool_t = \"HERE/drop/spool/**\";\n"
      "domain spooler_t { allow file open on spool_t; }\n";
  const Daemon daemon(kShared);
  const std::string drop = daemon.here() + "/drop";
  fs::create_directory(drop);
  chmod(drop.c_str(), 01777);
  as(2001, [&] { fs::create_directory_symlink("/etc", drop + "/spool"); });
  auto admin = daemon.admin();
  const auto reloaded = must<ipc::Reloaded>(admin, ipc::Reload{}).message;
  EXPECT_NE(reloaded.remarks.find("there is a symbolic link \"spool\", in a directory that others than root "
                                  "can change: not labelled"),
            std::string::npos)
      << reloaded.remarks;
  in_child([&] {
    enter(daemon, "spooler_t");
    EXPECT_REFUSED(EACCES, open_file("/etc/passwd"));
  });
}

TEST_F(Homes, AHardLinkToSomethingElseTakesItsNameAndNoMore) {
  write_file("/home/bob/secret", "x");
  chmod("/home/bob/secret", 0644);
  fs::create_directory("/home/alice/.app");
  fs::create_hard_link("/home/bob/secret", "/home/alice/.app/secret");
  const Daemon daemon(kBrowser);
  as(2001, [&] {
    enter(daemon, "browser_t");
    // By alice's own name it's what she put there; by bob's it's bob's
    EXPECT_ALLOWED(open_file("/home/alice/.app/secret"));
    EXPECT_REFUSED(EACCES, open_file("/home/bob/secret"));
  });
}

TEST_F(Homes, SomethingMountedInAHomeIsNotLabelledByAPatternBeneath) {
  fs::create_directories("/home/alice/.app");
  require(chown("/home/alice/.app", 2001, 2001) == 0, "a directory of alice's");
  require(mount("/etc", "/home/alice/.app", nullptr, MS_BIND, nullptr) == 0, "mounting");
  {
    const Daemon daemon(kBrowser);
    as(2001, [&] {
      enter(daemon, "browser_t");
      EXPECT_REFUSED(EACCES, open_file("/etc/passwd"));
    });
  }
  umount2("/home/alice/.app", MNT_DETACH);
}

TEST_F(Homes, AHomeThatIsSomebodyElsesHasNoLabels) {
  require(chown("/home/alice", 0, 0) == 0, "taking a home");
  const Daemon daemon(kBrowser);
  as(2001, [&] {
    enter(daemon, "browser_t");
    EXPECT_REFUSED(EACCES, open_file("/home/alice/file"));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
