// SPDX-License-Identifier: BSD-2-Clause
//
// Rulesets by their text: one object in the kernel, which nobody can add to.
#include <fstream>
#include <set>
#include <vector>

#include <sys/prctl.h>

#include "eventfilter/avc.hpp"
#include "guest.h"

namespace eventfilter::test {
namespace {

// What securityfs counts; -1 if it doesn't
long rulesets_in_kernel() {
  std::ifstream stats("/sys/kernel/security/eventfilter/stats");
  std::string name;
  for (long value; stats >> name >> value;)
    if (name == "rulesets") return value;
  return -1;
}

TEST(Freeze, NobodyCanAddToIt) {
  Ruleset ruleset = ruleset_of("file: deny\n");
  ASSERT_TRUE(ruleset.write("file_stat: deny\n").ok()) << "until then";
  ASSERT_EQ(eventfilter_ruleset_freeze(ruleset.fd()), 0);
  EXPECT_EQ(ruleset.write("file_open: allow\n").error().code(), EBUSY)
      << "a name that would take the event out of its group's default";
  EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0) << "not the caller's";
  EXPECT_EQ(open_errno("/etc/passwd"), 0) << "who isn't confined";
  EXPECT_EQ(in_confined(ruleset, [] { return open_errno("/etc/passwd"); }), EACCES);
  EXPECT_EQ(eventfilter_ruleset_freeze(ruleset.fd()), 0) << "again";
}

TEST(Freeze, Errors) {
  const Handle null(open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(eventfilter_ruleset_freeze(-1), -EBADF);
  EXPECT_EQ(eventfilter_ruleset_freeze(null.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_ruleset_freeze(Ruleset::create().value().fd()), -ENODATA);
}

TEST(RulesetCache, AThousandEntriesIntoOneDomainShareOneObject) {
  LabelSpace labels = LabelSpace::create().value();
  labels.add("tmp_t").value();
  RulesetCache cache = RulesetCache::create(64, labels.fd()).value();
  const long before = rulesets_in_kernel();
  ASSERT_GE(before, 0);
  std::set<int> fds;
  std::vector<Ruleset> kept;
  for (int i = 0; i < 1000; i++) {
    kept.push_back(cache.get("file_open: label & tmp_t else errno EXDEV\n").value());
    fds.insert(kept.back().fd());
  }
  EXPECT_EQ(fds.size(), 1000u) << "descriptors of their own";
  // Those of tests before may go meanwhile
  EXPECT_LE(rulesets_in_kernel(), before + 1);
  EXPECT_EQ(cache.stats().hits, 999u);
  EXPECT_EQ(cache.stats().misses, 1u);
  EXPECT_EQ(in_confined(kept[500], [] { return open_errno("/etc/passwd"); }), EXDEV);
  EXPECT_EQ(kept[3].write("file_open: allow\n").error().code(), EBUSY);
}

TEST(RulesetCache, TellsTextFlagsAndLabelApart) {
  LabelSpace labels = LabelSpace::create().value();
  labels.write("label a\nlabel b\n").value();
  RulesetCache cache = RulesetCache::create(64, labels.fd()).value();
  const std::string text = "file_open: deny\n";
  const Ruleset plain = cache.get(text).value();
  const Ruleset permissive = cache.get(text, EVENTFILTER_PERMISSIVE).value();
  const Ruleset labelled = cache.get(text, 0, "a").value(), other = cache.get(text, 0, "b").value();
  const Ruleset longer = cache.get(text + "file_stat: deny\n").value();
  EXPECT_EQ(cache.stats().misses, 5u);
  EXPECT_EQ(cache.stats().entries, 5u);
  EXPECT_EQ(in_confined(plain, [] { return open_errno("/etc/passwd"); }), EACCES);
  EXPECT_EQ(in_confined(permissive, [] { return open_errno("/etc/passwd"); }), 0);
  EXPECT_TRUE(cache.get(text, 0, "a").ok());
  EXPECT_EQ(cache.stats().hits, 1u);
}

TEST(RulesetCache, DropsWhatWasNotAskedForLongest) {
  RulesetCache cache = RulesetCache::create(2).value();
  const auto ask = [&](int number) {
    EXPECT_TRUE(cache.get("sys_enter_close: fd == " + std::to_string(number) + "\n").ok());
    return cache.stats().misses;
  };
  EXPECT_EQ(ask(1), 1u);
  EXPECT_EQ(ask(2), 2u);
  EXPECT_EQ(ask(1), 2u);
  EXPECT_EQ(ask(3), 3u) << "2 goes";
  EXPECT_EQ(ask(1), 3u);
  EXPECT_EQ(ask(2), 4u) << "3 goes";
  EXPECT_EQ(cache.stats().entries, 2u);
  EXPECT_EQ(cache.stats().evictions, 2u);
}

TEST(RulesetCache, Errors) {
  EXPECT_EQ(RulesetCache::create(0).error().code(), EINVAL);
  EXPECT_EQ(RulesetCache::create(1, 999).error().code(), EBADF);
  RulesetCache cache = RulesetCache::create(2).value();
  const auto wrong = cache.get("file_open: nonsense\n");
  ASSERT_TRUE(wrong.error().text().has_value());
  EXPECT_EQ(wrong.error().text()->column, 12u);
  EXPECT_EQ(cache.get("").error().code(), ENODATA);
  EXPECT_EQ(cache.get("file_open: deny\n", ~0U).error().code(), EINVAL);
  EXPECT_EQ(cache.get("file_open: deny\n", 0, "a").error().code(), EINVAL) << "no label space";
  EXPECT_EQ(cache.stats().entries, 0u);
}

}  // namespace
}  // namespace eventfilter::test
