// SPDX-License-Identifier: BSD-2-Clause
#include "cli/help.h"

#include "cli/daemon.h"

namespace eventfilter::cli {
namespace {

constexpr std::string_view kOverview =
    R"(policyctl - confine programs by rule files, without privilege

  policyctl run --policy FILE [--domain DOMAIN] [--] CMD [ARG...]
      run CMD in a domain of a rule file
  policyctl check FILE...
      show the mistakes in rule files
  policyctl compile FILE
      print the filters that a rule file comes to

  policyctl query --policy FILE DOMAIN CLASS PERMISSION [LABEL]
      show on which labels a domain has a permission, and by which lines
  policyctl label --policy FILE PATH...
      show which label a path has, and which pattern gives it

  policyctl fmt FILE...
      write rule files as they are usually written
  policyctl test FILE...
      say which expectations of rule files hold
  policyctl prove --policy FILE PROPERTY
      decide a property of a rule file: never, only, expect
  policyctl diff --semantic FILE FILE
      show what two rule files let through differently, by events
  policyctl explain --policy FILE [--domain DOMAIN] [RECORD...]
      say which rule is behind a refusal, and which one would allow it
  policyctl graph FILE
      draw who may do what with what
  policyctl import oci FILE
      make a rule file of a container's seccomp profile

  policyctl learn --output FILE [--] CMD [ARG...]
      run CMD, refuse nothing, and write the rule file that lets it do what it did

  policyctl import cil FILE...
      what an SELinux policy would be here: counts, assertions, filters; for analysis only

With policyd running:
  policyctl enter DOMAIN [--] CMD [ARG...]
      run CMD in a domain of the machine's policy
  policyctl enable UNIT DOMAIN | disable UNIT
      have a systemd service start in a domain
  policyctl status | reload | boolean [NAME [VALUE]] | hotplug LABEL PATH
      look at what is in force, and change it
  policyctl log [-f] | top
      show what is refused

  policyctl COMMAND --help    more about a command
  policyctl --list-commands   their names
  policyctl --version

With --json a command's messages are objects as well, on standard error: kind and text, of findings also id,
file, line, column, end_column, hint.

Rule files are described in policy(5). A first one:

  policy 1;
  include <base>;
  label tmp_t = "/tmp/**";
  domain sandbox_t {
    use base;
    allow file * on tmp_t;
  }
)";

constexpr std::string_view kRun = R"(policyctl run --policy FILE [OPTION...] [--] CMD [ARG...]

Runs CMD, and whatever it starts, in a domain of a rule file. It can't get out, change the
filters or gain privileges. Neither root nor a daemon is needed. CMD keeps standard input,
output and error; other descriptors are closed.

  --policy FILE     the rule file
  --domain DOMAIN   the domain; may be left out when the file has only one
  -b, --boolean NAME=VALUE  true or false, instead of what the rule file says; may be repeated
  --handle FD=NAME  first attach the handle NAME of the rule file to descriptor FD, which stays open; for
                    good, and for all who share its description. May be repeated
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            what policyctl says itself: one object a line, on standard error
  -q, --quiet       no warnings
  -v, --verbose     also say what could not be labelled, and why that does no harm
  -h, --help        this

Exit status: that of CMD, or
  125  CMD was not started: wrong arguments, a mistake in the rule file, or a kernel without
       event filters
  126  CMD can't be executed
  127  CMD was not found
)";

constexpr std::string_view kCompile = R"(policyctl compile [OPTION...] FILE

Prints what a rule file comes to: the filters that the kernel is given, in canonical form. The
same policy always gives the same text.

  --domain DOMAIN   only this domain
  --labels          print which label goes to which path instead
  --target FILE     compile for the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it for Linux 6.1 on x86_64
  -b, --boolean NAME=VALUE  true or false, instead of what the rule file says; may be repeated
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a line: kind, name, filters; or label, pattern
  -h, --help        this

Exit status: 0; 1 when the file has mistakes; 2 when it can't be read or the arguments are wrong.
)";

constexpr std::string_view kCheck = R"(policyctl check [OPTION...] FILE...

Shows every mistake in rule files, with its place and, where there is one, the repair.

  --target FILE     check against the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -b, --boolean NAME=VALUE  true or false, instead of what the rule file says; may be repeated
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a file: file, domains, labels, mistakes, warnings, findings
  -h, --help        this

Exit status: 0; 1 when a file has mistakes; 2 when one can't be read or the arguments are wrong.
)";

constexpr std::string_view kQuery =
    R"(policyctl query --policy FILE [OPTION...] DOMAIN CLASS PERMISSION [LABEL]

Shows on which labels a domain has a permission, under which condition, and the lines that allow it.
The filters of the domain and of those that it is from are asked, not the rules.

  --policy FILE     the rule file
  --target FILE     ask about the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -b, --boolean NAME=VALUE  true or false, instead of what the rule file says; may be repeated
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a line: object, when, by
  -h, --help        this

Exit status: 0; 1 when the file has mistakes; 2 when it can't be read or the arguments are wrong.
)";

constexpr std::string_view kLabel = R"(policyctl label --policy FILE [OPTION...] PATH...

Shows which label an absolute path has by the patterns of a rule file, and the pattern that decides.
Links and mounts aren't looked at: nothing needs to exist.

  --policy FILE     the rule file
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a line: path, label, where
  -h, --help        this

Exit status: 0; 1 when the file has mistakes; 2 when it can't be read or the arguments are wrong.
)";

constexpr std::string_view kLearn = R"(policyctl learn --output FILE [OPTION...] [--] CMD [ARG...]
policyctl learn --update FILE [--write] [OPTION...] [--] CMD [ARG...]

Runs CMD under a layer that refuses nothing and records everything, and writes the rules that let pass
what was seen: generalised, with the standard includes, and with comments that say who did what. It
waits until CMD and all that it started have ended; where a daemon is left, interrupt it.

  -o, --output FILE the rule file, which must not exist yet; "-": standard output
  --update FILE     a rule file that lacks something: show what would be added
  --write           add it
  --domain DOMAIN   the domain; without it the name of CMD and "_t"
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object: domain, events, lost, sensitive
  -h, --help        this

Exit status: 0; 2 when CMD can't be started, the arguments are wrong or something can't be written.
)";

}  // namespace

std::string_view help(std::string_view command) {
  if (const std::string_view page = daemon_help(command); !page.empty()) return page;
  if (command == "run") return kRun;
  if (command == "compile") return kCompile;
  if (command == "check") return kCheck;
  if (command == "query") return kQuery;
  if (command == "label") return kLabel;
  if (command == "learn") return kLearn;
  if (const std::string_view found = help_on_analysis(command); !found.empty()) return found;
  return kOverview;
}

}  // namespace eventfilter::cli
