// SPDX-License-Identifier: BSD-2-Clause
#include "support/trace.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {

TraceInstance::TraceInstance()
    : root_("/sys/kernel/tracing/instances/evf-" + std::to_string(getpid()) + "/") {
  require_call(mkdir(root_.c_str(), 0700), "mkdir of a tracefs instance");
}

TraceInstance::~TraceInstance() { rmdir(root_.c_str()); }

long TraceInstance::try_write(const std::string& file, const std::string& content) const {
  const Fd opened(open((root_ + file).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!opened.is_open()) {
    return -1;
  }
  return ::write(opened.get(), content.data(), content.size()) < 0 ? -1 : 0;
}

void TraceInstance::write(const std::string& file, const std::string& content) const {
  require_call(try_write(file, content), "write of \"" + content + "\" to " + file);
}

std::string TraceInstance::read(const std::string& file) const { return read_file(root_ + file); }

void TraceInstance::clear() const { write("trace", "\n"); }

DeniedTrace::DeniedTrace() { instance_.write("events/eventfilter/denied/enable", "1\n"); }

std::vector<std::string> DeniedTrace::lines_of(int pid) const {
  const std::string wanted = " pid=" + std::to_string(pid) + " ";
  std::vector<std::string> found;
  std::istringstream trace(instance_.read("trace"));
  for (std::string line; std::getline(trace, line);) {
    const size_t at = line.find(": denied: ");
    if (at != std::string::npos && line.find(wanted, at) != std::string::npos) {
      found.push_back(line.substr(at + 10));
    }
  }
  return found;
}

std::vector<Denied> DeniedTrace::of(int pid) const {
  std::vector<Denied> found;
  for (const std::string& line : lines_of(pid)) {
    found.push_back(parse_denied(line));
  }
  return found;
}

Denied parse_denied(const std::string& fields) {
  Denied record;
  size_t at = 0;
  while (at < fields.size()) {
    const size_t equals = fields.find('=', at);
    require(equals != std::string::npos, "a field without a value: " + fields.substr(at));
    const std::string name = fields.substr(at, equals - at);
    std::string value;
    at = equals + 1;
    if (fields[at] == '"') {
      for (++at; at < fields.size() && fields[at] != '"'; ++at) {
        value += fields[at];
        if (fields[at] == '\\') {
          value += fields[++at];
        }
      }
      ++at;
    } else {
      const size_t end = std::min(fields.find(' ', at), fields.size());
      value = fields.substr(at, end - at);
      at = end;
    }
    require(record.emplace(name, value).second, "the field " + name + " is there twice: " + fields);
    at = fields.find_first_not_of(' ', at);
  }
  return record;
}

}  // namespace eventfilter::selftest
