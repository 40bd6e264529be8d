// SPDX-License-Identifier: BSD-2-Clause
#include "learn/learn.h"

#include <fcntl.h>
#include <linux/eventfilter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "learn/insert.h"

namespace eventfilter::learn {
namespace {

Options options(const std::string& home = "/home/alice") {
  Options made;
  made.domain = "app_t";
  made.command = "app --once";
  made.home = home;
  made.compiler.variables["HOME"] = home;
  return made;
}

Observation at(const std::string& event, const std::string& path,
               std::map<std::string, std::int64_t> numbers = {}) {
  Observation made;
  made.event = event;
  made.path = path;
  made.numbers = std::move(numbers);
  made.programs = {"app"};
  made.texts["name"] = path.substr(path.rfind('/') + 1);
  return made;
}
Observation reads(const std::string& path) {
  return at("file_open", path, {{"access", EVF_ACCESS_READ}});
}
Observation writes(const std::string& path) {
  return at("file_open", path, {{"access", EVF_ACCESS_WRITE}});
}
Observation makes(const std::string& path, std::int64_t type = S_IFREG) {
  return at("file_create", path, {{"type", type}});
}
Observation renames(const std::string& from, const std::string& to) {
  Observation made = at("file_rename", from);
  made.new_path = to;
  return made;
}
Observation of_socket(const std::string& event, int family, int type, int port) {
  return at(event, "", {{"family", family}, {"type", type}, {"protocol", 0}, {"port", port}});
}

std::string learnt(const std::vector<Observation>& observations, const Options& how = options()) {
  const auto made = learn(observations, how);
  return made ? made.value().text : "error: " + made.error().message;
}

constexpr const char* kHead =
    "# Learnt from: app --once\n"
    "# COUNT kinds of events were seen; none was lost.\n"
    "# What the program didn't do then is refused. Read this before you rely on it.\n"
    "policy 1;\n";
constexpr const char* kTail =
    "\n  # None of these was called\n"
    "  deny syscall { @clock @debug @keyring @module @mount @obsolete @raw-io @reboot @swap };\n"
    "}\n";

std::string whole(int count, const std::string& middle) {
  std::string head = kHead;
  head.replace(head.find("COUNT"), 5, std::to_string(count));
  return head + middle + kTail;
}

TEST(Learn, NothingSeenIsNothingAllowed) {
  EXPECT_EQ(learnt({}), whole(0, "include <base>;\n\ndomain app_t {\n  use base;\n"));
}

TEST(Learn, WhatStandardIncludesCoverIsThem) {
  EXPECT_EQ(learnt({reads("/etc/passwd"), reads("/usr/lib/x86_64-linux-gnu/libc.so.6"),
                    reads("/etc/ssl/openssl.cnf")}),
            whole(3,
                  "include <base>, <nameservice>, <tls>;\n\ndomain app_t {\n  use base, "
                  "nameservice, tls;\n"));
}

TEST(Learn, FewFilesStayFilesAndManyAreTheirDirectory) {
  EXPECT_EQ(learnt({reads("/etc/app.conf"), reads("/srv/www/a"), reads("/srv/www/b"),
                    reads("/srv/www/c/d"), reads("/srv/www/c/e"), reads("/srv/other/x")}),
            whole(6,
                  "include <base>;\n\n"
                  "# app: /etc/app.conf\n"
                  "label config_t = \"/etc/app.conf\";\n"
                  "# app: /srv/other/x, /srv/www/a, /srv/www/b and 2 more\n"
                  "label site_t = \"/srv/other/x\", \"/srv/www/**\";\n\n"
                  "domain app_t {\n  use base;\n\n"
                  "  allow file read on { config_t site_t };\n"));
}

TEST(Learn, WhatIsReadIsNotWhatIsWritten) {
  EXPECT_EQ(learnt({reads("/var/lib/app/ro/1"), reads("/var/lib/app/ro/2"),
                    makes("/var/lib/app/db"), writes("/var/lib/app/db"), reads("/var/lib/app/db")}),
            whole(5,
                  "include <base>;\n\n"
                  "# app: /var/lib/app/db\n"
                  "label state_t = \"/var/lib/app/db\";\n"
                  "# app: /var/lib/app/ro/1, /var/lib/app/ro/2\n"
                  "label state2_t = \"/var/lib/app/ro/1\", \"/var/lib/app/ro/2\";\n\n"
                  "domain app_t {\n  use base;\n\n"
                  "  allow file read on state2_t;\n"
                  "  allow file { open create } on state_t;\n"));
}

TEST(Learn, WhatAnOpenWouldHaveDoneIsNeededTheNextTime) {
  Observation open =
      at("file_open", "/srv/out",
         {{"access", EVF_ACCESS_WRITE}, {"mode", S_IFREG | 0644}, {"flags", O_CREAT | O_TRUNC}});
  const std::string text = learnt({open});
  EXPECT_NE(text.find("  allow file { write create truncate } on site_t;\n"), std::string::npos)
      << text;
  open.numbers["mode"] = S_IFCHR | 0666;
  EXPECT_NE(learnt({open}).find("  allow file write on site_t;\n"), std::string::npos)
      << "a device is neither";
  open.numbers["mode"] = S_IFREG | 0644;
  open.numbers["access"] = EVF_ACCESS_READ;
  EXPECT_NE(learnt({open}).find("  allow file read on site_t;\n"), std::string::npos);
}

TEST(Learn, ADirectoryThatTheProgramMadeIsItsOwn) {
  const std::string text =
      learnt({makes("/tmp/work", S_IFDIR), makes("/tmp/work/a"), at("file_unlink", "/tmp/work/a")});
  EXPECT_NE(text.find("label tmp_t = \"/tmp/work/**\";\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  allow file { create unlink } on tmp_t;\n"), std::string::npos) << text;
}

TEST(Learn, NamesDrawnAtRandomBecomeGlobs) {
  const std::string text = learnt({makes("/tmp/sort.Xk3aQ9"), writes("/tmp/sort.Xk3aQ9"),
                                   at("file_unlink", "/tmp/sort.Xk3aQ9")});
  EXPECT_NE(text.find("label tmp_t = \"/tmp/sort.*\";\n"), std::string::npos) << text;
  const std::string whole = learnt({makes("/tmp/Xk3aQ9"), at("file_unlink", "/tmp/Xk3aQ9")});
  EXPECT_NE(whole.find("label tmp_t = \"/tmp/??????\";\n"), std::string::npos)
      << "never all of a directory";
  const std::string python = learnt({makes("/tmp/tmpab1x_9kd"), writes("/tmp/tmpab1x_9kd"),
                                     at("file_unlink", "/tmp/tmpab1x_9kd")});
  EXPECT_NE(python.find("label tmp_t = \"/tmp/tmp*\";\n"), std::string::npos) << python;
  const std::string letters = learnt({makes("/tmp/ppynslnx"), at("file_unlink", "/tmp/ppynslnx")});
  EXPECT_NE(letters.find("label tmp_t = \"/tmp/????????\";\n"), std::string::npos) << letters;
  const std::string kept = learnt({makes("/tmp/resultXk3aQ9"), writes("/tmp/resultXk3aQ9")});
  EXPECT_NE(kept.find("label tmp_t = \"/tmp/resultXk3aQ9\";\n"), std::string::npos)
      << "it wasn't temporary";
}

TEST(Learn, SharedDirectoriesAreNeverOpenedAsAWhole) {
  std::vector<Observation> many;
  for (int i = 0; i < 30; ++i) {
    for (const char* const directory : {"/etc/", "/tmp/", "/home/alice/", "/home/alice/.config/",
                                        "/usr/share/", "/var/log/", "/home/"})
      many.push_back(writes(directory + std::string("file") + static_cast<char>('a' + i % 26) +
                            (i < 26 ? "" : "x")));
  }
  const std::string text = learnt(many);
  for (const char* const pattern :
       {"\"/etc/**\"", "\"/tmp/**\"", "\"@{HOME}/**\"", "\"@{HOME}/.config/**\"",
        "\"/usr/share/**\"", "\"/var/log/**\"", "\"/home/**\""})
    EXPECT_EQ(text.find(pattern), std::string::npos) << text;
}

TEST(Learn, SecretsStayFilesAreToldAndNoTreeIncludesThem) {
  const auto made = learn({reads("/home/alice/.ssh/config"), reads("/home/alice/.ssh/known_hosts"),
                           reads("/home/alice/.ssh/id"), reads("/home/alice/.ssh/id.pub"),
                           reads("/etc/ssl/a"), reads("/home/alice/src/a")},
                          options());
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made.value().sensitive.size(), 4U);
  const std::string& text = made.value().text;
  EXPECT_EQ(text.find(".ssh/**"), std::string::npos) << text;
  EXPECT_NE(text.find("# Secrets are kept here as a rule. Is it right that this is allowed?\n"
                      "# app: /home/alice/.ssh/config, /home/alice/.ssh/id, "
                      "/home/alice/.ssh/id.pub and 1 more\n"
                      "label home_secret_t = \"@{HOME}/.ssh/config\", \"@{HOME}/.ssh/id\", "
                      "\"@{HOME}/.ssh/id.pub\",\n"
                      "                      \"@{HOME}/.ssh/known_hosts\";\n"),
            std::string::npos)
      << text;
}

TEST(Learn, ProgramsStayFiles) {
  std::vector<Observation> many;
  for (const char* const name : {"a", "b", "c", "d", "e", "f"})
    many.push_back(at("file_exec", std::string("/opt/tools/bin/") + name));
  const std::string text = learnt(many);
  EXPECT_NE(text.find("\"/opt/tools/bin/a\", \"/opt/tools/bin/b\""), std::string::npos) << text;
  EXPECT_NE(text.find("  allow file exec on program_t;\n"), std::string::npos) << text;
}

TEST(Learn, ARenameNeedsBothNames) {
  const std::string text = learnt({renames("/srv/x/a.tmp", "/srv/y/a")});
  EXPECT_NE(text.find("label site_t = \"/srv/x/a.tmp\", \"/srv/y/a\";\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("  allow file rename on site_t;\n"), std::string::npos) << text;
}

TEST(Learn, SocketsAreToldByFamilyTypeAndTellingPorts) {
  const std::string text = learnt({of_socket("socket_create", AF_INET, SOCK_STREAM, 0),
                                   of_socket("socket_connect", AF_INET, SOCK_STREAM, 443),
                                   of_socket("socket_connect", AF_INET, SOCK_STREAM, 80),
                                   of_socket("socket_send", AF_INET, SOCK_STREAM, 443),
                                   of_socket("socket_recv", AF_INET, SOCK_STREAM, 443),
                                   of_socket("socket_send", AF_INET, SOCK_DGRAM, 53)});
  EXPECT_NE(
      text.find(
          "  allow socket connect when family == AF_INET && type == SOCK_STREAM && port in { 80, "
          "443 };\n"
          "  allow socket send when family == AF_INET && type == SOCK_DGRAM && port == 53;\n"
          "  allow socket { create recv send } when family == AF_INET && type == SOCK_STREAM;\n"),
      std::string::npos)
      << text;
}

TEST(Learn, ManyPortsAreNoneInParticular) {
  std::vector<Observation> many;
  for (int port = 1000; port < 1005; ++port)
    many.push_back(of_socket("socket_connect", AF_INET6, SOCK_STREAM, port));
  const std::string text = learnt(many);
  EXPECT_NE(text.find("  allow socket connect when family == AF_INET6 && type == SOCK_STREAM;\n"),
            std::string::npos)
      << text;
  many.pop_back();
  EXPECT_NE(learnt(many).find("port in { 1000, 1001, 1002, 1003 };\n"), std::string::npos);
}

TEST(Learn, AnIncludesLabelIsOpenedForTheNamesThatWereSeen) {
  const std::string text =
      learnt({writes("/usr/lib/app/cache"),
              at("file_setattr", "/dev/tty", {{"what", 1}, {"mode", 0}, {"new_mode", 0}})});
  EXPECT_NE(
      text.find(
          "  # app: /usr/lib/app/cache\n  allow file write on lib_t when name == \"cache\";\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("  # app: /dev/tty\n  allow file setattr on tty_t when name == \"tty\";\n"),
            std::string::npos)
      << text;
}

TEST(Learn, ASetOfSyscallsThatWasUsedIsNotDenied) {
  Observation call;
  call.event = "sys_enter_adjtimex";
  const std::string text = learnt({call});
  EXPECT_NE(
      text.find(
          "  deny syscall { @debug @keyring @module @mount @obsolete @raw-io @reboot @swap };\n"),
      std::string::npos)
      << text;
  call.event = "sys_enter_io_uring_setup";
  EXPECT_NE(learnt({call}).find("  allow syscall @io-uring;\n"), std::string::npos);
}

TEST(Learn, NamesThatARuleFileCantHaveAreGlobsAndCommentsStayLines) {
  const std::string text = learnt({reads("/srv/a\"b\n[c]*")});
  EXPECT_NE(text.find("# app: /srv/a\"b?[c]*\n"), std::string::npos) << text;
  EXPECT_NE(text.find("label site_t = \"/srv/a?b?[[]c][*]\";\n"), std::string::npos) << text;
}

TEST(Learn, LostRecordsAreSaidInTheFile) {
  Options how = options();
  how.lost = 7;
  EXPECT_NE(learnt({}, how).find(
                "# 0 kinds of events were seen; 7 records were lost: this is incomplete.\n"),
            std::string::npos);
}

TEST(Learn, IsTheSameHoweverThingsCame) {
  const std::vector<Observation> one = {reads("/srv/a/1"), writes("/srv/b"), reads("/etc/passwd"),
                                        reads("/srv/a/1")};
  EXPECT_EQ(learnt(one), learnt({one.rbegin(), one.rend()}));
}

constexpr const char* kExisting =
    "policy 1;\n"
    "include <base>;\n"
    "label site_t = \"/srv/www/**\";\n"
    "\n"
    "# Serves pages }\n"
    "domain app_t {\n"
    "  use base;\n"
    "  allow file read on site_t;   # \"not { closed\n"
    "}\n";

std::string updated(const std::vector<Observation>& observations,
                    const std::string& text = kExisting) {
  const auto made = update({"app.policy", text}, observations, options());
  return made ? made.value().text : "error: " + made.error().message;
}

TEST(Update, LeavesWhatSufficesAlone) { EXPECT_EQ(updated({reads("/srv/www/a")}), kExisting); }

TEST(Update, AddsWhatIsMissing) {
  EXPECT_EQ(updated({reads("/srv/www/a"), writes("/srv/www/log"), reads("/srv/new")}),
            "policy 1;\n"
            "include <base>;\n"
            "label site_t = \"/srv/www/**\";\n"
            "\n"
            "# app: /srv/new\n"
            "label site2_t = \"/srv/new\";\n"
            "\n"
            "# Serves pages }\n"
            "domain app_t {\n"
            "  use base;\n"
            "  allow file read on site_t;   # \"not { closed\n"
            "  allow file read on site2_t;\n"
            "  # app: /srv/www/log\n"
            "  allow file write on site_t when name == \"log\";\n"
            "}\n");
}

TEST(Update, KnowsEndpointsAnonymousObjectsAndFileSystemTypes) {
  const std::string text =
      "policy 1;\n"
      "label lan_t = tcp 10.0.0.0/8;\n"
      "label web_t = tcp 443;\n"
      "label proc_t = fs proc;\n"
      "domain app_t {\n"
      "  allow socket connect on lan_t;\n"
      "  allow file truncate on anonymous;\n"
      "  allow file read on { proc_t self };\n"
      "}\n";
  Observation inside = of_socket("socket_connect", AF_INET, SOCK_STREAM, 443);
  inside.endpoint = "10.1.2.3:443";
  inside.numbers["protocol"] = IPPROTO_TCP;
  Observation outside = inside;
  outside.endpoint = "192.0.2.1:443";
  Observation memory = at("file_truncate", "");
  memory.is_anonymous = true;
  Observation proc = reads("/proc/uptime");
  proc.fs_type = "proc";
  Observation own = reads("/proc/7/maps");
  own.fs_type = "proc";
  own.is_own_task = true;
  EXPECT_EQ(updated({inside, memory, proc, own}, text), text);
  EXPECT_NE(updated({outside}, text).find("port == 443;\n"), std::string::npos);
  memory.event = "file_setattr";
  EXPECT_NE(updated({memory}, text).find("  allow file setattr on anonymous;\n"),
            std::string::npos);
}

TEST(Learn, WhatIsInProcIsOneLabelByType) {
  Observation proc = reads("/proc/uptime");
  proc.fs_type = "proc";
  const std::string text = learnt({proc});
  EXPECT_NE(text.find("label proc_t = fs proc;\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  allow file read on proc_t;\n"), std::string::npos) << text;
}

TEST(Update, IsDoneOnce) {
  const std::vector<Observation> seen = {writes("/srv/www/log"), reads("/srv/new")};
  const std::string once = updated(seen);
  EXPECT_EQ(updated(seen, once), once);
}

TEST(Update, SaysWhatIsWrong) {
  EXPECT_EQ(updated({}, "policy 1;\ndomain app_t { allow file read on nope_t; }\n"),
            "error: the rule file has mistakes:\n"
            "app.policy:2:35-40: error: there is no label or attribute \"nope_t\"\n"
            "  domain app_t { allow file read on nope_t; }\n"
            "                                    ~~~~~~\n");
  EXPECT_EQ(updated({}, "policy 1;\n"), "error: the rule file has no domain \"app_t\"");
}

TEST(Insert, OnOneLineToo) {
  diag::Place place{"f", 1, 18, 19};
  EXPECT_EQ(
      inserted("policy 1; domain d { use base; }", place,
               {"label a_t = \"/a\";\n", "  allow file read on a_t;\n"})
          .value(),
      "policy 1; \nlabel a_t = \"/a\";\n\ndomain d { use base; \n  allow file read on a_t;\n}");
  EXPECT_EQ(inserted("domain d {", {"f", 1, 8, 8}, {}).error().message,
            "the domain's end can't be found");
}

}  // namespace
}  // namespace eventfilter::learn
