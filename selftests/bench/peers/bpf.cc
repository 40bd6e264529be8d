// SPDX-License-Identifier: BSD-2-Clause
// The smallest program that there is, on one hook: it lets everything be opened.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <array>

#include "bench/peers/peers.h"
#include "bench/rows.h"
#include "support/fd.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

Fd allow_all(const char* hook) {
  bpf_insn zero{};
  zero.code = BPF_ALU64 | BPF_MOV | BPF_K;
  bpf_insn exit{};
  exit.code = BPF_JMP | BPF_EXIT;
  const std::array<bpf_insn, 2> code{zero, exit};
  bpf_prog_load_opts options{};
  options.sz = sizeof(options);
  options.expected_attach_type = BPF_LSM_MAC;
  const int type = libbpf_find_vmlinux_btf_id(hook, BPF_LSM_MAC);
  require(type > 0, std::string("the type of bpf_lsm_") + hook);
  options.attach_btf_id = static_cast<unsigned>(type);
  const Fd program(require_fd(
      bpf_prog_load(BPF_PROG_TYPE_LSM, "allow_all", "GPL", code.data(), code.size(), &options),
      "bpf_prog_load"));
  // For as long as this descriptor
  return Fd(require_fd(bpf_raw_tracepoint_open(nullptr, program.get()), "attaching to the hook"));
}

}  // namespace

void bench_bpf(const Playground& where) {
  const Fd link = allow_all("file_open");
  measure_all("objects", "bpf", where, {}, [] {});
}

}  // namespace eventfilter::selftest
