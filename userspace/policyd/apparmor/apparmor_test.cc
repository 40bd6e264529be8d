// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <cerrno>

#include "analysis/compile.h"
#include "apparmor/glob.h"
#include "apparmor/import.h"
#include "sema/glob.h"

namespace eventfilter::apparmor {
namespace {

Sources sources(const std::map<std::string, std::string>& files) {
  Sources made;
  made.base = "/b";
  made.read = [files](const std::string& path) -> base::Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return base::system_error(ENOENT, path);
    return found->second;
  };
  made.list = [files](const std::string& path) -> base::Result<std::vector<std::string>> {
    std::vector<std::string> names;
    for (const auto& [name, text] : files) {
      if (name.starts_with(path + "/")) names.push_back(name.substr(path.size() + 1));
    }
    if (names.empty()) return base::system_error(ENOENT, path);
    return names;
  };
  return made;
}

Imported imported(const std::string& text, const std::map<std::string, std::string>& files = {}) {
  Options options;
  options.loaders = {};
  auto made = import({{"p", text}}, sources(files), options);
  EXPECT_TRUE(made.ok()) << made.error().message;
  return made ? std::move(made).value() : Imported();
}

std::string error_of(const std::string& text, const std::map<std::string, std::string>& files = {}) {
  const auto made = import({{"p", text}}, sources(files), {});
  return made ? "" : made.error().message;
}

// The lines of the policy that have this in them.
std::string lines_with(const std::string& text, const std::string& what) {
  std::string found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    if (line.find(what) != std::string::npos) found += line.substr(line.find_first_not_of(' ')) + "\n";
    at = end + 1;
  }
  return found;
}

std::vector<std::string> listed(const Imported& made) {
  std::vector<std::string> all;
  for (const Remark& one : made.listed) {
    all.push_back(one.place.file + ":" + std::to_string(one.place.line) + ": " + one.text);
  }
  return all;
}

void expect_compiles(const Imported& made) {
  diag::Diagnostics diagnostics;
  const auto policy = analysis::compile({"p.policy", made.policy}, {}, diagnostics);
  EXPECT_TRUE(policy.has_value()) << diagnostics.render() << made.policy;
}

