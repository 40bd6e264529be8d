// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/refusal.h"

#include <gtest/gtest.h>

#include "ipc/wire.h"

namespace eventfilter::ipc {
namespace {

struct Expected {
  Code code;
  std::uint32_t number;
  const char* word;
  const char* sentence;
};

// Written out once more: these are what clients rely on
constexpr Expected kExpected[] = {
    {Code::BadFrame, 1, "bad_frame", "this is no message of policyd's protocol"},
    {Code::BadVersion, 2, "bad_version", "policyd speaks version 1 of the protocol, not version X"},
    {Code::UnknownType, 3, "unknown_type", "this socket takes no message of type X"},
    {Code::Malformed, 4, "malformed", "the content of a message of type X is malformed"},
    {Code::Descriptors, 5, "descriptors",
     "a message of type X came with a number of descriptors that it doesn't take"},
    {Code::NotPermitted, 6, "not_permitted", "X"},
    {Code::NoPolicy, 7, "no_policy", "no policy is loaded: X"},
    {Code::NoSuchDomain, 8, "no_such_domain", "the policy has no domain \"X\""},
    {Code::NoSuchRole, 9, "no_such_role", "the policy has no role \"X\""},
    {Code::NoSuchBoolean, 10, "no_such_boolean", "the policy has no boolean \"X\""},
    {Code::NoSuchLabel, 11, "no_such_label", "the policy declares no label \"X\""},
    {Code::NoSuchClass, 12, "no_such_class", "the policy has no class \"X\" of its own"},
    {Code::Mistakes, 13, "mistakes",
     "the rule files have mistakes, so the policy stays as it is:\nX"},
    {Code::KernelRefused, 14, "kernel_refused", "the kernel refuses: X"},
    {Code::Unavailable, 15, "unavailable", "policyd can't answer now, ask again: X"},
    {Code::TooMany, 16, "too_many", "too many X"},
    {Code::TooSlow, 17, "too_slow", "answers weren't read for too long"},
    {Code::NoSuchUser, 18, "no_such_user", "there is no user X"},
    {Code::NotAssigned, 19, "not_assigned", "nothing was assigned to this object by hand"},
    {Code::Stale, 20, "stale", "the numbers aren't of policy X, which is in force: ask for numbers again"},
    {Code::NoSuchNumber, 21, "no_such_number", "question X has a number that was never given"},
    {Code::NoSuchHandle, 22, "no_such_handle", "the policy has no handle \"X\""},
};

TEST(Refusal, NumbersWordsAndSentences) {
  for (const Expected& one : kExpected) {
    const Refusal refusal = refuse(one.code, "X");
    EXPECT_EQ(refusal.code, one.number);
    EXPECT_EQ(word_of(refusal.code), one.word);
    EXPECT_EQ(refusal.sentence, one.sentence);
  }
  EXPECT_EQ(word_of(23), "unknown");
  EXPECT_EQ(word_of(0), "unknown");
}

TEST(Refusal, ADetailWithAPercentSignIsLeftAlone) {
  EXPECT_EQ(refuse(Code::NoSuchDomain, "100%").sentence, "the policy has no domain \"100%\"");
}

TEST(Refusal, WhatIsTooLongIsCut) {
  const Refusal refusal = refuse(Code::Mistakes, std::string(kMaxString, 'x'));
  EXPECT_EQ(refusal.sentence.size(), kMaxString);
  EXPECT_TRUE(refusal.sentence.ends_with("x\n..."));
  EXPECT_TRUE(decode<Refusal>(encode(refusal)));
}

}  // namespace
}  // namespace eventfilter::ipc
