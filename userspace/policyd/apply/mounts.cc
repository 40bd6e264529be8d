// SPDX-License-Identifier: BSD-2-Clause
#include "apply/mounts.h"

#include <charconv>
#include <optional>

#include "base/file.h"
#include "base/path.h"

namespace eventfilter::apply {
namespace {

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

// The kernel writes space, tab, newline and backslash as "\040".
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"
std::optional<Mount> parse_line(std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  std::size_t dash = 6;
  while (dash < words.size() && words[dash] != "-") ++dash;
  if (dash + 1 >= words.size()) return std::nullopt;
  Mount mount;
  const auto [end, error] =
      std::from_chars(words[0].data(), words[0].data() + words[0].size(), mount.id);
  if (error != std::errc() || end != words[0].data() + words[0].size()) return std::nullopt;
  mount.device = words[2];
  mount.root = unescape(words[3]);
  mount.point = unescape(words[4]);
  mount.type = words[dash + 1];
  return mount;
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (std::string_view line : split(text, '\n')) {
    if (auto mount = parse_line(line)) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

base::Result<std::vector<Mount>> read_mounts() {
  auto text = base::read_text_file("/proc/self/mountinfo");
  if (!text) return text.error();
  return parse_mountinfo(text.value());
}

const Mount* shown_elsewhere(const Mount& mount, const std::vector<Mount>& all) {
  for (const Mount& other : all) {
    if (other.id != mount.id && other.device == mount.device && other.root != mount.root &&
        base::is_beneath(mount.root, other.root))
      return &other;
  }
  return nullptr;
}

}  // namespace eventfilter::apply