TEST(AppArmor, AWholeProfile) {
  const Imported made = imported(R"(@{D}=/var/lib/d/
profile d /usr/sbin/d {
  capability net_bind_service,
  network inet stream,
  /etc/d.conf r,
  @{D}** rw,
  owner /run/d.pid w,
  /usr/lib/d/*.so mr,
  deny @{D}secret/** rw,
}
)");
  EXPECT_EQ(made.policy, R"(policy 1;
# From p, by policyctl import apparmor

label d_closed_t = "/usr/lib/d/*.so/*", "/var/lib/d/secret/*";
label d_r_t      = "/etc/d.conf";
label d_rm_t     = "/usr/lib/d/*.so";
label d_rw_t     = "/var/lib/d/*";
label d_w_own_t  = "/run/d.pid";

# d
domain d_t {
  allow file { read write truncate unlink setattr create } on d_rw_t;
  allow file { unlink setattr } on d_w_own_t when (mode & S_IFMT) != S_IFDIR && owner == uid;
  allow file { write truncate } on d_w_own_t when owner == uid;
  allow file create on d_w_own_t when type != S_IFDIR;
  allow file read on { d_r_t d_rm_t } when (mode & S_IFMT) != S_IFDIR;
  allow use map on d_rm_t;
  allow use receive on d_rw_t when !(access & (write | append));
  allow use receive on d_rw_t when access & write;
  allow use receive on d_w_own_t when access & write && !(access & read) && owner == uid;
  allow use receive on { d_r_t d_rm_t } when !(access & (write | append)) && type != S_IFDIR;
  allow file rename when label & d_rw_t && new_label & d_rw_t;
  allow file rename when label & d_rw_t && new_label & d_w_own_t && owner == uid && (mode & S_IFMT)
      != S_IFDIR;
  allow file setattr when !(what & (set_mode | set_owner));
  allow file chroot;
  allow use map when !(prot & PROT_EXEC);
  allow use { lock receive } on anonymous;
  allow system capable when cap in { CAP_NET_BIND_SERVICE };
  allow socket * when family == AF_INET && type == SOCK_STREAM;
  allow process { create setsched };
  allow process prlimit when resource == read;
  allow process prlimit on self;
  allow system { bpf perf userns module key ipc io_uring };
}
)") << made.policy;
  EXPECT_TRUE(listed(made).empty());
  EXPECT_EQ(made.counts.at("file"), (Count{5, 0, 0}));
  expect_compiles(made);
}

// A profile's name may go over several lines: none of them is a line of the rule file
TEST(AppArmor, ANameForgesNoLine) {
  const Imported made = imported("profile x(\n\ndomain evil_t {\n  default * allow;\n}\n#) /bin/x {\n / r,\n /x(\n)\\\\y r,\n}\n");
  EXPECT_NE(made.policy.find("# x(??domain evil_t {?  default * allow;?}?#)\ndomain "), std::string::npos) << made.policy;
  EXPECT_EQ(made.domains.size(), 1U);
  EXPECT_EQ(listed(made), (std::vector<std::string>{
                              "p:8: left out, a byte in it can't be said in a rule file: /x(?)\\\\y r"}));
  diag::Diagnostics diagnostics;
  const auto policy = analysis::compile({"p.policy", made.policy}, {}, diagnostics);
  ASSERT_TRUE(policy.has_value()) << diagnostics.render();
  EXPECT_EQ(policy->find_domain("evil_t"), nullptr);
}

TEST(AppArmor, WhatCannotBeSaidIsListed) {
  const Imported made = imported(R"(/bin/x flags=(complain,attach_disconnected) {
  owner /a rwk,
  /b Ux,
  /c px,
  /d rpix,
  dbus send bus=system,
  change_profile -> y,
  set rlimit nofile <= 10,
  mount options=ro /x -> /y,
  ptrace read peer=unconfined,
  signal send peer=other,
  unix send addr=@x,
  network icmp,
  capability frobnicate,
  /e\" r,
  ^hat { }
}
)");
  const std::vector<std::string> expected = {
      "p:1: flags=(attach_disconnected): labels are of objects, whatever leads to them",
      "p:1: flags=(complain): its rules hold here; write \"permissive domain\" for the same",
      "p:3: narrowed, nothing leaves its domain: it stays in this one: /b Ux",
      "p:4: left out, no profile of these files is for it: not executed: /c px",
      "p:5: narrowed, no profile of these files is for it: it stays in this domain: /d rpix",
      "p:6: left out, messages are the bus's own: no event of the kernel tells them: dbus send bus=system",
      "p:7: left out, nothing leaves its domain: change_profile -> y",
      "p:8: left out, limits are set by who starts a program: LimitNOFILE= and the like: set rlimit nofile <= 10",
      "p:9: left out, what is mounted, how and where isn't told: mount options=ro /x -> /y",
      "p:10: left out, what isn't in a domain of this file has no name: ptrace read peer=unconfined",
      "p:11: left out, what isn't in a domain of this file has no name: signal send peer=other",
      "p:12: left out, names of unix sockets aren't read: unix send addr=@x",
      "p:13: left out, icmp isn't told from others: network icmp",
      "p:14: left out, there is no CAP_FROBNICATE: capability frobnicate",
      "p:15: left out, a byte in it can't be said in a rule file: /e\\\" r",
      "p:16: a hat: nobody changes into it, the domain is for who starts in it",
  };
  EXPECT_EQ(listed(made), expected);
  EXPECT_EQ(made.counts.at("file"), (Count{1, 2, 2}));
  expect_compiles(made);
}

TEST(AppArmor, Mistakes) {
  EXPECT_EQ(error_of(""), "p: no profile");
  EXPECT_EQ(error_of("/a {\n /b r\n}\n"), "p:3: a rule lacks its \",\"");
  EXPECT_EQ(error_of("/a {\n /b r,\n"), "p:1: the profile lacks its \"}\"");
  EXPECT_EQ(error_of("}\n"), "p:1: a \"}\" closes nothing");
  EXPECT_EQ(error_of("/b r,\n"), "p:1: \"/b r\" stands in no profile");
  EXPECT_EQ(error_of("/a {\n /b q,\n}\n"), "p:2: \"/b q\" is no rule");
  EXPECT_EQ(error_of("/a {\n @{NONE}/b r,\n}\n"), "p:2: there is no variable @{NONE}");
  EXPECT_EQ(error_of("@{A}=@{A}x\n/a {\n /@{A} r,\n}\n"), "p:3: a variable is made of itself");
  EXPECT_EQ(error_of("/a {\n deny /{a r,\n}\n"), "p:2: \"/{a\" lacks a closing bracket");
  // A variable stands on one line
  EXPECT_EQ(error_of("@{A\n}=/x\n/a {\n}\n"), "p:1: \"@{A\" lacks a closing bracket");
  EXPECT_EQ(error_of("/a {\n deny /[z-a] r,\n}\n"),
            "p:2: a deny rule that can't be read, a range in it goes downwards: deny /[z-a] r");
  EXPECT_EQ(error_of("/a {\n \"/b r,\n}\n"), "p:2: a quote isn't closed");
  EXPECT_EQ(error_of("include <none>\n/a { }\n"), "p:1: including it: /b/none: No such file or directory");
  EXPECT_EQ(error_of("include <none\n/a { }\n"), "p:1: an include lacks its \">\"");
  EXPECT_EQ(error_of("include <x>\n", {{"/b/x", "include <x>\n"}}), "/b/x:1: includes are too deep");
  EXPECT_EQ(error_of("/a {\n if $X { /b r, }\n}\n"), "p:2: conditions aren't read: write the rules that hold");
}

TEST(AppArmor, IncludesAndVariables) {
  const Imported made = imported("include <t>\n/bin/x {\n  #include <abs/one>\n  include if exists <none>\n include <d>\n}\n",
                                 {{"/b/t", "@{H}=/home/*/ /root/\n@{H}+=/srv/\n"},
                                  {"/b/abs/one", "@{H}a r,\n"},
                                  {"/b/d/one", "/one r,\n"},
                                  {"/b/d/two.dpkg-old", "nonsense"}});
  EXPECT_EQ(lines_with(made.policy, "label x_r_t"), "label x_r_t      = \"/home/*/a\", \"/one\", \"/root/a\", \"/srv/a\";\n");
}

