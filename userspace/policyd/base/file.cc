// SPDX-License-Identifier: BSD-2-Clause
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fd.h"

namespace eventfilter::base {
namespace {

// Reads to the end; the size that fstat told may be out of date by now.
Result<std::string> read_all(const Fd& fd, const std::string& path) {
  std::string text;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t got = read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, path);
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxTextFile) return system_error(EFBIG, path);
  }
}

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  // O_NONBLOCK: a FIFO must not hang the caller before it is found to be no file.
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return system_error(errno, path);
  struct stat status;
  if (fstat(fd.get(), &status) != 0) return system_error(errno, path);
  if (S_ISDIR(status.st_mode)) return system_error(EISDIR, path);
  if (!S_ISREG(status.st_mode)) return Error{EINVAL, path + ": not a regular file"};
  return read_all(fd, path);
}

}  // namespace eventfilter::base
