// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// seeds DIRECTORY: writes the text of every vector to a file of its own, to start a fuzzer with.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "kunit/vectors.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: seeds DIRECTORY\n", stderr);
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory);
  for (std::uint32_t i = 0; i < evf_nr_vectors; ++i) {
    std::ofstream file(directory / std::to_string(i), std::ios::binary);
    if (!file.write(evf_vectors[i].text, evf_vectors[i].text_len).flush()) {
      std::perror(argv[1]);
      return 1;
    }
  }
  return 0;
}
