// SPDX-License-Identifier: BSD-2-Clause
//
// Records as the kernel writes them, decoded.
#include <vector>

#include "guest.h"

namespace eventfilter::test {
namespace {

std::string unescaped(const eventfilter_slice& slice) {
  std::string bytes(slice.length, '\0');
  const int length = eventfilter_unescape(&slice, bytes.data(), bytes.size());
  EXPECT_GE(length, 0);
  bytes.resize(static_cast<size_t>(length));
  return bytes;
}

TEST(LibraryRecords, SayWhatWasRefused) {
  const std::string name = "quote\" newline\n back\\slash \x1b[31m";
  const Handle file(open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  ASSERT_GE(file.fd(), 0);
  const Ruleset ruleset = ruleset_of("file_open: uid == 4711 else errno EXDEV\n");
  Records records = Records::open(ruleset).value();
  ASSERT_EQ(in_confined(ruleset, [&] { return open_errno(name.c_str()); }), EXDEV);

  const std::string text = records.read().value();
  int seen = 0;
  EXPECT_TRUE(for_each_record(text, [&](const eventfilter_record& record) {
    seen++;
    EXPECT_EQ(view(record.event), "file_open");
    EXPECT_EQ(view(record.action), "errno");
    EXPECT_EQ(view(record.predicate), "uid == 4711");
    EXPECT_EQ(record.error, EXDEV);
    EXPECT_EQ(record.uid, static_cast<long long>(getuid()));
    EXPECT_EQ(record.layer, 0);
    EXPECT_GT(record.domain, 0u);
    EXPECT_GT(record.pid, 0);
    EXPECT_EQ(record.pid, record.tid);
    EXPECT_EQ(record.cut, 0);
    EXPECT_TRUE(unescaped(record.path).ends_with("/" + name)) << view(record.path);
    eventfilter_slice value;
    ASSERT_EQ(eventfilter_record_value(&record, "name", &value), 0);
    EXPECT_EQ(unescaped(value), name);
    ASSERT_EQ(eventfilter_record_value(&record, "owner", &value), 0);
    EXPECT_EQ(view(value), std::to_string(getuid()));
    EXPECT_EQ(eventfilter_record_value(&record, "nam", &value), -ENOENT);
  })) << text;
  EXPECT_EQ(seen, 1);
}

TEST(LibraryRecords, CountWhatWasLost) {
  const Ruleset ruleset = ruleset_of("file_open: deny\n");
  Records records = Records::open(ruleset).value();
  ASSERT_EQ(in_confined(ruleset,
                        [&] {
                          for (int i = 0; i < 2000; i++) open_errno("/etc/passwd");
                          return 0;
                        }),
            0);
  ASSERT_EQ(fcntl(records.fd(), F_SETFL, O_NONBLOCK), 0);
  unsigned long long kept = 0, lost = 0;
  for (;;) {
    const auto text = records.read();
    if (!text.ok()) {
      EXPECT_EQ(text.error().code(), EAGAIN);
      break;
    }
    auto copy = text;
    EXPECT_TRUE(for_each_record(copy.value(), [&](const eventfilter_record& record) {
      lost += record.lost;
      kept += record.lost == 0;
    }));
  }
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(kept + lost, 2000u);
}

TEST(LibraryRecords, Errors) {
  const Ruleset ruleset = ruleset_of("file_open: deny\n");
  const Handle null(open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(eventfilter_records_open(null.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_records_open(-1), -EBADF);
  Records records = Records::open(ruleset).value();
  EXPECT_EQ(eventfilter_records_open(ruleset.fd()), -EBUSY);
  char text[16];
  EXPECT_EQ(in_confined(ruleset,
                        [&] {
                          open_errno("/etc/passwd");
                          return -eventfilter_records_read(records.fd(), text, sizeof(text));
                        }),
            EPERM);
  EXPECT_EQ(eventfilter_records_read(records.fd(), text, sizeof(text)), -EMSGSIZE);
}

}  // namespace
}  // namespace eventfilter::test
