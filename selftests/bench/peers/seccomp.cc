// SPDX-License-Identifier: BSD-2-Clause
// seccomp, with the filters that libseccomp makes: as a list of comparisons, and as a binary tree.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#include <cstdlib>
#include <memory>

#include "bench/child.h"
#include "bench/memory.h"
#include "bench/peers/peers.h"
#include "bench/rows.h"
#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"

namespace eventfilter::selftest {
namespace {

using Context = std::unique_ptr<void, decltype(&seccomp_release)>;
enum class Shape { kLinear = 1, kTree = 2 };

const char* name_of(Shape shape) { return shape == Shape::kTree ? "bintree" : "linear"; }

void must(int returned, const char* what) {
  errno = -returned;
  require_call(returned, what);
}

// Allows the list, of write(2) only these descriptors; none means all
Context make_filter(Shape shape, const std::vector<unsigned>& descriptors) {
  Context filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), seccomp_release);
  must(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, static_cast<uint32_t>(shape)),
       "SCMP_FLTATR_CTL_OPTIMIZE");
  for (const std::string& call : listed_calls()) {
    if (call == "write" && !descriptors.empty()) continue;
    must(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, seccomp_syscall_resolve_name(call.c_str()),
                          0),
         "seccomp_rule_add");
  }
  for (const unsigned descriptor : descriptors) {
    must(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                          SCMP_A0(SCMP_CMP_EQ, descriptor)),
         "seccomp_rule_add for write");
  }
  return filter;
}

// `number` descriptors, of which 1 is the one that is written to
std::vector<unsigned> some_descriptors(unsigned number) {
  std::vector<unsigned> all{1};
  for (unsigned i = 1; i < number; ++i) {
    all.push_back(3 * i + 1);
  }
  return all;
}

void load_layers(Shape shape, unsigned layers) {
  std::vector<Context> filters;
  for (unsigned i = 0; i < layers; ++i) {
    filters.push_back(make_filter(shape, {1, i + 2}));
  }
  for (const Context& filter : filters) {
    must(seccomp_load(filter.get()), "seccomp_load");
  }
}

// The instructions of a filter, as the kernel takes them
std::string program_of(const Context& filter) {
  const Fd memory(require_fd(memfd_create("filter", 0), "memfd_create"));
  must(seccomp_export_bpf(filter.get(), memory.get()), "seccomp_export_bpf");
  return read_file("/proc/self/fd/" + std::to_string(memory.get()));
}

// Without what libseccomp needs to make the filter
class Installer {
 public:
  Installer() : program_(program_of(make_filter(Shape::kLinear, {}))) {}

  // Instructions of the call
  double install() {
    const sock_fprog whole{static_cast<unsigned short>(program_.size() / sizeof(sock_filter)),
                           reinterpret_cast<sock_filter*>(program_.data())};
    set_no_new_privs();
    const uint64_t start = __rdtsc();
    const long failed = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole);
    const uint64_t end = __rdtsc();
    require_call(failed, "seccomp");
    return static_cast<double>(end - start);
  }

 private:
  std::string program_;
};

}  // namespace

void bench_seccomp(const Playground& where) {
  measure_all("calls", "seccomp_list", where, {},
              [] { must(seccomp_load(make_filter(Shape::kLinear, {}).get()), "seccomp_load"); });
  for (const Shape shape : {Shape::kLinear, Shape::kTree}) {
    const std::string name = std::string("seccomp_") + name_of(shape);
    measure_all("calls", name, where, {}, [&] { load_layers(shape, 1); });
    for (const unsigned layers : kLayers) {
      measure_all("layers_" + std::to_string(layers), name, where, {"write"},
                  [&] { load_layers(shape, layers); });
    }
    for (const unsigned rules : kDescriptors) {
      measure_all("rules_" + std::to_string(rules), name, where, {"write"}, [&] {
        must(seccomp_load(make_filter(shape, some_descriptors(rules)).get()), "seccomp_load");
      });
    }
  }
  Installer list;
  print_row("install", "seccomp", "list_of_calls",
            median_of_children(11, [&] { return list.install(); }));
  print_row("memory", "seccomp", "own_list_of_calls", memory_per_process([&] { list.install(); }));
}

}  // namespace eventfilter::selftest
