// SPDX-License-Identifier: BSD-2-Clause
#include "service/keeper_link.h"

#include <cstdlib>

#include <systemd/sd-daemon.h>

namespace eventfilter::service {

std::map<std::string, std::vector<base::Fd>> take_handed() {
  std::map<std::string, std::vector<base::Fd>> handed;
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  for (int i = 0; i < count; ++i) {
    handed[names[i]].emplace_back(SD_LISTEN_FDS_START + i);
    std::free(names[i]);
  }
  std::free(static_cast<void*>(names));
  return handed;
}

std::string notify_socket() {
  const char* const address = std::getenv("NOTIFY_SOCKET");
  return address == nullptr ? "" : address;
}

void keep(const std::string& name, int descriptor) {
  const std::string text = "FDSTORE=1\nFDPOLL=0\nFDNAME=" + name;
  sd_pid_notify_with_fds(0, 0, text.c_str(), &descriptor, 1);
}

void forget(const std::string& name) {
  sd_notify(0, ("FDSTOREREMOVE=1\nFDNAME=" + name).c_str());
}

void tell_ready() { sd_notify(0, "READY=1"); }
void tell_stopping() { sd_notify(0, "STOPPING=1"); }

}  // namespace eventfilter::service
