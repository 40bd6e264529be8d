// SPDX-License-Identifier: BSD-2-Clause
//
// What whoever starts a process hands to it, and keeps for it while it isn't there: the protocol of
// systemd's socket activation and descriptor store, which `policyd` speaks as well.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/fd.h"

namespace eventfilter::service {

// Descriptors by the names that they were given. To be called once, before any other is opened.
std::map<std::string, std::vector<base::Fd>> take_handed();

// The address that the functions below send to; empty if nobody listens.
std::string notify_socket();

// Asks for a copy to be kept under this name; of several, all are. When this returns it's on its way,
// whatever happens to the caller.
void keep(const std::string& name, int descriptor);

// Nothing with this name is to be kept any more.
void forget(const std::string& name);

void tell_ready();
void tell_stopping();

}  // namespace eventfilter::service
