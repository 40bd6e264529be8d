// SPDX-License-Identifier: BSD-2-Clause
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#include <algorithm>
#include <memory>

#include "bench/child.h"
#include "bench/memory.h"
#include "bench/peers/peers.h"
#include "bench/rows.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kSmall = "sys_enter_getppid: deny\nsys_enter_write: fd == 1 || fd == 2\n";

// As libseccomp's: what is listed passes, of write(2) only these descriptors; none means all
std::string list_of_calls(const std::string& write_filter) {
  std::string allowed;
  for (const std::string& call : listed_calls()) {
    if (call != "write" || write_filter.empty()) {
      allowed += (allowed.empty() ? "sys_enter_" : ", sys_enter_") + call;
    }
  }
  std::string text = "syscalls: deny errno ENOSYS\n" + allowed + ": allow\n";
  if (!write_filter.empty()) text += "sys_enter_write: " + write_filter + "\n";
  return text;
}

std::string one_of(unsigned number) {
  std::string set = "fd in { 1";
  for (unsigned i = 1; i < number; ++i) {
    set += ", " + std::to_string(3 * i + 1);
  }
  return set + " }";
}

// All written first: a write to a ruleset is a write, too
void enforce_all(const std::vector<std::string>& texts) {
  std::vector<Ruleset> layers;
  for (const std::string& text : texts) {
    layers.emplace_back(text);
  }
  for (const Ruleset& layer : layers) {
    layer.enforce();
  }
}

void bench_calls(const Playground& where) {
  measure_all("calls", "ours_list", where, {}, [] { enforce(list_of_calls("")); });
  measure_all("calls", "ours", where, {}, [] { enforce(list_of_calls("fd == 1 || fd == 2")); });
  for (const unsigned layers : kLayers) {
    std::vector<std::string> texts;
    for (unsigned i = 0; i < layers; ++i) {
      texts.push_back(list_of_calls("fd == 1 || fd == " + std::to_string(i + 2)));
    }
    measure_all("layers_" + std::to_string(layers), "ours", where, {"write"},
                [&] { enforce_all(texts); });
  }
  // No two of them can be made one
  measure_all("layers_16", "ours_unlike", where, {"write"}, [] {
    std::vector<std::string> texts;
    for (unsigned i = 0; i < 16; ++i) {
      const std::string number = std::to_string(i + 2);
      texts.push_back(
          list_of_calls(i % 2 == 0 ? "fd == 1 || fd == " + number : "count < 1000" + number));
    }
    enforce_all(texts);
  });
  for (const unsigned rules : kDescriptors) {
    measure_all("rules_" + std::to_string(rules), "ours", where, {"write"},
                [&] { enforce(list_of_calls(one_of(rules))); });
  }
}

// A label space in which the playground is labelled, so is what connects to, and `folders` others
class Labels {
 public:
  Labels(const Playground& where, unsigned folders) : space_("a_t b_t web_t") {
    require_call(space_.write("endpoint tcp 127.0.0.0/8 * web_t\n"), "endpoint");
    for (unsigned i = 1; i < folders; ++i) {
      const std::string name = "l" + std::to_string(i % kLabels) + "_t";
      if (i < kLabels) space_.add_names(name);
      space_.label_file(where.rule_folder(i), i % kLabels == 0 ? "b_t" : name);
    }
    names_ = "label & a_t || label & b_t";
    for (unsigned i = 1; i < std::min(folders, kLabels); ++i) {
      names_ += " || label & l" + std::to_string(i) + "_t";
    }
    space_.label_file(where.root(), "a_t");
  }
  // Every event of the operations is judged by its label
  void enforce_layer() const {
    enforce(space_,
            "file_open, file_create, file_unlink, file_exec: " + names_ +
                "\nfile_rename: label & a_t && new_label & a_t\n"
                "socket_connect: label & web_t || family == 1\nunix_connect: label & a_t\n");
  }
  void enforce_unlike_layer(unsigned number) const {
    enforce(space_, "file_open: label & a_t || ino == " + std::to_string(number) + "\n");
  }

 private:
  static constexpr unsigned kLabels = 64;
  LabelSpace space_;
  std::string names_;
};

