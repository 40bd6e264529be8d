// SPDX-License-Identifier: BSD-2-Clause
// What all label spaces of one user may cost together, below, at and above; and that it's his affair.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

using Spaces = std::vector<std::unique_ptr<LabelSpace>>;

class UserLimits : public testing::Test {
 protected:
  UserLimits() {
    require_call(getrlimit(RLIMIT_NOFILE, &before_), "getrlimit");
    const rlimit more{4096, before_.rlim_max < 4096 ? 4096 : before_.rlim_max};
    require_call(setrlimit(RLIMIT_NOFILE, &more), "setrlimit");
  }
  ~UserLimits() override { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

void expect_others_unaffected() {
  in_child(Subject::kRoot, [] { EXPECT_ALLOWED(LabelSpace().write("label a_t\n")); });
}

TEST_F(UserLimits, Fact4LabelSpaces) {
  in_child([] {
    Spaces spaces;
    for (unsigned i = 0; i < EVF_MAX_USER_SPACES; ++i) {
      spaces.push_back(std::make_unique<LabelSpace>());
    }
    EXPECT_REFUSED(EDQUOT, evf(EVF_LABELS));
    const Ruleset keeps(*spaces.back());
    spaces.pop_back();
    EXPECT_REFUSED(EDQUOT, evf(EVF_LABELS)) << "a ruleset keeps it";
    spaces.pop_back();
    const Fd fresh(static_cast<int>(evf(EVF_LABELS)));
    EXPECT_ALLOWED(fresh.get());
    EXPECT_REFUSED(EDQUOT, evf(EVF_LABELS));
  });
}

TEST_F(UserLimits, CountForTheUserAlone) {
  const Child hoarder([] {
    // Whoever asks below has one for a moment, and those of the case before may still be going
    unsigned held = 0;
    for (int round = 0; round < 600 && held < EVF_MAX_USER_SPACES; ++round) {
      while (held < EVF_MAX_USER_SPACES && evf(EVF_LABELS) >= 0) {
        ++held;
      }
      usleep(20000);
    }
    EXPECT_EQ(held, static_cast<unsigned>(EVF_MAX_USER_SPACES));
    pause();
  });
  // Until it has them all
  for (int round = 0; round < 600; ++round) {
    if (value_from_child(Subject::kUser, [] { return error_of(evf(EVF_LABELS)); }) == EDQUOT) {
      break;
    }
    usleep(20000);
  }
  in_child([] { EXPECT_REFUSED(EDQUOT, evf(EVF_LABELS)); });
  expect_others_unaffected();
}

std::string names(unsigned nr) {
  std::string text;
  for (unsigned i = 0; i < nr; ++i) {
    text += "label n" + std::to_string(i) + "\n";
  }
  return text;
}

TEST_F(UserLimits, Names) {
  in_child([] {
    Spaces spaces;
    const std::string all = names(EVF_MAX_SPACE_NAMES);
    for (unsigned i = 0; i < EVF_MAX_USER_NAMES / EVF_MAX_SPACE_NAMES - 1; ++i) {
      spaces.push_back(std::make_unique<LabelSpace>());
      ASSERT_ALLOWED(spaces.back()->write(all)) << i;
    }
    const LabelSpace last;
    ASSERT_ALLOWED(last.write(names(EVF_MAX_SPACE_NAMES - 2)));
    const LabelSpace other;
    EXPECT_ALLOWED(other.write("label one\n"));
    EXPECT_REFUSED(EDQUOT, other.write("label two\nlabel three\n"));
    EXPECT_EQ(other.error(), "") << "nothing is wrong with the text";
    EXPECT_ALLOWED(other.write("label two\n")) << "none of the two was added";
    EXPECT_REFUSED(EDQUOT, last.write("group g =\n"));
    EXPECT_ALLOWED(last.write("label n0\n")) << "one that it has";
  });
  expect_others_unaffected();
}

TEST_F(UserLimits, Fact4Inodes) {
  const Tree tree;
  const std::string place = tree.make_dir("big");
  require_call(mount("tmpfs", place.c_str(), "tmpfs", 0, "nr_inodes=200000,mode=0777"), "mount");
  in_child([&] {
    const LabelSpace space("a_t");
    const LabelSpace other("a_t");
    const auto label = [&](const LabelSpace& in, unsigned number) {
      const std::string path = place + "/" + std::to_string(number);
      mknod(path.c_str(), S_IFREG | 0600, 0);
      return in.stage(EVF_LABEL_FILE, path, "a_t");
    };
    for (unsigned i = 0; i < EVF_MAX_USER_INODES - 1; ++i) {
      ASSERT_ALLOWED(label(space, i)) << i;
    }
    EXPECT_ALLOWED(label(other, 0)) << "another space's mark counts again";
    EXPECT_REFUSED(EDQUOT, label(other, 1));
    EXPECT_REFUSED(EDQUOT, label(space, EVF_MAX_USER_INODES));
    EXPECT_ALLOWED(label(space, 5)) << "one that is labelled already";
    ASSERT_ALLOWED(space.stage(EVF_UNLABEL, place + "/7", ""));
    ASSERT_ALLOWED(space.try_commit());
    EXPECT_ALLOWED(label(other, 1)) << "one was let go";
    EXPECT_REFUSED(EDQUOT, label(other, 2));
  });
  EXPECT_ALLOWED(umount(place.c_str()));
}

}  // namespace
}  // namespace eventfilter::selftest
