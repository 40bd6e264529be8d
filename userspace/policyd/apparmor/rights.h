// SPDX-License-Identifier: BSD-2-Clause
//
// What a profile's file rules say of one kind of objects.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace eventfilter::apparmor {

enum class Right : std::uint8_t { Read, Write, Append, Link, Lock, Map, Exec };
inline constexpr std::size_t kRights = 7;
inline constexpr std::string_view kRightLetters = "rwalkmx";

// Whose objects: the owner's own, and others'.
inline constexpr std::uint8_t kOwn = 1;
inline constexpr std::uint8_t kOthers = 2;
inline constexpr std::uint8_t kAll = kOwn | kOthers;

struct Rights {
  std::array<std::uint8_t, kRights> whose{};

  std::uint8_t operator[](Right right) const { return whose[static_cast<std::size_t>(right)]; }
  std::uint8_t& operator[](Right right) { return whose[static_cast<std::size_t>(right)]; }
  auto operator<=>(const Rights&) const = default;

  void add(const Rights& more);
  void take(const Rights& some);
  Rights in(const Rights& other) const;  // what both have
  bool is_nothing() const { return *this == Rights(); }
};

// By what it is: directories, and everything else.
struct Sides {
  Rights files;
  Rights directories;

  Rights& of(bool directory) { return directory ? directories : files; }
  const Rights& of(bool directory) const { return directory ? directories : files; }
  bool is_nothing() const { return files.is_nothing() && directories.is_nothing(); }
  auto operator<=>(const Sides&) const = default;
};

// Of one domain. What has such a name has more, or less.
struct Access {
  Sides any;
  std::map<std::string, Sides> named;   // allowed besides
  std::map<std::string, Sides> denied;  // of all of the above
  Rights audited;                       // of files, what is recorded although it passes
  std::string target;                   // the domain that executing it enters; or empty: it stays in its own

  bool is_nothing() const { return any.is_nothing() && named.empty(); }
  bool has(Right right) const;  // for some files

  // What all objects whose names match this glob may be used for, but for what is denied; "" is whatever the name is.
  Rights allowed(const std::string& name, bool directory) const;

  // Without what says nothing.
  void tidy();

  auto operator<=>(const Access&) const = default;
};

// What both let pass.
Access common(const Access& a, const Access& b);

}  // namespace eventfilter::apparmor
