// SPDX-License-Identifier: BSD-2-Clause
//
// check_instructions QUESTIONS TIMES: answers a batch of questions that often, from its frame to the answer's,
// as the front end does; to be counted by valgrind.
#include <cstdlib>
#include <string>

#include "daemon/answers.h"
#include "ipc/message.h"

namespace {

using namespace eventfilter;

daemon::VectorTable table() {
  ipc::PolicyView view;
  view.classes = {{"disk", {"read", "write"}}};
  ipc::ViewDomain domain;
  domain.name = "domain_7_t";
  for (int l = 0; l < 100; ++l)
    domain.vectors.push_back({"disk", "disk_" + std::to_string(l) + "_t", {3, 0, 0}});
  view.domains = {domain};
  return daemon::VectorTable(view);
}

}  // namespace

// What is counted. Not inlined, so that it can be found by its name.
extern "C" [[gnu::noinline]] std::size_t answer_batch(const daemon::VectorTable& vectors,
                                                      const std::string& request) {
  const auto frame = std::get<ipc::Frame>(ipc::parse_frame(request));
  const auto asked = ipc::unpack<ipc::CheckView>(frame);
  auto answer = vectors.check(std::get<ipc::CheckView>(asked));
  return ipc::pack(frame.id, std::get<ipc::Vectors>(answer)).size();
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ipc::Check check;
  for (int i = 0; i < std::atoi(argv[1]); ++i)
    check.questions.push_back({"domain_7_t", "disk_" + std::to_string(i % 100) + "_t", "disk"});
  const std::string request = ipc::pack(1, check);
  const daemon::VectorTable vectors = table();
  const std::size_t wanted = 16 + 12 + 12 * check.questions.size();
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    if (answer_batch(vectors, request) != wanted) return 1;
  }
  return 0;
}
