// SPDX-License-Identifier: BSD-2-Clause
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

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

Result<void> write_all(const Fd& fd, const std::string& text, const std::string& path) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = write(fd.get(), text.data() + done, text.size() - done);
    if (put < 0 && errno != EINTR) return system_error(errno, path);
    if (put > 0) done += static_cast<std::size_t>(put);
  }
  // Before the name: or a crash could leave it with nothing behind it
  if (fsync(fd.get()) != 0) return system_error(errno, path);
  return {};
}

// The mode that the file has, or would get.
mode_t mode_for(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

std::string behind_links(const std::string& path) {
  char* const resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string found = resolved;
  std::free(resolved);
  return found;
}

}  // namespace

Result<void> write_text_file(const std::string& path, const std::string& text) {
  const std::string file = behind_links(path);
  std::string beside = file + ".XXXXXX";
  const Fd fd(mkostemp(beside.data(), O_CLOEXEC));
  if (!fd) return system_error(errno, path);
  auto written = write_all(fd, text, path);
  if (written && fchmod(fd.get(), mode_for(file)) != 0) written = system_error(errno, path);
  if (written && rename(beside.c_str(), file.c_str()) != 0) written = system_error(errno, path);
  if (!written) unlink(beside.c_str());
  return written;
}

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
