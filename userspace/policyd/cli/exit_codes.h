// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace eventfilter::cli {

// compile, check
inline constexpr int kOk = 0;
inline constexpr int kMistakes = 1;  // the rule file has mistakes
inline constexpr int kTrouble = 2;   // wrong arguments, or a file that can't be read

// test, prove, diff
inline constexpr int kRefuted = 3;     // an expectation or a property doesn't hold; two files differ
inline constexpr int kNotDecided = 4;  // nobody knows: the solver had no answer in its time

// run: as env(1) and timeout(1) have them, so that a script can tell CMD's status from ours
inline constexpr int kNotConfined = 125;    // CMD wasn't started, because it would not be confined
inline constexpr int kNotExecutable = 126;  // CMD can't be executed
inline constexpr int kNotFound = 127;       // CMD doesn't exist

}  // namespace eventfilter::cli
