// SPDX-License-Identifier: BSD-2-Clause
#include "cli/watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <eventfilter.h>

#include "apply/mounts.h"
#include "base/fd.h"
#include "cli/execute.h"
#include "learn/learn.h"
#include "records/record.h"

namespace eventfilter::cli {
namespace {

base::Result<void> checked(int result, const char* what) {
  if (result < 0) return base::system_error(-result, what);
  return {};
}

// Makes the label space in which every mount's root has a label, and the ruleset that refuses
// nothing.
class Watcher {
 public:
  explicit Watcher(const events::Target& target) : target_(target) {}

  base::Result<void> prepare() {
    if (auto made = make_labels(); !made) return made;
    if (auto made = make_ruleset(); !made) return made;
    const int records = eventfilter_records_open(ruleset_.get());
    if (records >= 0) records_.reset(records);
    return checked(records, "opening the records");
  }

  base::Result<Watched> run(const std::vector<std::string>& command);

 private:
  base::Result<void> make_labels();
  void label_mount(const apply::Mount& mount);
  base::Result<void> make_ruleset();
  [[noreturn]] void become(const std::vector<std::string>& command, int report,
                           const sigset_t& mask);
  base::Result<void> wait(pid_t child, const base::Fd& signals);
  bool is_told_to_stop(pid_t child, const base::Fd& signals);
  bool reap(pid_t child);
  base::Result<void> drain();
  base::Result<void> take(std::string_view text);

