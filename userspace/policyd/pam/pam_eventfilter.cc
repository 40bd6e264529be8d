// SPDX-License-Identifier: BSD-2-Clause
//
// pam_eventfilter(8): at login, the layer of the session. Whoever opens the session is root, so no
// no_new_privs is needed, and programs with set-user-ID go on working, within the layer.
#include <cstring>
#include <string>
#include <string_view>
#include <variant>

#include <eventfilter.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <syslog.h>

#include "client/client.h"

namespace {

using eventfilter::client::Answer;
using eventfilter::client::Client;
namespace ipc = eventfilter::ipc;

struct Options {
  std::string role;
  std::string socket = eventfilter::client::kSocket;
  bool good = true;
};

Options read_options(pam_handle_t* pam, int count, const char** words) {
  Options options;
  for (int i = 0; i < count; ++i) {
    const std::string_view word = words[i];
    if (word.starts_with("role=")) {
      options.role = word.substr(5);
    } else if (word.starts_with("socket=")) {
      options.socket = word.substr(7);
    } else {
      pam_syslog(pam, LOG_ERR, "unknown option \"%s\"", words[i]);
      options.good = false;
    }
  }
  return options;
}

int refuse(pam_handle_t* pam, const std::string& why) {
  pam_syslog(pam, LOG_ERR, "no session: %s", why.c_str());
  pam_error(pam, "No session: %s", why.c_str());
  return PAM_SESSION_ERR;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int pam_sm_open_session(pam_handle_t* pam, int, int count,
                                                               const char** words) {
  const Options options = read_options(pam, count, words);
  if (!options.good) return PAM_SESSION_ERR;
  const char* user = nullptr;
  if (pam_get_user(pam, &user, nullptr) != PAM_SUCCESS || user == nullptr || *user == '\0')
    return PAM_SESSION_ERR;
  Client client(options.socket);
  const auto asked = client.ask<ipc::Entered>(ipc::Session{options.role, user});
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked)) return refuse(pam, refusal->sentence);
  if (const auto* const error = std::get_if<eventfilter::base::Error>(&asked))
    return refuse(pam, error->message);
  const auto& answer = std::get<Answer<ipc::Entered>>(asked);
  if (answer.descriptors.empty()) return refuse(pam, "policyd sent no ruleset");
  for (const auto& ruleset : answer.descriptors) {
    const int result = eventfilter_enforce(ruleset.get(), 0);
    if (result < 0) return refuse(pam, std::string("the layer can't be enforced: ") + std::strerror(-result));
  }
  pam_syslog(pam, LOG_INFO, "session of %s in the role %s", user, answer.message.role.c_str());
  return PAM_SUCCESS;
}

// A layer can't be taken off: it ends with the processes of the session.
__attribute__((visibility("default"))) int pam_sm_close_session(pam_handle_t*, int, int, const char**) {
  return PAM_SUCCESS;
}

}  // extern "C"
