// SPDX-License-Identifier: BSD-2-Clause
// Every errno of the labelling calls; and that a call which fails stages nothing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr unsigned long kFileRequests[] = {EVF_LABEL_FILE, EVF_LABEL_SELF};

class LabelErrors : public testing::Test {
 protected:
  const Tree tree_;
  const std::string dir_ = tree_.make_dir("d");
  const std::string file_ = tree_.make_file("d/f");
  const LabelSpace space_{kProbeNames};
};

TEST_F(LabelErrors, EbadfForADescriptorThatIsNotOpen) {
  for (const int fd : {-1, 1000, AT_FDCWD}) {
    EXPECT_REFUSED(EBADF, space_.stage(EVF_LABEL_FILE, fd, "a_t"));
    EXPECT_REFUSED(EBADF, space_.stage(EVF_LABEL_SELF, fd, "a_t"));
    EXPECT_REFUSED(EBADF, space_.stage(EVF_UNLABEL, fd, ""));
  }
  EXPECT_REFUSED(EBADF, space_.stage(EVF_LABEL_NAME, 1000, "a_t", "x"));
}

TEST_F(LabelErrors, EnoentForAnUnknownName) {
  for (const unsigned long request : kFileRequests) {
    EXPECT_REFUSED(ENOENT, space_.stage(request, file_, "nonesuch_t"));
    EXPECT_REFUSED(ENOENT, space_.stage(request, file_, "a_t nonesuch_t"));
    EXPECT_REFUSED(ENOENT, space_.stage(request, file_, std::string(EVF_MAX_LABEL_NAME + 1, 'x')));
  }
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_LABEL_NAME, dir_, "nonesuch_t", "x"));
}

TEST_F(LabelErrors, EnotdirForAPatternOnWhatIsNoDirectory) {
  EXPECT_REFUSED(ENOTDIR, space_.stage(EVF_LABEL_NAME, file_, "a_t", "x"));
  EXPECT_REFUSED(ENOTDIR, space_.stage(EVF_LABEL_NAME, "/dev/null", "a_t", "x"));
}

TEST_F(LabelErrors, EinvalForAPatternThatIsNoComponent) {
  using namespace std::string_literals;
  for (const std::string& pattern : {""s, "."s, ".."s, "/"s, "a//b"s, "a/"s, "/a"s, "a/./b"s, "../a"s,
                                     "a/[b"s, "[a/b]"s, "a\0b"s, "a/b\0"s}) {
    EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_NAME, dir_, "a_t", pattern))
        << testing::PrintToString(pattern);
  }
}

TEST_F(LabelErrors, EinvalForAPatternLongerThanAnyName) {
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_NAME, dir_, "a_t", std::string(255, 'x')));
  EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_NAME, dir_, "a_t", std::string(256, 'x')));
  const std::string longest(255, 'x');
  std::string path = longest;
  for (unsigned components = 1; components < EVF_MAX_COMPONENTS; ++components) {
    EXPECT_ALLOWED(space_.stage(EVF_LABEL_NAME, dir_, "a_t", path)) << components;
    EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_NAME, dir_, "a_t", path + "x")) << components;
    path += "/" + longest;
  }
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_NAME, dir_, "a_t", path)) << "the longest of all";
  EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_NAME, dir_, "a_t", path + "/x"));
  EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_NAME, dir_, "a_t", "1/2/3/4/5/6/7/8/9"));
}

TEST_F(LabelErrors, EinvalForAPatternWhereNoneBelongs) {
  for (const unsigned long request : kFileRequests) {
    EXPECT_REFUSED(EINVAL, space_.stage(request, dir_, "a_t", "x"));
  }
}

TEST_F(LabelErrors, EinvalForNamesWhereNoneBelong) {
  space_.label_file(file_, "a_t");
  EXPECT_REFUSED(EINVAL, space_.stage(EVF_UNLABEL, file_, "a_t"));
}

TEST_F(LabelErrors, EnoentForUnlabellingWhatHasNoAssignment) {
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, file_, ""));
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, dir_, "", "x"));
  space_.label_file(dir_, "a_t");
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, file_, "")) << "it only inherits one";
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, dir_, "", "x"));
  space_.unlabel(dir_);
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, dir_, ""));
}

TEST_F(LabelErrors, AssignmentsOfAnotherSpaceAreNotOurs) {
  const LabelSpace other("a_t");
  other.label_file(file_, "a_t");
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, file_, ""));
}