TEST(AppArmor, WhatIsOfAProcessHasItsLabel) {
  const Imported made = imported("@{PROC}=/proc/\n@{pid}={[1-9],[1-9][0-9]}\n"
                                 "/bin/x {\n  @{PROC}/@{pid}/maps r,\n  /tmp/@{pid} r,\n  /proc/** r,\n"
                                 "  deny /proc/[0-9]*/environ r,\n}\n");
  EXPECT_NE(made.policy.find("\"/tmp/[1-9]\", \"/tmp/[1-9][0-9]\""), std::string::npos) << made.policy;
  const std::vector<std::string> expected = {
      "p:4: narrowed, not in /proc's folder of a process with a label, such as its own: @{PROC}/@{pid}/maps r",
      "p:6: narrowed, not in /proc's folder of a process with a label, such as its own: /proc/** r"};
  EXPECT_EQ(listed(made), expected);
}

TEST(AppArmor, WhatIsDeepInProcIsAPatternOfItsRoot) {
  const Imported made = imported("/bin/x {\n  /proc/sys/kernel/version r,\n  /proc/sys/net/** r,\n  /proc/version r,\n"
                                 "  /sys/kernel/mm/x r,\n}\n");
  EXPECT_EQ(lines_with(made.policy, "label x_r_t"),
            "label x_r_t   = \"/proc/[s]ys/kernel/version\", \"/proc/version\", \"/sys/kernel/mm/x\";\n");
  EXPECT_NE(made.policy.find("\"/proc/[s]ys/net/*"), std::string::npos) << made.policy;
  expect_compiles(made);
}

TEST(AppArmor, OverlapsAreSplit) {
  const Imported made = imported("/bin/x {\n  /a/*.log r,\n  /a/b* w,\n  /a/** k,\n}\n");
  EXPECT_NE(made.policy.find("\"/a/b*.log\""), std::string::npos) << made.policy;
  expect_compiles(made);
}

TEST(AppArmor, WhereNeitherGlobIsAPartOfTheOtherBothKeepTheirRights) {
  const Imported made = imported("/bin/x {\n  /a/*b r,\n  /a/a* w,\n}\n");
  EXPECT_EQ(lines_with(made.policy, "label x_"),
            "label x_closed_t = \"/a/*b/*\", \"/a/a*/*\", \"/a/a*b/*\";\nlabel x_r_t      = \"/a/*b\";\n"
            "label x_rw_t     = \"/a/a*b\";\nlabel x_w_t      = \"/a/a*\";\n");
  EXPECT_TRUE(listed(made).empty());
  expect_compiles(made);
}

TEST(AppArmor, NamesAtAnyDepthAreToldByTheirEvents) {
  const Imported made = imported("/bin/x {\n  /a/** r,\n  /a/**.so m,\n  /a/**/key w,\n  deny /a/**.key w,\n"
                                 "  owner /a/**.lock k,\n  /b/x**.c/ r,\n}\n");
  EXPECT_EQ(lines_with(made.policy, "allow use map on"), "allow use map on { x_rkm_own_t x_rwkm_own_t } when name ~ \"*.so\";\n");
  EXPECT_EQ(lines_with(made.policy, "allow use lock on {"),
            "allow use lock on { x_rkm_own_t x_rwkm_own_t } when name ~ \"*.lock\" && type != S_IFDIR && owner ==\n");
  EXPECT_EQ(lines_with(made.policy, "truncate"),
            "allow file { write truncate } on x_rwkm_own_t when name == \"key\" && !(name ~ \"*.key\");\n");
  EXPECT_TRUE(listed(made).empty()) << listed(made).front();
  expect_compiles(made);
}

