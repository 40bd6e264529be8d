// SPDX-License-Identifier: BSD-2-Clause
#include "trace/system_denials.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "trace/libraries.h"

namespace eventfilter::trace {
namespace {

constexpr const char* kSystem = "eventfilter";
constexpr const char* kEvent = "denied";
// The kernel finds out all fields of an event, also those that no rule reads, while a trace event of any
// object event is on. This one is, and records nothing: no domain has the number 0
constexpr const char* kOther = "system_userns";
constexpr const char* kNothing = "domain == 0";
// How often the buffers are looked at in any case
constexpr int kLookMilliseconds = 1000;

// What a processor's "stats" calls a record that found no room.
constexpr std::array<std::string_view, 3> kLosses = {"overrun: ", "commit overrun: ", "dropped events: "};

std::uint64_t losses_in(std::string_view stats) {
  std::uint64_t sum = 0;
  while (!stats.empty()) {
    const std::string_view line = stats.substr(0, stats.find('\n'));
    for (const std::string_view name : kLosses) {
      if (line.starts_with(name)) sum += std::strtoull(line.data() + name.size(), nullptr, 10);
    }
    stats.remove_prefix(std::min(line.size() + 1, stats.size()));
  }
  return sum;
}

// A field of the event; the record's own, as the kernel wrote them: names are escaped.
class Fields {
 public:
  Fields(tep_event* event, tep_record& record) : event_(event), record_(record) {}

  std::string text(const char* name) const {
    int length = 0;
    const void* const found = tep_get_field_raw(nullptr, event_, name, &record_, &length, 0);
    if (found == nullptr || length <= 0) return "";
    const std::string_view bytes(static_cast<const char*>(found), static_cast<std::size_t>(length));
    return std::string(bytes.substr(0, bytes.find('\0')));
  }
  std::string number(const char* name) const { return std::to_string(value(name)); }
  std::string signed_number(const char* name) const {
    return std::to_string(static_cast<std::int32_t>(value(name)));
  }

 private:
  unsigned long long value(const char* name) const {
    unsigned long long found = 0;
    tep_get_field_val(nullptr, event_, name, &record_, &found, 0);
    return found;
  }

  tep_event* event_;
  tep_record& record_;
};

// The line that a records descriptor would have.
std::string line_of(const Fields& fields) {
  std::string line = "event=" + fields.text("event") + " pid=" + fields.number("pid") +
                     " tid=" + fields.number("tid") + " comm=\"" + fields.text("comm") +
                     "\" uid=" + fields.number("uid") + " domain=" + fields.number("domain") +
                     " layer=" + fields.signed_number("layer") + " action=" + fields.text("action") +
                     " error=" + fields.signed_number("error") + " predicate=\"" +
                     fields.text("predicate") + "\" path=\"" + fields.text("path") + '"';
  const std::string values = fields.text("values");
  return values.empty() ? line : line + ' ' + values;
}

std::string of_processor(std::size_t number, const char* file) {
  return "per_cpu/cpu" + std::to_string(number) + '/' + file;
}

}  // namespace

void SystemDenials::Free::operator()(tep_handle* handle) const { tep_free(handle); }
void SystemDenials::Free::operator()(kbuffer* buffer) const { kbuffer_free(buffer); }

base::Result<SystemDenials> SystemDenials::open() {
  auto instance = Instance::create();
  if (!instance) return instance.error();
  SystemDenials made(std::move(instance).value());
  if (auto listening = made.listen(); !listening) return listening.error();
  return made;
}

base::Result<void> SystemDenials::listen() {
  const std::array<const char*, 2> systems = {kSystem, nullptr};
  events_.reset(tracefs_local_events_system(tracefs_tracing_dir(), systems.data()));
  buffer_.reset(kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST, KBUFFER_ENDIAN_SAME_AS_HOST));
  event_ = events_ ? tep_find_event_by_name(events_.get(), kSystem, kEvent) : nullptr;
  if (event_ == nullptr || !buffer_)
    return base::system_error(EOPNOTSUPP, "the trace event eventfilter:denied");
  tracefs_instance* const own = instance_.get();
  // The newest are lost, as in a records descriptor, and all of them are counted; and nobody is
  // waited for until half of a buffer is full
  const bool good =
      tracefs_instance_set_buffer_size(own, kBufferKib, -1) == 0 &&
      tracefs_option_disable(own, TRACEFS_OPTION_OVERWRITE) == 0 &&
      tracefs_instance_file_write(own, "buffer_percent", "0") > 0;
  if (!good) return base::system_error(errno, "preparing an instance of tracefs");
  for (std::size_t i = 0; i < static_cast<std::size_t>(get_nprocs_conf()); ++i) {
    base::Fd processor(tracefs_instance_file_open(own, of_processor(i, "trace_pipe_raw").c_str(),
                                                  O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (processor) processors_.push_back(std::move(processor));
  }
  if (processors_.empty()) return base::system_error(errno, "opening the buffers of tracefs");
  if (tracefs_event_file_write(own, kSystem, kOther, "filter", kNothing) < 0 ||
      tracefs_event_enable(own, kSystem, kOther) != 0 || tracefs_event_enable(own, kSystem, kEvent) != 0)
    return base::system_error(errno, "listening to eventfilter:denied");
  return {};
}

void SystemDenials::take(std::vector<char>& page, std::vector<Dated>& records) {
  if (kbuffer_load_subbuffer(buffer_.get(), page.data()) < 0) return;
  unsigned long long time = 0;
  for (void* data = kbuffer_read_event(buffer_.get(), &time); data != nullptr;
       data = kbuffer_next_event(buffer_.get(), &time)) {
    tep_record record = {};
    record.data = data;
    record.size = kbuffer_event_size(buffer_.get());
    records.push_back({time, line_of({event_, record})});
  }
}

base::Result<void> SystemDenials::read_all(const base::Fd& processor, std::vector<Dated>& records) {
  std::vector<char> page(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
  for (;;) {
    const ssize_t got = read(processor.get(), page.data(), page.size());
    if (got > 0) take(page, records);
    else if (got == 0 || errno == EAGAIN) return {};
    else if (errno != EINTR) return base::system_error(errno, "reading from tracefs");
  }
}

std::uint64_t SystemDenials::count_lost() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(get_nprocs_conf()); ++i) {
    int size = 0;
    const std::unique_ptr<char, decltype(&std::free)> stats(
        tracefs_instance_file_read(instance_.get(), of_processor(i, "stats").c_str(), &size), std::free);
    if (stats) sum += losses_in(stats.get());
  }
  return sum;
}

base::Result<std::vector<Line>> SystemDenials::wait(int interrupt) {
  std::vector<pollfd> waiting = {{interrupt, POLLIN, 0}};
  for (const base::Fd& one : processors_) waiting.push_back({one.get(), POLLIN, 0});
  if (poll(waiting.data(), waiting.size(), kLookMilliseconds) < 0 && errno != EINTR)
    return base::system_error(errno, "waiting for tracefs");
  std::vector<Dated> records;
  for (const base::Fd& one : processors_) {
    if (auto read = read_all(one, records); !read) return read.error();
  }
  std::stable_sort(records.begin(), records.end(),
                   [](const Dated& a, const Dated& b) { return a.time < b.time; });
  std::vector<Line> lines;
  for (Dated& one : records) lines.push_back({std::move(one.record), 0});
  const std::uint64_t lost = count_lost();
  if (lost > lost_) lines.push_back({"", lost - std::exchange(lost_, lost)});
  return lines;
}

}  // namespace eventfilter::trace
