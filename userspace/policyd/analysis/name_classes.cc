// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/name_classes.h"

#include <deque>
#include <map>
#include <set>

#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

constexpr std::size_t kMaxStates = 20000;

// For each glob, after how many of its tokens a name can be.
using State = std::vector<std::vector<bool>>;

class Machine {
 public:
  explicit Machine(const std::vector<std::string>& globs) {
    for (const std::string& one : globs) globs_.push_back(sema::parse_glob(one).value_or(sema::Glob()));
    find_bytes();
  }

  State start() const {
    State state;
    for (const sema::Glob& glob : globs_) {
      std::vector<bool> reached(glob.size() + 1, false);
      reached[0] = true;
      pass_stars(glob, reached);
      state.push_back(std::move(reached));
    }
    return state;
  }

  State next(const State& state, char byte) const {
    State made;
    for (std::size_t i = 0; i < globs_.size(); ++i) {
      const sema::Glob& glob = globs_[i];
      std::vector<bool> reached(glob.size() + 1, false);
      for (std::size_t at = 0; at < glob.size(); ++at) {
        if (!state[i][at]) continue;
        if (glob[at].many) {
          reached[at] = true;
        } else if (glob[at].bytes.test(static_cast<unsigned char>(byte))) {
          reached[at + 1] = true;
        }
      }
      pass_stars(glob, reached);
      made.push_back(std::move(reached));
    }
    return made;
  }

  // One byte of each kind that the globs tell apart.
  const std::string& bytes() const { return bytes_; }

 private:
  static void pass_stars(const sema::Glob& glob, std::vector<bool>& reached) {
    for (std::size_t at = 0; at < glob.size(); ++at) {
      if (reached[at] && glob[at].many) reached[at + 1] = true;
    }
  }

  void find_bytes() {
    std::string all = "xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-.";
    for (unsigned byte = 1; byte < 256; ++byte) {
      if (byte != '/' && all.find(static_cast<char>(byte)) == std::string::npos) {
        all += static_cast<char>(byte);
      }
    }
    std::set<std::string> seen;
    for (const char byte : all) {
      std::string kind;
      for (const sema::Glob& glob : globs_) {
        for (const sema::GlobToken& token : glob) {
          kind += token.many || token.bytes.test(static_cast<unsigned char>(byte)) ? '1' : '0';
        }
      }
      if (seen.insert(kind).second) bytes_ += byte;
    }
  }

  std::vector<sema::Glob> globs_;
  std::string bytes_;
};

std::vector<bool> matched(const State& state) {
  std::vector<bool> all;
  for (const std::vector<bool>& one : state) all.push_back(one.back());
  return all;
}

}  // namespace

std::optional<std::vector<std::string>> name_classes(const std::vector<std::string>& globs) {
  const Machine machine(globs);
  std::map<std::vector<bool>, std::string> found;
  std::set<State> seen = {machine.start()};
  std::deque<std::pair<State, std::string>> open = {{machine.start(), ""}};
  while (!open.empty()) {
    const auto [state, name] = std::move(open.front());
    open.pop_front();
    for (const char byte : machine.bytes()) {
      State next = machine.next(state, byte);
      const std::string longer = name + byte;
      // "." and ".." are no names.
      if (longer != "." && longer != "..") found.emplace(matched(next), longer);
      if (!seen.insert(next).second) continue;
      if (seen.size() > kMaxStates) return std::nullopt;
      open.emplace_back(std::move(next), longer);
    }
  }
  std::vector<std::string> names;
  for (const auto& [set, name] : found) names.push_back(name);
  return names;
}

}  // namespace eventfilter::analysis