TEST(AppArmor, WhatIsDeniedByNameIsTakenFromWhatIsGivenToAll) {
  const Imported made = imported("/bin/x {\n  /a/** rw,\n  deny /a/**.key w,\n  deny /a/**.log a,\n}\n");
  EXPECT_EQ(lines_with(made.policy, "truncate"),
            "allow file { write truncate } on x_rw_t when !(name ~ \"*.key\") && !(name ~ \"*.log\");\n");
  const std::vector<std::string> expected = {
      "p:4: narrowed, who may not append may not write either: deny /a/**.log a"};
  EXPECT_EQ(listed(made), expected);
  expect_compiles(made);
}

TEST(AppArmor, ALinkIsOfWhatHasItsRightsWhateverItsName) {
  const Imported made = imported("/bin/x {\n  /a/** rw,\n  /b/** rwl,\n  /c/** l,\n  /c/**.x r,\n}\n");
  EXPECT_EQ(lines_with(made.policy, "file link"),
            "allow file link when label in { x_rw_t, x_rwl_t } && new_label in { x_rl_t, x_rwl_t };\n");
  const std::vector<std::string> expected = {
      "p:4: narrowed, links are made only of what may be used so whatever its name is: /c/** l"};
  EXPECT_EQ(listed(made), expected);
  expect_compiles(made);
}

TEST(AppArmor, ChildrenAreEntered) {
  const Imported made = imported("/bin/x {\n  /bin/y Cx,\n  /bin/z Px -> z,\n  profile /bin/y { /c r, }\n}\nprofile z { /d r, }\n");
  EXPECT_EQ(lines_with(made.policy, "transition"),
            "transition x_t on x_x_t to x_y_t;\ntransition x_t on x_x_2_t to z_t;\n")
      << made.policy;
  expect_compiles(made);
}

TEST(AppArmor, BothEndsOfASignal) {
  const Imported made = imported("profile a { signal send set=(term hup) peer=b, }\nprofile b { signal receive set=term peer=a, }\n");
  EXPECT_EQ(lines_with(made.policy, "signal"), "allow signal send on b_t when sig in { 15 };\n");
}

TEST(AppArmor, OtherClasses) {
  const Imported made = imported("profile a {\n capability,\n deny capability sys_admin,\n network,\n network inet6 udp,\n"
                                 " unix (create, send) type=stream,\n ptrace trace peer=a,\n umount,\n}\n");
  const std::string& policy = made.policy;
  for (const char* const line :
       {"allow system capable;", "deny system capable when cap in { CAP_SYS_ADMIN };", "allow socket *;",
        "allow socket * when family == AF_INET6 && type == SOCK_DGRAM;", "allow file umount;",
        "allow socket { create send } when family == AF_UNIX && type == SOCK_STREAM;",
        "allow process ptrace on a_t when mode == attach;"}) {
    EXPECT_NE(policy.find(line), std::string::npos) << line << "\n" << policy;
  }
  EXPECT_TRUE(listed(made).empty());
  expect_compiles(made);
}

TEST(AppArmor, Expressions) {
  const auto count = [](const std::string& text) { return expand(text).value().size(); };
  EXPECT_EQ(count("/{a,b{c,d}}/{,e}"), 6U);
  std::string groups;
  for (int i = 0; i < 9; ++i) groups += "{a,b}";
  EXPECT_EQ(count("/" + groups), kMaxAlternatives);
  EXPECT_EQ(expand("/" + groups + "{a,b}").error().message, "it stands for too many paths");
  EXPECT_TRUE(expand("/" + std::string(kMaxAtoms - 1, 'a')).ok());
  EXPECT_EQ(expand("/" + std::string(kMaxAtoms, 'a')).error().message, "it is too long");
  EXPECT_EQ(expand("/a}").error().message, "a \"}\" closes nothing");
  EXPECT_EQ(expand("/{a").error().message, "a \"{\" isn't closed");
  EXPECT_EQ(expand("/[a").error().message, "a \"[\" isn't closed");
  EXPECT_EQ(expand("/a\\").error().message, "a backslash ends it");
}

TEST(AppArmor, ANarrowerGlobIsSeenToCountMore) {
  EXPECT_TRUE(sema::is_plainly_ordered("*.log", "*"));
  EXPECT_TRUE(sema::is_plainly_ordered("*/a*b", "*/a*"));
  EXPECT_FALSE(sema::is_plainly_ordered("a*", "*b"));
  EXPECT_FALSE(sema::is_plainly_ordered("?", "*"));
  EXPECT_TRUE(sema::is_plainly_ordered("*.lo[a-g]", "*.log"));
}

}  // namespace
}  // namespace eventfilter::apparmor
