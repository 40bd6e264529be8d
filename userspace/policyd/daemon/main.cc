// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>
#include <string>
#include <vector>

#include <getopt.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "daemon/front.h"
#include "daemon/keeper.h"
#include "labeld/labeld.h"

namespace {

constexpr const char* kHelp =
    "Usage: policyd [OPTION]...\n"
    "Put the machine's rule files in force and serve them: see policyd(8).\n"
    "\n"
    "  --rules DIR          read rule files here; several times, the later overriding\n"
    "                       (/usr/share/policyd, /etc/policyd)\n"
    "  --run DIR            make the sockets here (/run/policyd)\n"
    "  --user NAME          the front end's user (policyd)\n"
    "  --labeld-user NAME   labeld's user (policyd-labels)\n"
    "  --front, --labeld    be one of the two, with sockets that were handed over\n"
    "  --help, --version\n";

enum Option { kRules = 256, kRun, kUser, kLabeldUser, kFront, kLabeld, kHelpOption, kVersion };

constexpr option kOptions[] = {{"rules", required_argument, nullptr, kRules},
                               {"run", required_argument, nullptr, kRun},
                               {"user", required_argument, nullptr, kUser},
                               {"labeld-user", required_argument, nullptr, kLabeldUser},
                               {"front", no_argument, nullptr, kFront},
                               {"labeld", no_argument, nullptr, kLabeld},
                               {"help", no_argument, nullptr, kHelpOption},
                               {"version", no_argument, nullptr, kVersion},
                               {nullptr, 0, nullptr, 0}};

struct Chosen {
  int mode = 0;
  std::vector<std::string> rules;
  eventfilter::daemon::KeeperOptions keeper;
};

int run(const Chosen& chosen) {
  using namespace eventfilter;
  // Started by way of /proc/self/exe they would be called "exe"
  if (chosen.mode == kFront) prctl(PR_SET_NAME, "policyd-front");
  if (chosen.mode == kLabeld) prctl(PR_SET_NAME, "policyd-labeld");
  if (chosen.mode == kFront)
    return daemon::run_front({chosen.keeper.run_directory, chosen.keeper.front_user});
  if (chosen.mode == kLabeld) {
    labeld::Options options;
    if (!chosen.rules.empty()) options.rule_directories = chosen.rules;
    options.user = chosen.keeper.labeld_user;
    options.front_user = chosen.keeper.front_user;
    return labeld::run(options);
  }
  if (geteuid() != 0) {
    std::cerr << "policyd: it takes root to start, which it then gives up\n";
    return 1;
  }
  return daemon::run_keeper(chosen.keeper);
}

}  // namespace

int main(int argc, char** argv) {
  Chosen chosen;
  const auto pass_on = [&](const char* name) {
    chosen.keeper.arguments.insert(chosen.keeper.arguments.end(), {name, optarg});
  };
  for (int one = 0; (one = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (one) {
      case kRules: chosen.rules.emplace_back(optarg), pass_on("--rules"); break;
      case kRun: chosen.keeper.run_directory = optarg, pass_on("--run"); break;
      case kUser: chosen.keeper.front_user = optarg, pass_on("--user"); break;
      case kLabeldUser: chosen.keeper.labeld_user = optarg, pass_on("--labeld-user"); break;
      case kFront:
      case kLabeld: chosen.mode = one; break;
      case kHelpOption: std::cout << kHelp; return 0;
      case kVersion: std::cout << "policyd " EVENTFILTER_VERSION "\n"; return 0;
      default: std::cerr << "See policyd --help\n"; return 2;
    }
  }
  if (optind != argc) {
    std::cerr << "policyd: \"" << argv[optind] << "\" is no option. See policyd --help\n";
    return 2;
  }
  return run(chosen);
}
