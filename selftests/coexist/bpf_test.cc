// SPDX-License-Identifier: BSD-2-Clause
// A program on a hook refuses getpgid(2) to one process.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "coexist/neighbours.h"
#include "support/child.h"
#include "support/fd.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr bpf_insn insn(unsigned char code, unsigned char dst, unsigned char src, short off,
                        int imm) {
  bpf_insn made{};
  made.code = code;
  made.dst_reg = dst & 0xf;
  made.src_reg = src & 0xf;
  made.off = off;
  made.imm = imm;
  return made;
}

// On task_getpgid: -ENOTTY for the process `pid`, 0 for all others
Fd refuse_getpgid(pid_t pid) {
  const std::array<bpf_insn, 6> code{{
      insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_current_pid_tgid),
      insn(BPF_ALU64 | BPF_RSH | BPF_K, 0, 0, 0, 32),
      insn(BPF_ALU64 | BPF_MOV | BPF_X, 1, 0, 0, 0),
      insn(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
      insn(BPF_JMP | BPF_JNE | BPF_K, 1, 0, 1, pid),
      insn(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, -ENOTTY),
  }};
  std::array<bpf_insn, code.size() + 1> whole{};
  std::copy(code.begin(), code.end(), whole.begin());
  whole.back() = insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

  bpf_prog_load_opts options{};
  options.sz = sizeof(options);
  options.expected_attach_type = BPF_LSM_MAC;
  const int type = libbpf_find_vmlinux_btf_id("task_getpgid", BPF_LSM_MAC);
  require(type > 0, "the type of bpf_lsm_task_getpgid");
  options.attach_btf_id = static_cast<unsigned>(type);
  const Fd program(require_fd(bpf_prog_load(BPF_PROG_TYPE_LSM, "refuse_getpgid", "GPL",
                                            whole.data(), whole.size(), &options),
                              "bpf_prog_load"));
  // For as long as this descriptor
  return Fd(require_fd(bpf_raw_tracepoint_open(nullptr, program.get()), "attaching to the hook"));
}

TEST(BesideBpf, BothRefuse) {
  const Neighbours files;
  in_child(Subject::kRoot, [&] {
    const Fd link = refuse_getpgid(getpid());
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgid, getpid()));
    files.enforce_ours();
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgid, getpid()));
    EXPECT_REFUSED(EXDEV, try_open(files.ours));
    EXPECT_ALLOWED(try_open(files.free));
  });
}

TEST(BesideBpf, OurFilterCanForbidToLoadOne) {
  in_child(Subject::kRoot, [] {
    enforce("sys_enter_bpf: deny else errno EXDEV\n");
    bpf_prog_load_opts options{};
    options.sz = sizeof(options);
    const bpf_insn exit = insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    EXPECT_EQ(bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "none", "GPL", &exit, 1, &options),
              -EXDEV);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
