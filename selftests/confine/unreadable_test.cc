// SPDX-License-Identifier: BSD-2-Clause
// A confined task can't learn its filters but by trying.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// A number that only the filter knows
constexpr const char* kSecret = "77341";
constexpr const char* kRule = "sys_enter_lseek: offset != 77341 else errno EXDEV\n";

void raise_refusal() { EXPECT_REFUSED(EXDEV, syscall(SYS_lseek, -1, 77341L, SEEK_SET)); }

std::string all_of(const std::string& path) {
  const Fd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; file.is_open() && (got = read(file.get(), buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

TEST(Unreadable, ByTheRulesetsDescriptor) {
  in_child([] {
    const Ruleset ruleset(kRule);
    ruleset.enforce();
    EXPECT_EQ(ruleset.error(), "");
    // A write that is refused must not quote what was there before
    EXPECT_REFUSED(EBUSY, ruleset.write("sys_enter_lseek: nonsense"));
    EXPECT_EQ(ruleset.error().find(kSecret), std::string::npos);
    char byte = 0;
    EXPECT_LE(pread(ruleset.fd(), &byte, 1, 0), 0);
  });
}

TEST(Unreadable, ByTheDescriptorsInfo) {
  in_child([] {
    const Ruleset ruleset(kRule);
    ruleset.enforce();
    const std::string info = all_of("/proc/self/fdinfo/" + std::to_string(ruleset.fd()));
    EXPECT_NE(info.find("pos:"), std::string::npos);
    EXPECT_EQ(info.find(kSecret), std::string::npos) << info;
    EXPECT_EQ(info.find("lseek"), std::string::npos) << info;
  });
}

TEST(Unreadable, ByAnythingInProcSelf) {
  in_child([] {
    Ruleset(kRule).enforce();
    raise_refusal();
    for (const char* name : {"status", "stat", "limits", "syscall", "wchan", "stack",
                             "attr/current", "attr/prev", "attr/exec", "personality", "sched"}) {
      const std::string text = all_of(std::string("/proc/self/") + name);
      EXPECT_EQ(text.find(kSecret), std::string::npos) << name;
    }
  });
}

TEST(Unreadable, BySecurityfs) {
  const std::string root = "/sys/kernel/security/eventfilter";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().filename() != "domains") {
      names.push_back(entry.path());
    }
  }
  ASSERT_GE(names.size(), 2U) << "version and events at least";
  in_child([&] {
    std::vector<std::string> before;
    for (const std::string& name : names) {
      before.push_back(all_of(name));
      EXPECT_NE(before.back(), "") << name << " is for everybody";
    }
    Ruleset(kRule).enforce();
    raise_refusal();
    EXPECT_REFUSED(EACCES, open((root + "/domains").c_str(), O_RDONLY)) << "it has the text";
    for (const std::string& name : names) {
      EXPECT_EQ(all_of(name).find(kSecret), std::string::npos) << name;
    }
  });
}

TEST(Unreadable, ByTheKernelsLog) {
  in_child([] {
    Ruleset(kRule).enforce();
    raise_refusal();
    std::string log(1 << 20, '\0');
    constexpr int kReadAll = 3;
    const int got = klogctl(kReadAll, log.data(), static_cast<int>(log.size()));
    // A log that is closed to users is fine, too
    log.resize(got > 0 ? static_cast<size_t>(got) : 0);
    EXPECT_EQ(log.find("lseek"), std::string::npos);
    EXPECT_EQ(log.find(kSecret), std::string::npos);
  });
}

TEST(Unreadable, ByTracefs) {
  in_child([] {
    Ruleset(kRule).enforce();
    EXPECT_REFUSED(EACCES, open("/sys/kernel/tracing/events/eventfilter/denied/format", O_RDONLY));
  });
}

TEST(Unreadable, ByTheTestedPrograms) {
  // getfattr and cat of everything that belongs to the process: nothing says what confines it
  in_child([] {
    Ruleset(kRule).enforce();
    const Output output =
        run({"sh", "-c", "cat /proc/$$/status /proc/$$/attr/* /sys/kernel/security/lsm 2>&1"});
    EXPECT_EQ(output.text.find(kSecret), std::string::npos);
  });
}

TEST(Unreadable, ALabelSpacesDescriptorIsNotReadableEither) {
  in_child([] {
    const LabelSpace space("very_secret_t");
    enforce(space, "file_open: !(label & very_secret_t)\n");
    char byte;
    EXPECT_REFUSED(EPERM, read(space.fd(), &byte, 1));
    const std::string info = all_of("/proc/self/fdinfo/" + std::to_string(space.fd()));
    EXPECT_EQ(info.find("very_secret_t"), std::string::npos) << info;
  });
}

}  // namespace
}  // namespace eventfilter::selftest
