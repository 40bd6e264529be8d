// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/fd_store.h"

#include <cerrno>
#include <cstring>
#include <sstream>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc/socket.h"

namespace eventfilter::daemon {

base::Result<void> FdStore::open(service::Loop& loop, const std::string& path, uid_t owner,
                                 std::size_t limit) {
  path_ = path;
  limit_ = limit;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return base::system_error(ENAMETOOLONG, path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  socket_.reset(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  unlink(path.c_str());
  const mode_t old = umask(0177);
  const int bound =
      socket_ ? bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) : -1;
  const int error = errno;
  umask(old);
  if (bound != 0) return base::system_error(error, path);
  if (chown(path.c_str(), owner, static_cast<gid_t>(-1)) != 0) return base::system_error(errno, path);
  return loop.add(socket_.get(), EPOLLIN, [this](std::uint32_t) { take_one(); });
}

void FdStore::drain() {
  while (take_one()) {
  }
}

bool FdStore::take_one() {
  auto message = ipc::receive_message(socket_.get(), ipc::kMaxDescriptors);
  if (!message) return message.error().code == EMSGSIZE;
  ipc::Message taken = std::move(message).value();
  obey(taken.bytes, std::move(taken.descriptors));
  return true;
}

void FdStore::obey(const std::string& text, std::vector<base::Fd> descriptors) {
  bool store = false;
  bool remove = false;
  std::string name = "stored";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line == "FDSTORE=1") store = true;
    if (line == "FDSTOREREMOVE=1") remove = true;
    if (line.starts_with("FDNAME=")) name = line.substr(7);
  }
  if (remove) resting_.erase(name);
  if (!store || remove) return;
  for (base::Fd& one : descriptors) {
    if (resting_.size() < limit_) resting_.emplace(name, std::move(one));
  }
}

std::vector<std::pair<std::string, int>> FdStore::all() const {
  std::vector<std::pair<std::string, int>> made;
  for (const auto& [name, fd] : resting_) made.emplace_back(name, fd.get());
  return made;
}

}  // namespace eventfilter::daemon
