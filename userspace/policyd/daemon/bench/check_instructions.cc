// SPDX-License-Identifier: BSD-2-Clause
//
// check_instructions KIND QUESTIONS TIMES: answers a batch of questions that often, from its frame to the answer's,
// as the front end does; to be counted by valgrind. KIND: texts; numbers; or unknown, which are numbers as well, of
// a label without a vector.
#include <cstdlib>
#include <string>
#include <vector>

#include "daemon/vector_table.h"
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

// What is counted. Not inlined, so that they can be found by their name.
extern "C" [[gnu::noinline]] std::size_t answer_texts(const daemon::VectorTable& vectors, const std::string& request) {
  const auto frame = std::get<ipc::Frame>(ipc::parse_frame(request));
  const auto asked = ipc::unpack<ipc::CheckView>(frame);
  auto answer = vectors.check(std::get<ipc::CheckView>(asked));
  return ipc::pack(frame.id, std::get<ipc::Vectors>(answer)).size();
}

extern "C" [[gnu::noinline]] std::size_t answer_numbers(const daemon::VectorTable& vectors,
                                                        const std::string& request) {
  const auto frame = std::get<ipc::Frame>(ipc::parse_frame(request));
  const auto asked = ipc::unpack<ipc::CheckNumbersView>(frame);
  const auto& questions = std::get<ipc::CheckNumbersView>(asked).questions;
  return std::get<std::string>(vectors.check(questions, 1, frame.id)).size();
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string kind = argv[1];
  ipc::GetNumbersView questions;
  std::vector<std::string> labels;
  for (int i = 0; i < 100; ++i)
    labels.push_back(kind == "unknown" ? "nobodys_t" : "disk_" + std::to_string(i) + "_t");
  for (int i = 0; i < std::atoi(argv[2]); ++i)
    questions.questions.push_back({"domain_7_t", labels[static_cast<std::size_t>(i % 100)], "disk"});
  const daemon::VectorTable vectors = table();
  const auto numbers = std::get<ipc::Numbers>(vectors.numbers(questions)).numbers;
  const bool by_texts = kind == "texts";
  const std::string request =
      by_texts ? ipc::pack(1, ipc::CheckView{questions.questions}) : ipc::pack(1, ipc::CheckNumbers{0, numbers});
  const std::size_t wanted = 16 + 12 + 12 * questions.questions.size();
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    if ((by_texts ? answer_texts(vectors, request) : answer_numbers(vectors, request)) != wanted) return 1;
  }
  return 0;
}
