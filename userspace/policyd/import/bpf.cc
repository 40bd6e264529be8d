// SPDX-License-Identifier: BSD-2-Clause
#include "import/bpf.h"

#include <array>
#include <cstring>
#include <stdexcept>

namespace eventfilter::import {
namespace {

std::uint32_t computed(std::uint16_t code, std::uint32_t left, std::uint32_t right) {
  switch (BPF_OP(code)) {
    case BPF_ADD: return left + right;
    case BPF_SUB: return left - right;
    case BPF_AND: return left & right;
    case BPF_OR: return left | right;
    case BPF_XOR: return left ^ right;
    case BPF_LSH: return right < 32 ? left << right : 0;
    case BPF_RSH: return right < 32 ? left >> right : 0;
    case BPF_NEG: return 0U - left;
    default: throw std::invalid_argument("an operation that seccomp doesn't use");
  }
}

bool jumps(std::uint16_t code, std::uint32_t left, std::uint32_t right) {
  switch (BPF_OP(code)) {
    case BPF_JEQ: return left == right;
    case BPF_JGT: return left > right;
    case BPF_JGE: return left >= right;
    case BPF_JSET: return (left & right) != 0;
    default: throw std::invalid_argument("a jump that there isn't");
  }
}

}  // namespace

std::uint32_t run_bpf(const std::vector<sock_filter>& program, const seccomp_data& data) {
  std::uint32_t a = 0;
  std::uint32_t x = 0;
  std::array<std::uint32_t, BPF_MEMWORDS> memory{};
  for (std::size_t at = 0;; ++at) {
    const sock_filter& one = program.at(at);
    const std::uint32_t operand = BPF_SRC(one.code) == BPF_X ? x : one.k;
    switch (BPF_CLASS(one.code)) {
      case BPF_LD:
        if (BPF_MODE(one.code) == BPF_ABS) {
          if (one.k + sizeof(a) > sizeof(data)) throw std::out_of_range("beyond the call");
          std::memcpy(&a, reinterpret_cast<const char*>(&data) + one.k, sizeof(a));
        } else {
          a = BPF_MODE(one.code) == BPF_MEM ? memory.at(one.k) : one.k;
        }
        break;
      case BPF_LDX: x = BPF_MODE(one.code) == BPF_MEM ? memory.at(one.k) : one.k; break;
      case BPF_ST: memory.at(one.k) = a; break;
      case BPF_STX: memory.at(one.k) = x; break;
      case BPF_ALU: a = computed(one.code, a, operand); break;
      case BPF_JMP:
        if (BPF_OP(one.code) == BPF_JA) {
          at += one.k;
        } else {
          at += jumps(one.code, a, operand) ? one.jt : one.jf;
        }
        break;
      case BPF_RET: return BPF_RVAL(one.code) == BPF_A ? a : one.k;
      default:
        if (BPF_MISCOP(one.code) == BPF_TAX) {
          x = a;
        } else {
          a = x;
        }
    }
  }
}

}  // namespace eventfilter::import
