// SPDX-License-Identifier: BSD-2-Clause
//
// JSON with the lines that its objects begin in. Not for other layers.
#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace eventfilter::import {

using Json = nlohmann::ordered_json;

// A text's value. Objects are known by their addresses: the value must stay where it is.
class JsonFile {
 public:
  // EINVAL, with line and column, for what isn't JSON or repeats a name in an object.
  static base::Result<JsonFile> read(const std::string& name, const std::string& text);

  const Json& root() const { return *root_; }

  // The line in which an object of this value begins.
  unsigned line_of(const Json& object) const { return lines_.at(&object); }

 private:
  std::shared_ptr<const Json> root_;
  std::map<const Json*, unsigned> lines_;
};

}  // namespace eventfilter::import