  const events::Target& target_;
  base::Fd labels_;
  base::Fd ruleset_;
  base::Fd records_;
  std::vector<learn::Place> places_;
  bool has_ended_ = false;  // the command itself, whatever it left behind
  Watched watched_;
};

base::Result<void> Watcher::make_labels() {
  const int labels = eventfilter_labels_create(0);
  if (labels < 0) return checked(labels, "creating a label space");
  labels_.reset(labels);
  const auto mounts = apply::read_mounts();
  if (!mounts) return mounts.error();
  if (auto added =
          checked(eventfilter_labels_add(labels, learn::kOwnTask, nullptr), "naming labels");
      !added)
    return added;
  for (const apply::Mount& mount : mounts.value()) label_mount(mount);
  return checked(std::min(eventfilter_labels_commit(labels), 0), "committing labels");
}

// Whoever can't be labelled by its root may be by its type: then all of that type are taken for
// this one.
void Watcher::label_mount(const apply::Mount& mount) {
  const std::string label = "place" + std::to_string(places_.size());
  const bool is_known = std::any_of(places_.begin(), places_.end(), [&](const learn::Place& place) {
    return place.type == mount.type && place.root == mount.root && place.point == mount.point;
  });
  const base::Fd root(open(mount.point.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
  struct stat status = {};
  if (is_known || !root || fstat(root.get(), &status) != 0) return;
  const bool is_hidden = mount.device != std::to_string(major(status.st_dev)) + ':' +
                                             std::to_string(minor(status.st_dev));
  if (is_hidden || eventfilter_labels_add(labels_.get(), label.c_str(), nullptr) < 0) return;
  int result = eventfilter_label_tree(labels_.get(), root.get(), label.c_str());
  if (result == -EOPNOTSUPP)
    result = eventfilter_labels_fs(labels_.get(), mount.type.c_str(), label.c_str(), nullptr);
  if (result < 0) {
    watched_.unseen.push_back(mount.point);
    return;
  }
  places_.push_back({label, mount.point, mount.root, mount.type});
}

base::Result<void> Watcher::make_ruleset() {
  const int ruleset =
      eventfilter_ruleset_create_labelled(labels_.get(), EVENTFILTER_PERMISSIVE, learn::kOwnTask);
  if (ruleset < 0) return checked(ruleset, "creating a ruleset");
  ruleset_.reset(ruleset);
  std::string text = "file: deny\nsocket: deny\ntask: deny\nsystem: deny\n";
  for (const std::string& syscall : learn::watched_syscalls(target_)) text += syscall + ": deny\n";
  return checked(eventfilter_ruleset_write(ruleset, text.data(), text.size(), nullptr),
                 "writing the ruleset");
}

// In the child. What goes wrong is told through `report`, which execve closes.
void Watcher::become(const std::vector<std::string>& command, int report, const sigset_t& mask) {
  const std::vector<char*> argv = argv_of(command);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  // The layer counts from the execve on; what is before that is ours
  int error = -eventfilter_confine_exec(ruleset_.get(), 0);
  if (error == 0) {
    execvp(argv[0], argv.data());
    error = errno;
  }
  if (write(report, &error, sizeof(error)) < 0) _exit(1);
  _exit(0);
}

base::Result<void> Watcher::take(std::string_view text) {
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size() - 1);
    const auto record = records::parse_record(text.substr(0, newline));
    if (!record) return record.error();
    text.remove_prefix(newline + 1);
    watched_.lost += record.value().lost;
    if (auto seen = learn::observe(record.value(), places_))
      watched_.observations.push_back(std::move(*seen));
  }
  return {};
}

base::Result<void> Watcher::drain() {
  std::array<char, 16 * EVENTFILTER_MAX_RECORD> text;
  for (;;) {
    const int size = eventfilter_records_read(records_.get(), text.data(), text.size());
    if (size == -EAGAIN) return {};
    if (size == -EINTR) continue;
    if (size < 0) return base::system_error(-size, "reading records");
    if (auto taken = take({text.data(), static_cast<std::size_t>(size)}); !taken) return taken;
  }
}

// Whether nobody is left.
bool Watcher::reap(pid_t child) {
  int status = 0;
  for (;;) {
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return pid < 0 && errno == ECHILD;
    if (pid != child) continue;
    watched_.status = status;
    has_ended_ = true;
  }
}

// The first signal is the command's. Once that has ended, its process id may be another's.
bool Watcher::is_told_to_stop(pid_t child, const base::Fd& signals) {
  bool is_told = false;
  signalfd_siginfo signal = {};
  while (read(signals.get(), &signal, sizeof(signal)) == sizeof(signal)) {
    if (signal.ssi_signo == SIGCHLD) continue;
    if (has_ended_) {
      is_told = true;
    } else if (signal.ssi_code != SI_KERNEL) {
      // What a terminal sends has gone to its whole process group already
      kill(child, static_cast<int>(signal.ssi_signo));
    }
  }
  return is_told;
}

base::Result<void> Watcher::wait(pid_t child, const base::Fd& signals) {
  while (!reap(child)) {
    std::array<pollfd, 2> wanted = {{{signals.get(), POLLIN, 0}, {records_.get(), POLLIN, 0}}};
    if (poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR)
      return base::system_error(errno, "waiting for the command");
    if (auto drained = drain(); !drained) return drained;
    if (is_told_to_stop(child, signals)) break;
  }
  return drain();
}

base::Result<Watched> Watcher::run(const std::vector<std::string>& command) {
  std::array<int, 2> ends = {};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_error(errno, "making a pipe");
  base::Fd report(ends[0]);
  base::Fd reporter(ends[1]);
  sigset_t mine;
  sigset_t before;
  sigemptyset(&mine);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM}) sigaddset(&mine, signal);
  sigprocmask(SIG_BLOCK, &mine, &before);
  const base::Fd signals(signalfd(-1, &mine, SFD_CLOEXEC | SFD_NONBLOCK));
  fcntl(records_.get(), F_SETFL, O_NONBLOCK);
  // Daemons that it starts become children of ours, so that it is known when all have ended
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const pid_t child = fork();
  if (child < 0) return base::system_error(errno, "fork");
  if (child == 0) become(command, ends[1], before);
  reporter.reset();
  int error = 0;
  if (read(report.get(), &error, sizeof(error)) == sizeof(error)) {
    waitpid(child, nullptr, 0);
    return base::system_error(error, '"' + command.front() + "\" can't be executed");
  }
  // The signals stay blocked: whoever sends one more wants an end, not to lose what was seen
  const auto waited = wait(child, signals);
  if (!waited) return waited.error();
  watched_.observations = learn::merged(watched_.observations);
  return std::move(watched_);
}

}  // namespace

base::Result<Watched> watch(const std::vector<std::string>& command, const events::Target& target) {
  Watcher watcher(target);
  if (auto prepared = watcher.prepare(); !prepared) return prepared.error();
  return watcher.run(command);
}

}  // namespace eventfilter::cli
