// SPDX-License-Identifier: BSD-2-Clause
//
// Each standard include with a program of Debian's that needs it: it works with the include's macro, fails without, and
// what the include isn't about stays refused. In the virtual machine, as root: what is refused isn't so by modes.
#include "cli/test/run_fixture.h"

#include <csignal>

#include <sys/socket.h>
#include <sys/un.h>

namespace eventfilter::cli {
namespace {

class RunIncludes : public Run {
 protected:
  // A domain that uses these macros and may execute these programs. All includes are read: nothing is granted by that.
  void uses(const std::string& macros, const std::string& programs, const std::string& more = "") {
    write("p.policy",
          "policy 1;\ninclude <base>, <nameservice>, <python>, <systemd-service>, <tls>, <tty>;\n"
          "label program_t = " + programs + ";\nlabel here_t = \"" + here_.string() + "/**\";\n"
          "domain d_t {\n" + (macros.empty() ? "" : "  use " + macros + ";\n") +
          "  allow file { read exec } on program_t;\n  allow file read on here_t;\n  default signal allow;\n"
          "  default process allow;\n  default system allow;\n" + more + "\n}\n");
  }
};

TEST_F(RunIncludes, BaseIsWhatEveryProgramNeeds) {
  const std::string programs = "\"/usr/bin/sort\", \"/usr/bin/date\", \"/usr/bin/cat\", \"/usr/bin/sh\", \"/usr/bin/dash\"";
  uses("base", programs);
  EXPECT_EQ(run("sort file"), 0) << err;
  EXPECT_EQ(out, "content\n");
  EXPECT_EQ(run("date --date=@0 +%Y"), 0) << err;
  EXPECT_EQ(run("cat /dev/null /proc/version"), 0) << err;
  EXPECT_NE(run("cat /etc/passwd"), 0) << "names are nameservice's";
  EXPECT_NE(run("cat /etc/fstab"), 0);
  EXPECT_EQ(run("sh -c 'sort file'"), 0) << err;
  EXPECT_EQ(run("sh -c 'ls; exit $?'"), 126) << "a program that isn't named";
  uses("", programs);
  EXPECT_EQ(run("sort file"), 127) << "without its libraries nothing starts";
  EXPECT_NE(err.find("error while loading shared libraries"), std::string::npos) << err;
}

TEST_F(RunIncludes, NameserviceTellsNames) {
  const std::string programs = "\"/usr/bin/getent\", \"/usr/bin/cat\"";
  uses("base, nameservice", programs);
  EXPECT_EQ(run("getent passwd demo"), 0) << err;
  EXPECT_TRUE(out.starts_with("demo:x:1000:")) << out;
  EXPECT_EQ(run("getent group demo"), 0) << err;
  EXPECT_NE(run("cat /etc/shadow"), 0) << "no secrets";
  uses("base", programs);
  EXPECT_EQ(run("getent passwd demo"), 2) << "no such name";
  EXPECT_EQ(run("getent group demo"), 2);
}

TEST_F(RunIncludes, TlsTrustsWhomTheMachineTrusts) {
  const fs::path trusted = "/etc/ssl/certs/ca-certificates.crt";
  const fs::path key = "/etc/ssl/private/evf-test.key";
  write("server.py",
        "import http.server, ssl\n"
        "server = http.server.HTTPServer(('127.0.0.1', 8443), http.server.SimpleHTTPRequestHandler)\n"
        "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\ncontext.load_cert_chain('cert', 'key')\n"
        "server.socket = context.wrap_socket(server.socket, server_side=True)\n"
        "open('ready', 'w')\nserver.serve_forever()\n");
  // An authority that the machine trusts from now on, and a server of its own
  const std::string before = text_of(trusted);
  ASSERT_EQ(std::system(("cd " + here_.string() + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                         " -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 -keyout key -out cert >log 2>&1"
                         " && { python3 server.py >log 2>&1 </dev/null & echo $! >pid; }")
                            .c_str()),
            0)
      << text_of(here_ / "log");
  for (int i = 0; i < 600 && !fs::exists(here_ / "ready"); ++i) usleep(100'000);
  ASSERT_TRUE(fs::exists(here_ / "ready")) << text_of(here_ / "log");
  std::ofstream(trusted) << text_of(here_ / "cert");
  std::ofstream(key) << "key\n";
  const std::string connects = "  allow socket { create connect send recv } when family in { AF_INET, AF_INET6 };\n";
  const std::string get = "curl --ipv4 --max-time 30 --silent --show-error https://localhost:8443/file";
  uses("base, nameservice, tls", "\"/usr/bin/curl\", \"/usr/bin/cat\"", connects);
  EXPECT_EQ(run(get), 0) << err;
  EXPECT_EQ(out, "content\n");
  EXPECT_EQ(run("cat " + trusted.string()), 0) << err;
  EXPECT_NE(run("cat " + key.string()), 0) << "certificates, no keys";
  uses("base, nameservice", "\"/usr/bin/curl\"", connects);
  EXPECT_NE(run(get), 0);
  EXPECT_EQ(out, "");
  kill(static_cast<pid_t>(std::stol(text_of(here_ / "pid"))), SIGTERM);
  std::ofstream(trusted) << before;
  fs::remove(key);
}

TEST_F(RunIncludes, TtyMakesTerminalsAndFakesNoInput) {
  const std::string programs = "\"/usr/bin/script\", \"/usr/bin/dash\", \"/usr/bin/sh\", \"/usr/bin/tty\"";
  const std::string others = "  allow file { write create truncate } on here_t;\n";
  const std::string session = "script --quiet --return --command tty typescript";
  uses("python, nameservice, tty", programs, others);
  EXPECT_EQ(run(session), 0) << err;
  EXPECT_TRUE(out.starts_with("/dev/pts/")) << out;
  // 0x5412 is TIOCSTI; TIOCGWINSZ, 0x5413, passes
  write("fake.py", "import fcntl, sys\ntry:\n  fcntl.ioctl(1, int(sys.argv[1], 16), b'x' * 8)\n  print('done')\n"
                   "except OSError as error: print('errno', error.errno)\n");
  const auto in_session = [](const std::string& request) {
    return "script --quiet --return --command 'python3.11 -IS fake.py " + request + "' typescript";
  };
  EXPECT_EQ(run(in_session("5413")), 0) << err;
  EXPECT_EQ(out, "done\r\n");
  EXPECT_EQ(run(in_session("5412")), 0) << err;
  EXPECT_EQ(out, "errno 1\r\n");
  uses("python, nameservice", programs, others);
  EXPECT_NE(run(session), 0) << out;
}

TEST_F(RunIncludes, PythonRunsProgramsOfItsOwn) {
  write("p.py", "import json, mimetypes, sys\n"
                "print(json.dumps(mimetypes.guess_type('x.html')))\n"
                "for path in '/etc/fstab', '/root/.profile', '/usr/bin/perl':\n"
                "  try: print('opened', open(path, 'rb').read(1))\n"
                "  except PermissionError: pass\n");
  const std::string programs = "\"/usr/bin/sh\", \"/usr/bin/dash\"";
  uses("python", programs);
  EXPECT_EQ(run("sh -c 'python3 -I p.py'"), 0) << err;
  EXPECT_EQ(out, "[\"text/html\", null]\n");
  EXPECT_NE(run("python3 -I -c 'import os; os.execv(\"/usr/bin/perl\", [\"perl\", \"-v\"])'"), 0);
  EXPECT_NE(err.find("PermissionError"), std::string::npos) << err;
  uses("base", programs);
  EXPECT_EQ(run("sh -c 'python3 -I p.py; exit $?'"), 126);
}

TEST_F(RunIncludes, ServicesReachTheLogAndNothingOfTheSystem) {
  const int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{AF_UNIX, "/dev/log"};
  unlink(address.sun_path);
  ASSERT_EQ(bind(log, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const auto received = [&] {
    char text[512];
    const ssize_t size = recv(log, text, sizeof(text), MSG_DONTWAIT);
    return std::string(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  };
  const std::string programs = "\"/usr/bin/logger\", \"/usr/bin/date\"";
  const std::string say = "logger --socket-errors=on --socket /dev/log words of a service";
  uses("systemd_service, nameservice", programs);
  EXPECT_EQ(run(say), 0) << err;
  EXPECT_TRUE(received().ends_with("words of a service"));
  // The class of capabilities is open here: it's the include that refuses the clock
  EXPECT_NE(run("date --set=@1000000000"), 0);
  EXPECT_NE(err.find("Operation not permitted"), std::string::npos) << err;
  uses("base, nameservice", programs);
  EXPECT_NE(run(say), 0);
  EXPECT_EQ(received(), "");
  close(log);
  unlink(address.sun_path);
}

}  // namespace
}  // namespace eventfilter::cli
