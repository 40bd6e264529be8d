// SPDX-License-Identifier: BSD-2-Clause
//
// policyd_load [ROUNDS]: what a request costs the front end in processor time, beside an echo server of
// the same messages on the same kind of socket, in one run: ratios mean something on any machine.
// It needs no kernel with event filters: labeld is a stand-in that hands out other descriptors.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <vector>

#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/front_service.h"
#include "daemon/test/fake_labeld.h"

namespace eventfilter::daemon {
namespace {

constexpr int kBatches = 11;

// A process of its own, so that its processor time is its alone.
class Process {
 public:
  explicit Process(const std::function<void()>& body) : pid_(fork()) {
    if (pid_ != 0) return;
    body();
    _exit(0);
  }
  ~Process() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  double microseconds() const {
    clockid_t clock = 0;
    timespec time = {};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) std::abort();
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
  }

 private:
  pid_t pid_;
};

// Sends as many bytes as the front end answers with: of what it gets, or where that is less, others; and a descriptor
// if asked for.
void echo(const std::string& path, std::size_t answer, bool with_descriptor) {
  service::Loop loop;
  auto listener = ipc::listen_at(path, 0600);
  const base::Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string others(answer, 'x');
  std::vector<base::Fd> clients;
  if (!listener) std::abort();
  (void)loop.add(listener.value().get(), EPOLLIN, [&](std::uint32_t) {
    clients.emplace_back(accept4(listener.value().get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    const int client = clients.back().get();
    (void)loop.add(client, EPOLLIN, [client, answer, with_descriptor, &null, &others](std::uint32_t) {
      const auto message = ipc::receive_message(client, 0);
      if (!message) return;
      const std::string& got = message.value().bytes;
      const auto bytes = std::string_view(got.size() < answer ? others : got).substr(0, answer);
      (void)ipc::send_message(client, bytes, with_descriptor ? std::vector<int>{null.get()} : std::vector<int>{}).ok();
    }).ok();
  }).ok();
  loop.run();
}

void front(const std::string& directory) {
  service::Loop loop;
  FrontService service(loop, directory + "/labeld");
  service.start();
  auto listener = ipc::listen_at(directory + "/front", 0600);
  if (!listener || !service.listen(std::move(listener).value())) std::abort();
  loop.run();
}

void labeld(const std::string& directory, const ipc::PolicyView& view) {
  service::Loop loop;
  FakeLabeld fake(loop, view);
  if (!fake.listen(directory + "/labeld")) std::abort();
  loop.run();
}

base::Fd connect(const std::string& path) {
  for (;;) {
    if (auto socket = ipc::connect_to(path)) return std::move(socket).value();
    usleep(1000);
  }
}

std::string ask(const base::Fd& socket, const std::string& request) {
  if (!ipc::send_message(socket.get(), request)) std::abort();
  auto answer = ipc::receive_message(socket.get(), 1);
  if (!answer) std::abort();
  return answer.value().bytes;
}

// Processor time of a server for one request: the median of batches.
double cost(const Process& server, const base::Fd& socket, const std::string& request, int rounds) {
  std::vector<double> times;
  for (int batch = 0; batch < kBatches; ++batch) {
    const double before = server.microseconds();
    for (int i = 0; i < rounds; ++i) ask(socket, request);
    times.push_back((server.microseconds() - before) / rounds);
  }
  std::nth_element(times.begin(), times.begin() + kBatches / 2, times.end());
  return times[kBatches / 2];
}

ipc::PolicyView policy() {
  ipc::PolicyView view;
  view.classes = {{"disk", {"read", "write"}}};
  for (int d = 0; d < 50; ++d) {
    ipc::ViewDomain domain;
    domain.name = "domain_" + std::to_string(d) + "_t";
    // The compiler says of each class that a domain has rules about what objects without a label get
    domain.vectors.push_back({"disk", "", {0, 0, 0}});
    for (int l = 0; l < 100; ++l)
      domain.vectors.push_back({"disk", "disk_" + std::to_string(l) + "_t", {3, 0, 0}});
    view.domains.push_back(std::move(domain));
  }
  view.domains.emplace_back().name = "domain_50_t";  // which has no rule about the class
  return view;
}

ipc::Question question(unsigned domain, unsigned label) {
  return {"domain_" + std::to_string(domain) + "_t", "disk_" + std::to_string(label) + "_t", "disk"};
}

std::string batch_of(unsigned questions) {
  ipc::Check check;
  for (unsigned i = 0; i < questions; ++i) check.questions.push_back(question(7, i % 100));
  return ipc::pack(1, check);
}

ipc::Question of_one_domain(unsigned i) { return question(7, i % 100); }
// A third of the labels is unknown
ipc::Question all_over(unsigned i) { return question(i * 7 % 50, i * 11 % 150); }
ipc::Question without_rules(unsigned i) { return question(50, i % 150); }
// Each third question
ipc::Question mixed(unsigned i) { return i % 3 == 0 ? without_rules(i) : all_over(i); }

// The same by numbers
std::string numbered_batch_of(const base::Fd& socket, unsigned questions, ipc::Question (*one)(unsigned)) {
  ipc::GetNumbers wanted;
  for (unsigned i = 0; i < questions; ++i) wanted.questions.push_back(one(i));
  const std::string answer = ask(socket, ipc::pack(1, wanted));
  const auto frame = ipc::parse_frame(answer);
  auto numbers = ipc::unpack<ipc::Numbers>(std::get<ipc::Frame>(frame));
  auto& given = std::get<ipc::Numbers>(numbers);
  return ipc::pack(1, ipc::CheckNumbers{given.edition, std::move(given.numbers)});
}

// All on one processor: to wake another one that is idle may cost ten times what is measured here.
void stay_here() {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &here);
  if (sched_setaffinity(0, sizeof here, &here) != 0) std::abort();
}

int run(int rounds) {
  stay_here();
  char name[] = "/tmp/policyd_load.XXXXXX";
  const std::string directory = mkdtemp(name);
  const Process fake([&] { labeld(directory, policy()); });
  const Process served([&] { front(directory); });
  const base::Fd socket = connect(directory + "/front");
  while (ask(socket, batch_of(1)).size() < 40) usleep(1000);  // until the policy is there
  std::cout << "request                     front end  echo server  ratio   (us of the server's processor)\n";
  const auto row = [&](const std::string& what, const std::string& request, bool descriptor) {
    const std::size_t answer = ask(socket, request).size();
    const std::string path = directory + "/echo";
    const Process echoing([&] { echo(path, answer, descriptor); });
    const base::Fd other = connect(path);
    const double ours = cost(served, socket, request, rounds);
    const double theirs = cost(echoing, other, request, rounds);
    std::cout.setf(std::ios::fixed);
    std::cout.precision(2);
    std::cout << what << std::string(28 - what.size(), ' ') << ours << "      " << theirs << "        "
              << ours / theirs << '\n';
  };
  for (const unsigned questions : {1U, 16U, 64U, 256U})
    row("check of " + std::to_string(questions), batch_of(questions), false);
  for (const unsigned questions : {1U, 16U, 64U, 256U})
    row("check of " + std::to_string(questions) + " numbers", numbered_batch_of(socket, questions, of_one_domain), false);
  row("256, all over", numbered_batch_of(socket, ipc::kMaxQuestions, all_over), false);
  row("256, a third without rules", numbered_batch_of(socket, ipc::kMaxQuestions, mixed), false);
  row("256, all without rules", numbered_batch_of(socket, ipc::kMaxQuestions, without_rules), false);
  row("enter, one ruleset", ipc::pack(1, ipc::Enter{"domain_7_t"}), true);
  for (const char* const file : {"/front", "/labeld", "/echo"}) unlink((directory + file).c_str());
  rmdir(directory.c_str());
  return 0;
}

}  // namespace
}  // namespace eventfilter::daemon

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5000;
  if (rounds <= 0) {
    std::cerr << "usage: policyd_load [ROUNDS]\n";
    return 2;
  }
  return eventfilter::daemon::run(rounds);
}
