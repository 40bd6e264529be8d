// SPDX-License-Identifier: BSD-2-Clause
#include "cli/handles.h"

#include <cerrno>
#include <charconv>

#include <eventfilter.h>
#include <fcntl.h>

namespace eventfilter::cli {
namespace {

base::Result<Handle> handle_of(const std::string& text) {
  Handle made;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, made.descriptor);
  if (error != std::errc() || made.descriptor < 0 || after == end || *after != '=' || after + 1 == end)
    return base::Error{EINVAL, "--handle takes the number of a descriptor and a name, FD=NAME, not \"" + text + '"'};
  made.name.assign(after + 1, end);
  if (fcntl(made.descriptor, F_GETFD) < 0)
    return base::Error{EBADF, "descriptor " + std::to_string(made.descriptor) + " isn't open: " + made.name +
                                  " can't be attached to it"};
  return made;
}

}  // namespace

base::Result<std::vector<Handle>> handles_of(const Arguments& arguments) {
  std::vector<Handle> handles;
  for (const std::string& text : arguments.values(kHandleOption)) {
    auto one = handle_of(text);
    if (!one) return one.error();
    handles.push_back(std::move(one).value());
  }
  return handles;
}

base::Result<void> attach(const Handle& handle, const base::Fd& ruleset) {
  const std::string what = "attaching " + handle.name + " to descriptor " + std::to_string(handle.descriptor);
  // Before it's judged: that is a use of it as well
  if (fcntl(handle.descriptor, F_SETFD, 0) != 0) return base::system_error(errno, what);
  if (const int result = eventfilter_attach(handle.descriptor, ruleset.get()); result < 0)
    return base::system_error(-result, what);
  return {};
}

}  // namespace eventfilter::cli
