// SPDX-License-Identifier: BSD-2-Clause
//
// Which label has what has no path: IP endpoints, and what is in file systems of a type. Not for other folders; the
// entry is interpreter.h.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "ast/ast.h"

namespace eventfilter::interpreter {

// The other end of a socket, or its own.
struct Endpoint {
  std::string protocol;  // "tcp", "udp", or another's name
  bool is_ipv4 = false;
  std::array<unsigned char, 16> address{};  // of IPv4 the first four
  unsigned port = 0;
};

struct PlacePattern {
  std::string label;
  const ast::Pattern* pattern = nullptr;
};

// The label that a policy's patterns give, or "".
std::string label_of(const std::vector<PlacePattern>& patterns, const Endpoint& endpoint);
std::string label_of_type(const std::vector<PlacePattern>& patterns, const std::string& type);

}  // namespace eventfilter::interpreter
