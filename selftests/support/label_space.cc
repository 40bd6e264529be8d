// SPDX-License-Identifier: BSD-2-Clause
#include "support/label_space.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdint>
#include <sstream>

#include "support/require.h"
#include "support/ruleset.h"

namespace eventfilter::selftest {

LabelSpace::LabelSpace(std::string_view names)
    : fd_(require_fd(static_cast<int>(evf(EVF_LABELS)), "EVF_LABELS")) {
  if (!names.empty()) {
    add_names(names);
  }
}

long LabelSpace::write(std::string_view text) const {
  const ssize_t written = ::write(fd(), text.data(), text.size());
  if (written < 0) {
    return -1;
  }
  require(static_cast<size_t>(written) == text.size(), "a write of a label space took a part");
  return 0;
}

std::string LabelSpace::error() const {
  char text[1024];
  const long got = require_call(::read(fd(), text, sizeof(text)), "read of a label space");
  return {text, static_cast<size_t>(got)};
}

long LabelSpace::stage(unsigned long request, int object, std::string_view names,
                       std::string_view pattern) const {
  evf_label argument{};
  argument.size = sizeof(argument);
  argument.fd = object;
  argument.names = reinterpret_cast<uintptr_t>(names.data());
  argument.names_len = static_cast<uint32_t>(names.size());
  argument.pattern = reinterpret_cast<uintptr_t>(pattern.data());
  argument.pattern_len = static_cast<uint32_t>(pattern.size());
  return ioctl(fd(), request, &argument);
}

long LabelSpace::stage(unsigned long request, const std::string& path, std::string_view names,
                       std::string_view pattern) const {
  const Fd object(
      require_fd(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC), "open of " + path));
  return stage(request, object.get(), names, pattern);
}

long LabelSpace::try_commit() const { return ioctl(fd(), EVF_COMMIT); }

void LabelSpace::commit() const { require_call(try_commit(), "EVF_COMMIT"); }

void LabelSpace::do_now(unsigned long request, const std::string& path, std::string_view names,
                        std::string_view pattern) const {
  require_call(stage(request, path, names, pattern), "labelling " + path);
  commit();
}

void LabelSpace::label_file(const std::string& path, std::string_view names) const {
  do_now(EVF_LABEL_FILE, path, names, {});
}

void LabelSpace::label_self(const std::string& path, std::string_view names) const {
  do_now(EVF_LABEL_SELF, path, names, {});
}

void LabelSpace::label_name(const std::string& directory, std::string_view pattern,
                            std::string_view names) const {
  do_now(EVF_LABEL_NAME, directory, names, pattern);
}

void LabelSpace::unlabel(const std::string& path) const { do_now(EVF_UNLABEL, path, {}, {}); }

void LabelSpace::unlabel_name(const std::string& directory, std::string_view pattern) const {
  do_now(EVF_UNLABEL, directory, {}, pattern);
}

void LabelSpace::add_names(std::string_view names) const {
  std::istringstream words{std::string(names)};
  std::string text;
  for (std::string name; words >> name;) {
    text += "label " + name + "\n";
  }
  require_call(write(text), "writing label names");
  commit();
}

long stage_transition(const LabelSpace& space, const std::string& task, const std::string& file,
                      int ruleset) {
  evf_transition transition{};
  transition.size = sizeof(transition);
  transition.ruleset_fd = ruleset;
  transition.task = reinterpret_cast<uintptr_t>(task.data());
  transition.task_len = static_cast<__u32>(task.size());
  transition.file = reinterpret_cast<uintptr_t>(file.data());
  transition.file_len = static_cast<__u32>(file.size());
  return ioctl(space.fd(), EVF_TRANSITION, &transition);
}

}  // namespace eventfilter::selftest