TEST_F(LabelErrors, EfaultForNamesOrPatternThatAreNotThere) {
  evf_label argument{};
  argument.size = sizeof(argument);
  const Fd object(open(dir_.c_str(), O_PATH));
  argument.fd = object.get();
  argument.names = 1;
  argument.names_len = 3;
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_LABEL_FILE, &argument));
  const std::string names = "a_t";
  argument.names = reinterpret_cast<uintptr_t>(names.data());
  argument.pattern = 1;
  argument.pattern_len = 1;
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_LABEL_NAME, &argument));
}

TEST_F(LabelErrors, AFailedCallStagesNothing) {
  const LabelProbe probe(space_);
  space_.label_file(file_, "a_t");
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_LABEL_FILE, file_, "b_t nonesuch_t"));
  space_.commit();
  EXPECT_EQ(probe.of(file_), "a_t");
}

TEST_F(LabelErrors, AnotherUsersFileCanBeLabelledWithoutRightsOnIt) {
  // A label gives nothing to anybody; it is private to the space
  in_child([] {
    const LabelSpace mine("a_t");
    EXPECT_ALLOWED(mine.stage(EVF_LABEL_FILE, "/etc/shadow", "a_t"));
    EXPECT_ALLOWED(mine.try_commit());
  });
}

TEST_F(LabelErrors, Fact5EpermForWhoeverIsConfinedByTheSpace) {
  const Fd object(open(file_.c_str(), O_PATH));
  const Fd directory(open(dir_.c_str(), O_PATH));
  const LabelSpace other("a_t");
  in_child([&] {
    enforce(space_, "file_open: label & a_t");
    EXPECT_REFUSED(EPERM, space_.stage(EVF_LABEL_FILE, object.get(), "a_t"));
    EXPECT_REFUSED(EPERM, space_.stage(EVF_LABEL_SELF, object.get(), "a_t"));
    EXPECT_REFUSED(EPERM, space_.stage(EVF_LABEL_NAME, directory.get(), "a_t", "x"));
    EXPECT_REFUSED(EPERM, space_.stage(EVF_UNLABEL, object.get(), ""));
    EXPECT_REFUSED(EPERM, space_.try_commit());
    EXPECT_REFUSED(EPERM, ioctl(space_.fd(), EVF_CLEAR, 0));
    EXPECT_REFUSED(EPERM, ioctl(space_.fd(), EVF_DISCARD, 0));
    EXPECT_REFUSED(EPERM, space_.write("label more_t\n"));
    // A space of its own or of somebody else is none of this layer's business
    EXPECT_ALLOWED(other.stage(EVF_LABEL_FILE, object.get(), "a_t"));
    EXPECT_ALLOWED(other.try_commit());
    const LabelSpace own("b_t");
  });
}

TEST_F(LabelErrors, ClearAndDiscardTakeNoArgument) {
  for (const unsigned long request : {EVF_CLEAR, EVF_DISCARD}) {
    EXPECT_REFUSED(EINVAL, ioctl(space_.fd(), request, 1));
    EXPECT_REFUSED(EINVAL, ioctl(space_.fd(), request, ~0UL));
    EXPECT_ALLOWED(ioctl(space_.fd(), request, 0));
    EXPECT_REFUSED(ENOTTY, ioctl(Ruleset().fd(), request, 0));
  }
}

TEST_F(LabelErrors, APendingLayerDoesNotCountYet) {
  const Fd object(open(file_.c_str(), O_PATH));
  in_child([&] {
    enforce(space_, "file_open: label & a_t", EVF_ENFORCE_ON_EXEC);
    EXPECT_ALLOWED(space_.stage(EVF_LABEL_FILE, object.get(), "a_t"));
    EXPECT_ALLOWED(space_.try_commit());
  });
}

TEST_F(LabelErrors, EpermAlsoForRootAndForADescendant) {
  const Fd object(open(file_.c_str(), O_PATH));
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_open: label & a_t");
    // Another layer, of another space, on top
    enforce("sys_enter_getppid: deny");
    in_child(Subject::kRoot, [&] {
      EXPECT_REFUSED(EPERM, space_.stage(EVF_LABEL_FILE, object.get(), "a_t"));
      EXPECT_REFUSED(EPERM, space_.try_commit());
    });
  });
}

TEST_F(LabelErrors, WhatWasStagedBeforeCannotBeCommittedByTheConfined) {
  const LabelProbe probe(space_);
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_FILE, file_, "a_t"));
  in_child([&] {
    enforce(space_, "sys_enter_getppid: deny");
    EXPECT_REFUSED(EPERM, space_.try_commit());
  });
  EXPECT_EQ(probe.of(file_), "");
  space_.commit();
  EXPECT_EQ(probe.of(file_), "a_t");
}

}  // namespace
}  // namespace eventfilter::selftest
