// SPDX-License-Identifier: BSD-2-Clause
#include "cli/help.h"

namespace eventfilter::cli {
namespace {

constexpr std::string_view kFmt = R"(policyctl fmt [--check] FILE...

Writes rule files as they are usually written: the same words and comments, blanks and lines as everywhere
else. What a file means doesn't change. A file is replaced as a whole or not at all, and keeps its mode; one
with mistakes is left alone. "-" is standard input, and then the result goes to standard output.

  --check           change nothing; say which files aren't in this form
  --json            one object a line: file, changed
  -h, --help        this

Exit status: 0; 1 when a file has mistakes, or with --check isn't in this form; 2 when one can't be
read or written, or the arguments are wrong.
)";

constexpr std::string_view kTest = R"(policyctl test [OPTION...] FILE...

Says of each `expect` of a rule file whether it holds, for every setting of the booleans.

  --target FILE     for the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a line: where, expectation, result, because
  -h, --help        this

Exit status: 0; 1 when a file has other mistakes; 2 when one can't be read or the arguments are wrong;
3 when an expectation fails.
)";

constexpr std::string_view kProve = R"(policyctl prove --policy FILE [OPTION...] PROPERTY

Decides a property of a rule file, as if it stood at the file's end:

  policyctl prove --policy web.policy never web_t file write on secret_t
  policyctl prove --policy web.policy 'only admin_t file write on etc_t when mode & 0111'
  policyctl prove --policy web.policy 'expect web_t file read "/srv/www/index.html" allowed'

Asked are the filters that the kernel is given, for every setting of the booleans, and where two conditions
meet a solver, 5 seconds for each question.

  --policy FILE     the rule file
  --target FILE     for the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object: property, result, because, by
  -h, --help        this

Exit status: 0 proved; 1 when the file has mistakes; 2 when it can't be read or the arguments are wrong;
3 refuted, with an event that shows it; 4 not decided.
)";

constexpr std::string_view kDiff = R"(policyctl diff --semantic [OPTION...] BEFORE AFTER

Compares what two rule files let through: for every domain, role and handle, every event, every setting of
the booleans. However they are written, files that let the same pass are equal. Each difference is
shown by an event, which the kernel's own code has judged by both files. Labels are compared as sets of paths.

  --target FILE     for the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a line: subject, event, passes (which file), witness, by; at last: result
  -h, --help        this

Exit status: 0 equal; 1 when a file has mistakes; 2 when one can't be read or the arguments are wrong;
3 they differ: the last line says whether AFTER is wider, narrower or neither; 4 not decided.
)";

constexpr std::string_view kExplain = R"(policyctl explain --policy FILE [OPTION...] [RECORD...]

Says of records of refusals which part of which filter was false, which rules are about it, and the smallest
rule that would let it pass. The rule has been tried: the file with it lets the event pass, and has been
compared with the file without it. Records are lines of the kernel's, from a records descriptor or the audit
log, or JSON objects with such a line as "record" or "MESSAGE"; without any they are read from standard
input.

  --policy FILE     the rule file
  --domain DOMAIN   the domain; may be left out when the file has only one
  --target FILE     for the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -b, --boolean NAME=VALUE  true or false, instead of what the rule file says; may be repeated
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object a line: event, path, refused_by, predicate, denies, allows, declaration,
                    rule, also, hindrance
  -h, --help        this

Exit status: 0; 1 when the file has mistakes; 2 when it can't be read, a record is none, or the arguments
are wrong; 3 when the rule file doesn't refuse what a record tells of.
)";

constexpr std::string_view kGraph = R"(policyctl graph [OPTION...] FILE

Draws who may do what with what, as SVG: a node for each domain, with what it may do with everything; a node
for labels that all domains treat alike; an edge for what a domain may do with them. "?" stands for
a condition. Drawn is what the filters let through, layers beneath included. It takes Graphviz's dot.

  --domain DOMAIN   only this domain
  -o, --output SVG  the file to be written; without it standard output
  --dot             the graph in Graphviz's language, not drawn
  --target FILE     for the events in FILE, a copy of
                    /sys/kernel/security/eventfilter/events; without it those of Linux 6.1 on x86_64
  -b, --boolean NAME=VALUE  true or false, instead of what the rule file says; may be repeated
  -I, --include DIR where `include <NAME>;` is looked for first; may be repeated
  --json            one object: svg, or dot
  -h, --help        this

Exit status: 0; 1 when the file has mistakes; 2 when it can't be read, dot can't be run, or the
arguments are wrong.
)";

constexpr std::string_view kImport = R"(policyctl import oci [OPTION...] FILE

Makes a rule file of a container's seccomp profile: JSON as in OCI's runtime specification, also with
Docker's archMap, includes and excludes. It goes to standard output. Nothing passes that the profile refuses; what
can't be said exactly refuses more, and is listed with its line and the reason. System calls that are
newer than the profile fail with ENOSYS.

  --domain DOMAIN   the name of the domain; container_t without it
  --cap CAP_NAME    a capability that the container has, for includes and excludes; may be repeated
  --json            one object: policy, listed
  -h, --help        this

Exit status: 0; 1 when the file is no profile for x86_64; 2 when it can't be read or the arguments are wrong.

policyctl import cil [OPTION...] FILE...

Reads an SELinux policy in CIL, all files together, for analysis: what each of its statements would be
here, which of its neverallow rules don't hold, and which filters its domains come to. Booleans are as they
are declared. It is no claim to enforce that policy: what is unsupported is left out.

  --rulesets        print the filters of each domain, after a line "# domain NAME"
  --unsupported     list the permissions of allow rules that nothing here can tell
  --json            one object: phases, counts, violations
  -h, --help        this

Each phase is told with its CPU time and the memory in use at most until then. Debian's policy in CIL:

  for module in /usr/share/selinux/default/*.pp.bz2; do
    bunzip2 -c $module >m.pp && /usr/libexec/selinux/hll/pp m.pp $(basename $module .pp.bz2).cil
  done

Exit status: 0; 1 when a neverallow rule doesn't hold; 2 when a file can't be read, or is wrong.

policyctl import apparmor [OPTION...] FILE...

Makes one rule file of AppArmor's profiles, with the files that they include. It goes to standard output. Nothing
passes that a profile refuses; what can't be said exactly refuses more, and is listed with its file, line and the
reason. Each profile is a domain; in complain mode, too.

  --base FOLDER     where include <x> looks; /etc/apparmor.d without it
  --loader PATH     a program loader, which who may execute anything may execute; may be repeated.
                    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 without it
  --counts          each file by itself, and only how many rules are exact, narrowed, unsupported
  --json            one object: policy, listed, counts
  -h, --help        this

Exit status: 0; 1 when a file is no profile, or has a deny rule that can't be read; 2 when it can't be read
or the arguments are wrong.
)";

}  // namespace

std::string_view help_on_analysis(std::string_view command) {
  if (command == "fmt") return kFmt;
  if (command == "test") return kTest;
  if (command == "prove") return kProve;
  if (command == "diff") return kDiff;
  if (command == "explain") return kExplain;
  if (command == "graph") return kGraph;
  if (command == "import") return kImport;
  return {};
}

}  // namespace eventfilter::cli
