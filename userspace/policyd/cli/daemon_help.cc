// SPDX-License-Identifier: BSD-2-Clause
#include "cli/daemon.h"

namespace eventfilter::cli {
namespace {

constexpr std::string_view kEnter = R"(policyctl enter [OPTION...] DOMAIN [--] CMD [ARG...]

Runs CMD, and whatever it starts, in a domain of the policy that policyd has in force. It can't get out,
change the filters or gain privileges. CMD keeps standard input, output and error; other descriptors
are closed.

  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -v, --verbose        also say which booleans act on later entries only
  --handle FD=NAME     first attach the policy's handle NAME to descriptor FD, which stays open; for good, and
                       for all who share its description. May be repeated
  --service            in a systemd unit: descriptors that systemd hands over stay open, and no_new_privs is
                       set only where CMD couldn't be confined without it
  --argv0 NAME         what CMD is told that it's called
  --json               what policyctl says itself: one object a line, on standard error
  -h, --help           this

Exit status: that of CMD, or
  125  CMD was not started: wrong arguments, or policyd refuses or isn't there
  126  CMD can't be executed
  127  CMD was not found
)";

constexpr std::string_view kStatus = R"(policyctl status [OPTION...]

Shows which policy is in force, and why not the one that the rule files say now, if that is so.

  --processes          the processes that it confines, with their domains (for root)
  --stale              only those with a layer of an older policy (for root)
  --json               one object a line: policy, problem, labeld, clients, refused, denials, lost,
                       domains, booleans, handles; or pid, labels, layers, current
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 1 when the rule files aren't in force as they are, or there are stale processes;
2 when policyd can't be asked.
)";

constexpr std::string_view kReload = R"(policyctl reload [OPTION...]

Has the rule files read again. What they say comes into force all at once, also for what is confined
already as far as labels are concerned; a mistake leaves everything as it is. For root.

  --json               one object: policy, remarks
  -q, --quiet          no warnings
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 1 when the rule files have mistakes; 2 when policyd can't be asked or refuses.
)";

constexpr std::string_view kBoolean = R"(policyctl boolean [OPTION...] [NAME [true|false]]

Shows the booleans of the policy, or one, or sets one (for root). It stays set until policyd is stopped.

  --json               one object a line: name, value; policy, when one was set
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 2 when there is no such boolean, or policyd can't be asked or refuses.
)";

constexpr std::string_view kHotplug = R"(policyctl hotplug [OPTION...] LABEL PATH
policyctl hotplug --remove [OPTION...] PATH

Gives an object, and what is beneath it, a label of the policy, at once and for what runs already; or
takes that back. It counts more than the rule files' patterns, and stays until it's taken back. For root.

  --alone              the object alone
  --remove             take back what was given
  --json               one object: path, label ("" when it was taken back), alone
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 2 when the policy has no such label, or policyd can't be asked or refuses.
)";

constexpr std::string_view kLog = R"(policyctl log [OPTION...]

Shows what is refused to tasks in domains that policyd gave out: one's own tasks, everybody's for root.
It begins with what is waiting to be read, and without -f ends after it.

  --system             what is refused to anybody by any filter, from now on: without policyd, by
                       the kernel's trace events (for root)
  -f, --follow         go on until interrupted
  -n, --count NUMBER   end after so many refusals
  --explain            say which rules each one comes from
  --json               one object a line: domain, record, lost; event, pid, tid, comm, uid, action,
                       error, predicate, path, values
  --journal            to the journal, with fields EVENTFILTER_EVENT and others: see policyctl(1)
  --syslog             to syslog, facility authpriv
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 2 when policyd or the kernel can't be asked, went away, or it can't be written.
)";

constexpr std::string_view kTop = R"(policyctl top [OPTION...]

Counts what is refused by domain, event and label, the most frequent first, and shows it anew each second.

  --system             of the whole system, as log has it, by program instead of domain (for root)
  -n, --count NUMBER   end after so many refusals, and show the table once
  --json               one object a line: count, domain (or comm), event, label; then lost
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 2 when policyd or the kernel can't be asked, or went away.
)";

constexpr std::string_view kEnable = R"(policyctl enable [OPTION...] UNIT DOMAIN
policyctl enable [--json]

Has a systemd service start in a domain of the policy that policyd has in force: writes a drop-in,
/etc/systemd/system/UNIT.d/zz-policyd.conf, that puts policyctl enter in front of all its commands. If policyd
can't be asked when the service starts, it doesn't start. What runs already isn't touched. Without UNIT, shows
what is enabled, and whether the drop-ins fit the units as they are now. For root.

  --only-start         the commands of ExecStart= alone, not what prepares, reloads and stops the service
  --json               one object: unit, domain, drop_in; without UNIT one a line, with current
  --run-directory DIR  where policyd's sockets are (/run/policyd)
  -h, --help           this

Exit status: 0; 1 when a drop-in no longer fits its unit; 2 when there is no such unit or domain, the drop-in is
somebody else's, or systemd or policyd can't be asked.
)";

constexpr std::string_view kDisable = R"(policyctl disable [OPTION...] UNIT

Takes back what policyctl enable did: the service starts as its files say from its next start on. For root.

  --json               one object: unit, drop_in
  -h, --help           this

Exit status: 0; 2 when the service isn't enabled, the drop-in was edited, or systemd can't be asked.
)";

struct Page {
  std::string_view command;
  std::string_view text;
};

constexpr Page kPages[] = {{"enter", kEnter}, {"enable", kEnable}, {"disable", kDisable},   {"status", kStatus},   {"reload", kReload},
                           {"boolean", kBoolean}, {"hotplug", kHotplug}, {"log", kLog},
                           {"top", kTop}};

}  // namespace

std::string_view daemon_help(std::string_view command) {
  for (const Page& page : kPages) {
    if (page.command == command) return page.text;
  }
  return "";
}

}  // namespace eventfilter::cli
