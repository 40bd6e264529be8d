// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/rights.h"

#include <algorithm>

#include "sema/glob.h"

namespace eventfilter::apparmor {
namespace {

void drop_empty(std::map<std::string, Sides>& all) {
  std::erase_if(all, [](const auto& one) { return one.second.is_nothing(); });
}

}  // namespace

void Rights::add(const Rights& more) {
  for (std::size_t i = 0; i < kRights; ++i) whose[i] |= more.whose[i];
}

void Rights::take(const Rights& some) {
  for (std::size_t i = 0; i < kRights; ++i) whose[i] &= static_cast<std::uint8_t>(~some.whose[i]);
}

Rights Rights::in(const Rights& other) const {
  Rights both;
  for (std::size_t i = 0; i < kRights; ++i) both.whose[i] = whose[i] & other.whose[i];
  return both;
}

bool Access::has(Right right) const {
  return any.files[right] != 0 || std::any_of(named.begin(), named.end(), [&](const auto& one) {
           return one.second.files[right] != 0;
         });
}

Rights Access::allowed(const std::string& name, bool directory) const {
  Rights all = any.of(directory);
  for (const auto& [wide, sides] : named) {
    if (!name.empty() && sema::is_part_of(name, wide)) all.add(sides.of(directory));
  }
  return all;
}

void Access::tidy() {
  Sides all = any;
  for (const bool directory : {false, true}) {
    for (auto& [name, sides] : named) {
      sides.of(directory).take(any.of(directory));
      for (const auto& [wide, taken] : denied) {
        if (sema::is_part_of(name, wide)) sides.of(directory).take(taken.of(directory));
      }
      all.of(directory).add(sides.of(directory));
    }
    for (auto& [name, sides] : denied) sides.of(directory) = sides.of(directory).in(all.of(directory));
  }
  drop_empty(named);
  drop_empty(denied);
  audited = audited.in(any.files);
  if (!has(Right::Exec)) target.clear();
}

Access common(const Access& a, const Access& b) {
  Access both;
  for (const bool directory : {false, true}) {
    both.any.of(directory) = a.any.of(directory).in(b.any.of(directory));
    for (const Access* const one : {&a, &b}) {
      for (const auto& [name, sides] : one->named) {
        both.named[name].of(directory) = a.allowed(name, directory).in(b.allowed(name, directory));
      }
      for (const auto& [name, sides] : one->denied) both.denied[name].of(directory).add(sides.of(directory));
    }
  }
  both.audited = a.audited;
  both.audited.add(b.audited);
  both.target = a.target;
  // A program can enter one domain only
  if (a.target != b.target) {
    both.target.clear();
    both.any.files[Right::Exec] = 0;
    for (auto& [name, sides] : both.named) sides.files[Right::Exec] = 0;
  }
  both.tidy();
  return both;
}

}  // namespace eventfilter::apparmor
