// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/policy_view.h"

#include <cerrno>
#include <limits>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/wire.h"

namespace eventfilter::ipc {
namespace {

constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

template <typename T>
const T* find(const std::vector<T>& all, std::string_view name) {
  for (const T& one : all) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

base::Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error(errno, "writing the policy");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

const ViewDomain* PolicyView::find_domain(std::string_view name) const { return find(domains, name); }
const ViewDomain* PolicyView::find_handle(std::string_view name) const { return find(handles, name); }
const ViewList* PolicyView::find_class(std::string_view name) const { return find(classes, name); }
const ViewList* PolicyView::find_role(std::string_view name) const { return find(roles, name); }

base::Result<base::Fd> seal(const PolicyView& view) {
  base::Fd memory(memfd_create("policy", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return base::system_error(errno, "memory for the policy");
  if (auto written = write_all(memory.get(), encode(view)); !written) return written.error();
  if (fcntl(memory.get(), F_ADD_SEALS, kSeals) != 0)
    return base::system_error(errno, "sealing the policy");
  return memory;
}

base::Result<PolicyView> unseal(const base::Fd& memory) {
  const base::Error wrong = {EINVAL, "what labeld sent is no sealed policy"};
  struct stat status = {};
  if (fcntl(memory.get(), F_GET_SEALS) != kSeals || fstat(memory.get(), &status) != 0) return wrong;
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = pread(memory.get(), bytes.data() + done, bytes.size() - done,
                              static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return wrong;
    done += static_cast<std::size_t>(got);
  }
  constexpr auto kAny = std::numeric_limits<std::uint32_t>::max();
  PolicyView view;
  Reader reader(bytes, kAny, kAny);
  reader(view);
  if (!reader.done()) return wrong;
  return view;
}

}  // namespace eventfilter::ipc
