// SPDX-License-Identifier: BSD-2-Clause
//
// How the commands that speak to policyd ask it, and say what it refuses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "client/client.h"

namespace eventfilter::cli {

// The options of all of them: where the sockets are.
inline constexpr const char* kRunOption = "run-directory";
client::Client daemon_of(const Arguments& arguments);
client::Client admin_of(const Arguments& arguments);

// Says why there is no answer.
void say_refusal(const ipc::Refusal& refusal);
void say_unreachable(const base::Error& error);

// The answer; none after a message.
template <typename T, typename Q>
std::optional<client::Answer<T>> ask(client::Client& client, const Q& question,
                                     const std::vector<int>& descriptors = {}) {
  auto asked = client.ask<T>(question, descriptors);
  if (auto* const answer = std::get_if<client::Answer<T>>(&asked)) return std::move(*answer);
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked)) say_refusal(*refusal);
  else say_unreachable(std::get<base::Error>(asked));
  return std::nullopt;
}

// The help of one of these commands, or "".
std::string_view daemon_help(std::string_view command);

}  // namespace eventfilter::cli
