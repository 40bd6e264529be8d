// SPDX-License-Identifier: BSD-2-Clause
#include "support/ruleset.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "support/label_space.h"
#include "support/require.h"

namespace eventfilter::selftest {

long evf(unsigned long command, unsigned long arg3, unsigned long arg4, unsigned long arg5) {
  return prctl(PR_EVENTFILTER, command, arg3, arg4, arg5);
}

void set_no_new_privs() {
  require_call(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
}

Ruleset::Ruleset()
    : fd_(require_fd(static_cast<int>(evf(EVF_RULESET, kNoLabels, 0)), "EVF_RULESET")) {}

Ruleset::Ruleset(const LabelSpace& space, unsigned flags)
    : fd_(require_fd(
          static_cast<int>(evf(EVF_RULESET, static_cast<unsigned long>(space.fd()), flags)),
          "EVF_RULESET with labels")) {}

Ruleset Ruleset::permissive() {
  return Ruleset(
      Fd(require_fd(static_cast<int>(evf(EVF_RULESET, kNoLabels, EVF_RULESET_PERMISSIVE)),
                    "EVF_RULESET, permissive")));
}

Ruleset::Ruleset(std::string_view text) : Ruleset() { write_or_fail(text); }

Ruleset::Ruleset(const LabelSpace& space, std::string_view text, unsigned flags)
    : Ruleset(space, flags) {
  write_or_fail(text);
}

Ruleset Ruleset::labelled(const LabelSpace& space, const std::string& label,
                          std::string_view text) {
  Ruleset ruleset(Fd(require_fd(
      static_cast<int>(evf(EVF_RULESET, static_cast<unsigned long>(space.fd()), 0,
                           reinterpret_cast<unsigned long>(label.c_str()))),
      "EVF_RULESET with a label")));
  ruleset.write_or_fail(text);
  return ruleset;
}

long Ruleset::write(std::string_view text) const {
  const ssize_t written = ::write(fd(), text.data(), text.size());
  if (written < 0) {
    return -1;
  }
  require(static_cast<size_t>(written) == text.size(), "a write of a ruleset took a part");
  return 0;
}

std::string Ruleset::error() const {
  char text[1024];
  const long got = require_call(::read(fd(), text, sizeof(text)), "read of a ruleset");
  return {text, static_cast<size_t>(got)};
}

void Ruleset::write_or_fail(std::string_view text) const {
  if (write(text) != 0) {
    const int saved = errno;
    const std::string why = error();
    errno = saved;
    require_call(-1,
                 "the ruleset \"" + std::string(text.substr(0, 200)) + "\" was refused: " + why);
  }
}

long Ruleset::try_enforce(unsigned flags) const {
  return evf(EVF_ENFORCE, static_cast<unsigned long>(fd()), flags);
}

void Ruleset::enforce(unsigned flags) const {
  set_no_new_privs();
  require_call(try_enforce(flags), "EVF_ENFORCE");
}

void enforce(std::string_view text, unsigned flags) { Ruleset(text).enforce(flags); }

void enforce(const LabelSpace& space, std::string_view text, unsigned flags) {
  Ruleset(space, text).enforce(flags);
}

}  // namespace eventfilter::selftest
