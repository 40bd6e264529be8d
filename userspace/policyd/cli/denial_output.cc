// SPDX-License-Identifier: BSD-2-Clause
#include "cli/denial_output.h"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "records/record.h"

namespace eventfilter::cli {
namespace {

constexpr const char* kName = "policyctl";
constexpr const char* kJournal = "/run/systemd/journal/socket";
constexpr const char* kSyslog = "/dev/log";

// The same line wherever it's written for people: the kernel has escaped what anybody could forge.
std::string line_of(const ipc::Denied& denied) {
  if (denied.record.empty()) return "lost=" + std::to_string(denied.lost);
  return (denied.domain.empty() ? "" : denied.domain + ": ") + denied.record;
}

base::Result<void> flushed() {
  if (!std::cout.flush()) return base::system_error(EPIPE, "standard output");
  return {};
}

class TextOutput : public DenialOutput {
 public:
  base::Result<void> put(const ipc::Denied& denied) override {
    if (denied.lost != 0) std::cout << "lost=" << denied.lost << '\n';
    if (!denied.record.empty()) std::cout << line_of(denied) << '\n';
    return flushed();
  }
};

class JsonOutput : public DenialOutput {
 public:
  base::Result<void> put(const ipc::Denied& denied) override {
    std::cout << "{\"domain\": " << json_string(denied.domain) << ", \"record\": "
              << json_string(denied.record) << ", \"lost\": " << denied.lost;
    if (const auto record = records::parse_record(denied.record); record && !record.value().event.empty())
      put_fields(record.value());
    std::cout << "}\n";
    return flushed();
  }

 private:
  static void put_fields(const records::Record& record) {
    std::cout << ", \"event\": " << json_string(record.event) << ", \"pid\": " << record.pid
              << ", \"tid\": " << record.tid << ", \"comm\": " << json_string(record.comm)
              << ", \"uid\": " << json_string(record.uid) << ", \"action\": " << json_string(record.action)
              << ", \"error\": " << record.error << ", \"predicate\": " << json_string(record.predicate)
              << ", \"path\": " << json_string(record.path) << ", \"values\": {";
    const char* between = "";
    for (const records::Value& one : record.values) {
      std::cout << between << json_string(one.name) << ": " << json_string(one.text);
      between = ", ";
    }
    std::cout << '}';
  }
};

// What each refusal is worth telling: one that passed was a permissive domain's, or audited.
int priority_of(const records::Record* record) {
  return record != nullptr && record->error == 0 ? LOG_INFO : LOG_WARNING;
}

class JournalOutput : public DenialOutput {
 public:
  base::Result<void> put(const ipc::Denied& denied) override {
    const auto parsed = records::parse_record(denied.record);
    const records::Record* const record =
        parsed && !parsed.value().event.empty() ? &parsed.value() : nullptr;
    std::vector<std::string> fields = {"MESSAGE=" + line_of(denied),
                                       "PRIORITY=" + std::to_string(priority_of(record)),
                                       std::string("SYSLOG_IDENTIFIER=") + kName,
                                       "SYSLOG_FACILITY=" + std::to_string(LOG_FAC(LOG_AUTHPRIV)),
                                       "EVENTFILTER_LOST=" + std::to_string(denied.lost)};
    if (!denied.domain.empty()) fields.push_back("EVENTFILTER_DOMAIN=" + denied.domain);
    if (record != nullptr) add(fields, *record);
    std::vector<iovec> parts;
    for (std::string& one : fields) parts.push_back({one.data(), one.size()});
    const int sent = sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    if (sent < 0) return base::system_error(-sent, kJournal);
    return {};
  }

 private:
  static void add(std::vector<std::string>& fields, const records::Record& record) {
    fields.push_back("OBJECT_PID=" + std::to_string(record.pid));
    fields.push_back("EVENTFILTER_EVENT=" + record.event);
    fields.push_back("EVENTFILTER_COMM=" + record.comm);
    fields.push_back("EVENTFILTER_UID=" + record.uid);
    fields.push_back("EVENTFILTER_ERROR=" + std::to_string(record.error));
    if (!record.path.empty()) fields.push_back("EVENTFILTER_PATH=" + record.path);
    if (!record.predicate.empty()) fields.push_back("EVENTFILTER_PREDICATE=" + record.predicate);
    if (const records::Value* const label = record.find("label"))
      fields.push_back("EVENTFILTER_LABEL=" + label->text);
  }
};

class SyslogOutput : public DenialOutput {
 public:
  SyslogOutput() { openlog(kName, LOG_PID, LOG_AUTHPRIV); }

  base::Result<void> put(const ipc::Denied& denied) override {
    const auto record = records::parse_record(denied.record);
    if (denied.lost != 0) syslog(LOG_WARNING, "lost=%llu", static_cast<unsigned long long>(denied.lost));
    if (!denied.record.empty())
      syslog(priority_of(record ? &record.value() : nullptr), "%s", line_of(denied).c_str());
    return {};
  }
};

// Neither library says when nobody listens: what it's given is lost.
bool is_heard(const char* path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const base::Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  say("error", std::string("nobody takes what is written: ") + path + ": " + std::strerror(errno));
  return false;
}

}  // namespace

std::unique_ptr<DenialOutput> denial_output(const Arguments& arguments) {
  const bool json = arguments.has("json");
  const bool journal = arguments.has("journal");
  const bool syslog = arguments.has("syslog");
  if (json + journal + syslog > 1) {
    say("error", "one of --json, --journal and --syslog, please");
    return nullptr;
  }
  if (journal) return is_heard(kJournal) ? std::make_unique<JournalOutput>() : nullptr;
  if (syslog) return is_heard(kSyslog) ? std::make_unique<SyslogOutput>() : nullptr;
  if (json) return std::make_unique<JsonOutput>();
  return std::make_unique<TextOutput>();
}

}  // namespace eventfilter::cli
