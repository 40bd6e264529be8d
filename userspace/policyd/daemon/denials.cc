// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/denials.h"

#include <array>
#include <charconv>

#include <sys/epoll.h>
#include <unistd.h>

#include "records/record.h"

namespace eventfilter::daemon {
namespace {

constexpr std::size_t kReadAtOnce = 32'768;

std::optional<uid_t> number(const std::string& text) {
  uid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Denials::~Denials() { clear(); }

void Denials::add(std::string domain, base::Fd records) {
  if (sources_.size() == kMaxRecordsFds) {
    loop_.remove(sources_.front().records.get());
    sources_.pop_front();
  }
  Source& source = sources_.emplace_back(Source{std::move(domain), std::move(records)});
  const auto added =
      loop_.add(source.records.get(), EPOLLIN, [this, &source](std::uint32_t) { read_some(source); });
  if (!added) sources_.pop_back();
}

void Denials::clear() {
  for (const Source& source : sources_) loop_.remove(source.records.get());
  sources_.clear();
}

void Denials::read_some(const Source& source) {
  static std::array<char, kReadAtOnce> buffer;
  const ssize_t got = read(source.records.get(), buffer.data(), buffer.size());
  if (got <= 0) return;
  std::string_view text(buffer.data(), static_cast<std::size_t>(got));
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take_line(source, std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Denials::take_line(const Source& source, const std::string& line) {
  const auto record = records::parse_record(line);
  if (!record) return;
  lost_ += record.value().lost;
  if (record.value().event.empty()) {
    // Whose they were nobody can say
    return heard_(std::nullopt, {source.domain, "", record.value().lost});
  }
  ++count_;
  heard_(number(record.value().uid), {source.domain, line, record.value().lost});
}

}  // namespace eventfilter::daemon