void bench_objects(const Playground& where) {
  const Labels labels(where, 1);
  measure_all("objects", "ours", where, {}, [&] { labels.enforce_layer(); });
  for (const unsigned layers : kLayers) {
    const std::string table = "layers_" + std::to_string(layers);
    measure_all(table, "ours", where, {"open_close_5"}, [&] {
      for (unsigned i = 0; i < layers; ++i) {
        labels.enforce_layer();
      }
    });
    measure_all(table, "ours_unlike", where, {"open_close_5"}, [&] {
      for (unsigned i = 0; i < layers; ++i) {
        labels.enforce_unlike_layer(i);
      }
    });
  }
  for (const unsigned rules : kRules) {
    const Labels more(where, rules);
    measure_all("rules_" + std::to_string(rules), "ours", where, {"open_close_5"},
                [&] { more.enforce_layer(); });
  }
}

// What a call costs, without what it costs to be asked for
template <typename Call>
double ticks_of(Call call) {
  const uint64_t start = __rdtsc();
  call();
  return static_cast<double>(__rdtsc() - start);
}

void bench_install() {
  const Ruleset small(kSmall);
  print_row("install", "ours", "enforce", median_of_children(41, [&] {
              set_no_new_privs();
              return ticks_of([&] { evf(EVF_ENFORCE, static_cast<unsigned long>(small.fd())); });
            }));
  const std::string list = list_of_calls("");
  print_row("install", "ours", "list_of_calls", median_of_children(11, [&] {
              set_no_new_privs();
              const Ruleset ruleset;
              return ticks_of([&] {
                require_call(ruleset.write(list), "write");
                require_call(ruleset.try_enforce(), "enforce");
              });
            }));
}

void bench_memory() {
  // Who is measured has to write
  const Ruleset shared("sys_enter_getppid: deny\nsys_enter_lseek: fd == 1 || fd == 2\n");
  print_row("memory", "ours", "shared_ruleset", memory_per_process([&] { shared.enforce(); }));
  const std::string list = list_of_calls("");
  print_row("memory", "ours", "own_list_of_calls", memory_per_process([&] { enforce(list); }));
}

// A refusal that is recorded, and one that isn't
void bench_denial(const Playground& where) {
  const Operation refused{"getppid_refused", 50, 1,
                          [] { return Once([] { return syscall(SYS_getppid) < 0 ? 0L : -1L; }); }};
  for (const std::string manner : {"deny", "deny quiet"}) {
    print_row("denial", "ours", manner == "deny" ? "recorded" : "quiet",
              instructions_of(refused, where, [&] { enforce("sys_enter_getppid: " + manner); }));
  }
  const Operation passes{"getppid", 50, 1,
                         [] { return Once([] { return syscall(SYS_getppid); }); }};
  print_row("denial", "ours", "allowed", instructions_of(passes, where, nullptr));
}

}  // namespace

// For profile.sh alone: a list of calls is parsed; somebody confines itself
Operation profiled(const std::string& name) {
  if (name == "parse") {
    return {name, 1, 1,
            [] { return Once([list = list_of_calls("")] { return Ruleset().write(list); }); }};
  }
  if (name == "enforce") {
    return {name, 1, 1, [] {
              return Once([ruleset = std::make_shared<Ruleset>(kSmall)] {
                return static_cast<long>(value_of_child([&] {
                  ruleset->enforce();
                  return 0.0;
                }));
              });
            }};
  }
  return operation(name);
}

void profile_ours(const Playground& where, const std::string& name) {
  const bool confined = !name.starts_with("-");
  const Operation what = profiled(confined ? name : name.substr(1));
  const Labels labels(where, 1);
  value_of_child([&] {
    require_call(chdir(where.root().c_str()), "chdir");
    const Once once = what.prepare();
    if (confined) labels.enforce_layer();
    for (int i = 0; i < 100; ++i) once();
    // nopw, with what profile.c looks for in it
    __asm__ volatile(".byte 0x66, 0x0f, 0x1f, 0x84, 0x00, 1, 0x46, 0x56, 0x45" ::: "memory");
    for (int i = 0; i < 100; ++i) once();
    __asm__ volatile(".byte 0x66, 0x0f, 0x1f, 0x84, 0x00, 0, 0x46, 0x56, 0x45" ::: "memory");
    return 0.0;
  });
}

void bench_ours(const Playground& where) {
  bench_calls(where);
  bench_objects(where);
  bench_install();
  bench_memory();
  bench_denial(where);
}

}  // namespace eventfilter::selftest
