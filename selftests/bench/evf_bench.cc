// SPDX-License-Identifier: BSD-2-Clause
// evf_bench BUDGETS: instructions that filters add to operations, against the same kernel and the
// same operation without a ruleset. Prints a table, a line for machines per figure, and "N passed,
// N failed" against the file of budgets.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "bench/budgets.h"
#include "bench/child.h"
#include "bench/measure.h"
#include "bench/neighbours.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"

namespace eventfilter::selftest {
namespace {

struct Figure {
  std::string name;
  double alone;
  double added;
};

class Bench {
 public:
  void add(const std::string& name, const std::function<void()>& confine,
           const std::function<double()>& measure) {
    const double alone = value_of_child(measure);
    const double confined = value_of_child([&] {
      confine();
      return measure();
    });
    figures_.push_back({name, alone, confined - alone});
  }
  void add_absolute(const std::string& name, double instructions) {
    figures_.push_back({name, 0, instructions});
  }
  [[nodiscard]] const std::vector<Figure>& figures() const { return figures_; }

 private:
  std::vector<Figure> figures_;
};

double measure_getpid() {
  return ticks_per_operation(2000, [] { syscall(SYS_getpid); });
}

double measure_write() {
  return ticks_per_operation(2000, [] { syscall(SYS_write, 1, "x", 1); });
}

// 16 layers with this filter of write(2); all written first: a write to a ruleset is a write, too
void enforce_layers(const std::function<std::string(int)>& filter) {
  std::vector<Ruleset> layers;
  for (int layer = 0; layer < 16; ++layer) {
    layers.emplace_back("sys_enter_write: " + filter(layer));
  }
  for (const Ruleset& layer : layers) {
    layer.enforce();
  }
}

void add_syscalls(Bench& bench) {
  bench.add(
      "getpid_without_syscall_filter", [] { enforce("file_open: name != \"none\""); },
      measure_getpid);
  bench.add(
      "getpid", [] { enforce("sys_enter_getppid: deny"); }, measure_getpid);
  // Descriptor 1 must be something that takes a byte at once
  require_call(dup2(require_fd(open("/dev/null", O_WRONLY), "open of /dev/null"), 1), "dup2");
  bench.add(
      "write_two_values", [] { enforce("sys_enter_write: fd == 1 || fd == 2"); }, measure_write);
  std::string set = "sys_enter_write: fd in { 1";
  for (int i = 1; i < 24; ++i) {
    set += ", " + std::to_string(3 * i + 1);
  }
  bench.add(
      "write_24_values", [&] { enforce(set + " }"); }, measure_write);
  bench.add(
      "write_16_layers",
      [] { enforce_layers([](int i) { return "fd == 1 || fd == " + std::to_string(i + 2); }); },
      measure_write);
  // No two of them can be made one
  bench.add(
      "write_16_layers_unlike",
      [] {
        enforce_layers([](int i) {
          const std::string number = std::to_string(i + 2);
          return i % 2 == 0 ? "fd == 1 || fd == " + number : "count < 1000" + number;
        });
      },
      measure_write);
}

double measure_rename() {
  return ticks_per_operation(100, [] {
    rename("d/file", "moved");
    rename("moved", "d/file");
  });
}

void add_files(Bench& bench) {
  const Tree tree;
  const LabelSpace space("a_t b_t");
  space.label_file(tree.root(), "a_t");
  require_call(chdir(tree.root().c_str()), "chdir");
  const auto label_filter = [&] { enforce(space, "file_open: label & a_t || label & b_t"); };
  for (const unsigned depth : {1U, 2U, 5U, 10U}) {
    std::string below;
    for (unsigned i = 1; i < depth; ++i) {
      below += "d/";
    }
    below += "file";
    tree.make_file(below);
    bench.add("open_depth_" + std::to_string(depth), label_filter, [&] {
      return ticks_per_operation(200, [&] { close(open(below.c_str(), O_RDONLY)); });
    });
  }
  bench.add(
      "open_depth_5_16_layers",
      [&] {
        for (int layer = 0; layer < 16; ++layer) {
          label_filter();
        }
      },
      [] { return ticks_per_operation(200, [] { close(open("d/d/d/d/file", O_RDONLY)); }); });
  bench.add(
      "open_depth_5_16_layers_unlike",
      [&] {
        for (int layer = 0; layer < 16; ++layer) {
          enforce(space, "file_open: label & a_t || ino == " + std::to_string(layer));
        }
      },
      [] { return ticks_per_operation(200, [] { close(open("d/d/d/d/file", O_RDONLY)); }); });
  const auto all_filters = [&] {
    enforce(space,
            "file_open, file_create, file_unlink: label & a_t\nfile_rename: label & a_t && "
            "new_label & a_t");
  };
  bench.add("create_close_unlink", all_filters, [] {
    return ticks_per_operation(100, [] {
      close(open("new", O_CREAT | O_EXCL | O_WRONLY, 0600));
      unlink("new");
    });
  });
  bench.add("rename_and_back", all_filters, measure_rename);
  require_call(chdir("/"), "chdir");
}

// The same as without neighbours, whose labels are on the same directories. A rename finds nothing
// remembered, and so looks at all of them.
void add_neighbours(Bench& bench) {
  const Tree tree;
  const LabelSpace space("a_t b_t");
  space.label_file(tree.root(), "a_t");
  require_call(chdir(tree.root().c_str()), "chdir");
  tree.make_file("d/file");
  tree.make_file("d/d/d/d/file");
  std::vector<std::string> places = {tree.root()};
  for (const char* const below : {"d", "d/d", "d/d/d", "d/d/d/d"}) {
    places.push_back(tree.path(below));
  }
  for (const int spaces : {1, 60}) {
    const Neighbours there(places, spaces);
    const std::string beside = "_beside_" + std::to_string(spaces);
    bench.add(
        "open_depth_5" + beside, [&] { enforce(space, "file_open: label & a_t || label & b_t"); },
        [] { return ticks_per_operation(200, [] { close(open("d/d/d/d/file", O_RDONLY)); }); });
    bench.add(
        "rename_and_back" + beside,
        [&] { enforce(space, "file_rename: label & a_t && new_label & a_t"); }, measure_rename);
  }
  require_call(chdir("/"), "chdir");
}

// What the call itself costs: everything of it is ours, so nothing is subtracted
void add_enforce(Bench& bench) {
  const Ruleset ruleset("sys_enter_getppid: deny\nsys_enter_write: fd == 1 || fd == 2\n");
  // Each call adds a layer, so each is the first one of a process
  bench.add_absolute("enforce", median_of_children(41, [&] {
                       set_no_new_privs();
                       const uint64_t start = __rdtsc();
                       evf(EVF_ENFORCE, static_cast<unsigned long>(ruleset.fd()));
                       return static_cast<double>(__rdtsc() - start);
                     }));
}

int report(const std::vector<Figure>& figures, const Budgets& budgets) {
  int passed = 0;
  int failed = 0;
  std::fprintf(stderr, "%-32s %8s %8s %8s %8s\n", "instructions per operation", "alone", "added",
               "budget", "goal");
  for (const Figure& figure : figures) {
    const Budget* const budget = budgets.find(figure.name);
    const bool fits = budget != nullptr && figure.added <= budget->most();
    (fits ? passed : failed) += 1;
    std::fprintf(stderr, "%-32s %8.0f %8.1f %8.1f %8s%s\n", figure.name.c_str(), figure.alone,
                 figure.added, budget != nullptr ? budget->most() : NAN,
                 budget != nullptr ? budget->goal.c_str() : "?", fits ? "" : "  OVER BUDGET");
  }
  for (const Figure& figure : figures) {
    std::fprintf(stderr, "evf-bench %s alone=%.1f added=%.1f\n", figure.name.c_str(), figure.alone,
                 figure.added);
  }
  std::fprintf(stderr, "%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

int run(const char* budgets) {
  const Budgets known = read_budgets(budgets);
  Bench bench;
  add_files(bench);
  add_neighbours(bench);
  add_enforce(bench);
  add_syscalls(bench);
  return report(bench.figures(), known);
}

}  // namespace
}  // namespace eventfilter::selftest

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: evf_bench BUDGETS\n");
    return 2;
  }
  try {
    return eventfilter::selftest::run(argv[1]);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "evf_bench: %s\n", failure.what());
    return 2;
  }
}
