// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl learn in the virtual machine, as an ordinary user: programs that we didn't write are
// learnt, do the same again under what was learnt, and are refused what they didn't do then.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

constexpr const char* kSecret = "/home/demo/.ssh/id_planted";

// A program that runs beside the test.
class Beside {
 public:
  explicit Beside(const std::string& line) : pid_(fork()) {
    if (pid_ != 0) return;
    setpgid(0, 0);
    execl("/bin/sh", "sh", "-c", ("exec " + line).c_str(), nullptr);
    _exit(127);
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    wait();
  }

  void send(int signal) const {
    if (pid_ > 0) kill(pid_, signal);
  }

  int wait() {
    int status = -1;
    if (pid_ <= 0 || waitpid(pid_, &status, 0) != pid_) return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

class Learn : public ::testing::Test {
 protected:
  Learn() : here_(fs::current_path() / "scratch") {
    fs::create_directories(here_);
    fs::create_directories(fs::path(kSecret).parent_path());
    std::ofstream(kSecret) << "secret\n";
  }
  ~Learn() override {
    fs::remove_all(here_);
    fs::remove(kSecret);
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(here_ / name) << text;
  }
  std::string text_of(const std::string& name) {
    std::ifstream file(here_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  int shell(const std::string& line) {
    const int status =
        std::system(("cd " + here_.string() + " && </dev/null " + line + " >out 2>err").c_str());
    out = text_of("out");
    err = text_of("err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  static std::string policyctl() {
    return (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyctl")
        .string();
  }
  int learn(const std::string& command, const std::string& options = "-o p.policy") {
    return shell(policyctl() + " learn " + options + " -- " + command);
  }
  int run(const std::string& command) {
    return shell(policyctl() + " run -q --policy p.policy -- " + command);
  }

  // Until a file is there.
  bool appears(const std::string& name, int tries = 200) {
    for (int i = 0; i < tries; ++i) {
      if (fs::exists(here_ / name)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  // Until somebody listens there.
  bool is_served(const std::string& url) {
    for (int i = 0; i < 200; ++i) {
      if (shell("curl --silent --fail " + url) == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  // What a person would still read.
  void expect_readable() {
    const std::string policy = text_of("p.policy");
    EXPECT_LE(std::count(policy.begin(), policy.end(), '\n'), 70) << policy;
    EXPECT_NE(policy.find("include <base>"), std::string::npos) << policy;
    EXPECT_EQ(policy.find(".ssh"), std::string::npos) << policy;
    RecordProperty("policy", policy);
  }

  fs::path here_;
  std::string out;
  std::string err;
};

constexpr const char* kClient = R"(
import socket, subprocess, sys, tempfile, urllib.request
page = urllib.request.urlopen("http://127.0.0.1:8090/page.txt").read()
with tempfile.NamedTemporaryFile() as copy:
    copy.write(page)
with open("result.txt", "wb") as result:
    result.write(page)
with open("/proc/self/status") as status:
    status.read()
def attempt(name, what):
    try:
        what()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)
for name in sys.argv[1:]:
    attempt(name, {
        "read": lambda: open("/home/demo/.ssh/id_planted").read(),
        "connect": lambda: socket.create_connection(("127.0.0.1", 8091)),
        "exec": lambda: subprocess.run(["/bin/sh", "-c", "true"]),
        "write": lambda: open("other.txt", "w"),
    }[name])
)";

TEST_F(Learn, PythonWithANetworkClient) {
  fs::create_directory(here_ / "served");
  write("served/page.txt", "page\n");
  write("client.py", kClient);
  Beside server("python3 -m http.server 8090 --bind 127.0.0.1 --directory " +
                (here_ / "served").string() + " >/dev/null 2>&1");
  Beside other("python3 -m http.server 8091 --bind 127.0.0.1 --directory " +
               (here_ / "served").string() + " >/dev/null 2>&1");
  ASSERT_TRUE(is_served("http://127.0.0.1:8090/page.txt"));
  ASSERT_TRUE(is_served("http://127.0.0.1:8091/page.txt"));
  ASSERT_EQ(learn("python3 client.py"), 0) << err;
  expect_readable();

  fs::remove(here_ / "result.txt");
  EXPECT_EQ(run("python3 client.py"), 0) << err << text_of("p.policy");
  EXPECT_EQ(text_of("result.txt"), "page\n");
  EXPECT_EQ(run("python3 client.py read connect exec write"), 0) << err;
  EXPECT_EQ(out,
            "read PermissionError\nconnect PermissionError\nexec PermissionError\nwrite "
            "PermissionError\n")
      << text_of("p.policy");
}

TEST_F(Learn, WhatWasMissingIsShownAndAddedByUpdate) {
  write("a.py", "open('a.txt', 'w')\n");
  write("b.py", "import sys\nopen('a.txt', 'w')\nopen('b.txt', 'w')\n");
  ASSERT_EQ(learn("python3 a.py", "-o p.policy --domain p_t"), 0) << err;
  const std::string before = text_of("p.policy");
  EXPECT_NE(run("python3 b.py"), 0);
  ASSERT_EQ(learn("python3 b.py", "--update p.policy --domain p_t"), 0) << err;
  EXPECT_NE(out.find("--- p.policy\n+++ learnt\n@@ "), std::string::npos) << out;
  EXPECT_NE(out.find("scratch/b.txt\";\n"), std::string::npos) << out;
  EXPECT_EQ(text_of("p.policy"), before) << "it was only shown";
  ASSERT_EQ(learn("python3 b.py", "--update p.policy --write --domain p_t"), 0) << err;
  EXPECT_EQ(run("python3 b.py"), 0) << err << text_of("p.policy");
  ASSERT_EQ(learn("python3 b.py", "--update p.policy --domain p_t"), 0) << err;
  EXPECT_EQ(out, "");
  EXPECT_EQ(err, "policyctl: note: the rule file lets all of it pass\n");
}

TEST_F(Learn, Sqlite) {
  write("fill.sql", "create table t (a); insert into t values (1), (2); select sum(a) from t;\n");
  write("steal.sql", "select readfile('/home/demo/.ssh/id_planted');\n");
  write("shell.sql", ".shell touch planted\n");
  ASSERT_EQ(learn("sqlite3 data.db '.read fill.sql'"), 0) << err;
  EXPECT_EQ(out, "3\n");
  expect_readable();

  fs::remove(here_ / "data.db");
  EXPECT_EQ(run("sqlite3 data.db '.read fill.sql'"), 0) << err << text_of("p.policy");
  EXPECT_EQ(out, "3\n");
  fs::copy_file(here_ / "steal.sql", here_ / "fill.sql", fs::copy_options::overwrite_existing);
  run("sqlite3 data.db '.read fill.sql'");
  EXPECT_EQ(out.find("secret"), std::string::npos) << out;
  fs::copy_file(here_ / "shell.sql", here_ / "fill.sql", fs::copy_options::overwrite_existing);
  run("sqlite3 data.db '.read fill.sql'");
  EXPECT_FALSE(fs::exists(here_ / "planted"));
}

TEST_F(Learn, GitClone) {
  const std::string commit = "git -c user.name=a -c user.email=a@b commit -q -m first";
  ASSERT_EQ(shell("sh -c 'git init -q origin && cd origin && echo text > file && git add file && " +
                  commit + "'"),
            0)
      << err;
  const std::string clone = "git clone -q file://" + here_.string() + "/origin copy";
  ASSERT_EQ(learn(clone), 0) << err;
  expect_readable();

  fs::remove_all(here_ / "copy");
  EXPECT_EQ(run(clone), 0) << err << text_of("p.policy");
  EXPECT_EQ(text_of("copy/file"), "text\n");

  fs::remove_all(here_ / "copy");
  fs::create_directory(here_ / "hooks");
  write("hooks/post-checkout",
        "#!/bin/sh\ncat /home/demo/.ssh/id_planted >" + here_.string() + "/planted\n");
  fs::permissions(here_ / "hooks/post-checkout", fs::perms::all);
  run("git -c core.hooksPath=" + here_.string() + "/hooks" + clone.substr(3));
  EXPECT_FALSE(fs::exists(here_ / "planted")) << text_of("p.policy");
  ASSERT_EQ(shell("git -c core.hooksPath=" + here_.string() + "/hooks" + clone.substr(3) + "2"), 0)
      << err;
  EXPECT_EQ(text_of("planted"), "secret\n") << "unconfined it does that";
}

constexpr const char* kNginx = R"(daemon off;
pid HERE/nginx.pid;
error_log HERE/error.log;
events { worker_connections 64; }
http {
  access_log HERE/access.log;
  client_body_temp_path HERE/body;
  proxy_temp_path HERE/proxy;
  fastcgi_temp_path HERE/fastcgi;
  uwsgi_temp_path HERE/uwsgi;
  scgi_temp_path HERE/scgi;
  server {
    listen 127.0.0.1:8082;
    location / { root HERE/site; }
    location /home/ { alias /home/demo/; }
  }
}
)";

class LearnNginx : public Learn {
 protected:
  LearnNginx() {
    std::string conf = kNginx;
    for (std::size_t at; (at = conf.find("HERE")) != std::string::npos;)
      conf.replace(at, 4, here_.string());
    write("nginx.conf", conf);
    fs::create_directory(here_ / "site");
    for (const char* const name : {"site/a", "site/b", "site/c", "site/d"}) write(name, "page\n");
  }

  std::string nginx() const {
    return "/usr/sbin/nginx -e " + here_.string() + "/error.log -c " + here_.string() +
           "/nginx.conf";
  }
  int fetch(const std::string& path) {
    return shell("curl --silent --fail http://127.0.0.1:8082" + path);
  }

  // Serves, reloads, serves, ends.
  void drive() {
    ASSERT_TRUE(is_served("http://127.0.0.1:8082/a")) << text_of("error.log") << text_of("said");
    for (const char* const path : {"/b", "/c", "/d"}) EXPECT_EQ(fetch(path), 0) << path;
    const pid_t master = std::stoi(text_of("nginx.pid"));
    ASSERT_EQ(kill(master, SIGHUP), 0);
    for (int i = 0; i < 200 && text_of("access.log").find("/last") == std::string::npos; ++i) {
      fetch("/last");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(fetch("/a"), 0);
  }
  void end() { kill(std::stoi(text_of("nginx.pid")), SIGQUIT); }
};

TEST_F(LearnNginx, ServesAndReloads) {
  {
    Beside learning("sh -c 'cd " + here_.string() + " && exec " + policyctl() +
                    " learn -o p.policy -- " + nginx() + " >said 2>&1'");
    drive();
    end();
    ASSERT_EQ(learning.wait(), 0) << text_of("said");
  }
  expect_readable();
  {
    Beside confined("sh -c 'cd " + here_.string() + " && exec " + policyctl() +
                    " run -q --policy p.policy -- " + nginx() + " >said 2>&1'");
    drive();
    EXPECT_NE(fetch("/home/.ssh/id_planted"), 0) << text_of("p.policy");
    EXPECT_NE(text_of("error.log").find("id_planted\" failed (13: Permission denied)"),
              std::string::npos)
        << text_of("error.log");
    end();
    EXPECT_EQ(confined.wait(), 0) << text_of("said") << text_of("error.log") << text_of("p.policy");
  }
  Beside open("sh -c 'cd " + here_.string() + " && exec " + nginx() + " >said 2>&1'");
  ASSERT_TRUE(is_served("http://127.0.0.1:8082/a"));
  EXPECT_EQ(fetch("/home/.ssh/id_planted"), 0) << "unconfined it is served";
  end();
  open.wait();
}

TEST_F(Learn, SaysWhatItCantDo) {
  EXPECT_EQ(learn("true", ""), 2);
  EXPECT_EQ(err,
            "policyctl: error: either --output FILE or --update FILE, please. See policyctl learn "
            "--help\n");
  EXPECT_EQ(learn("/no/such/program"), 2);
  EXPECT_EQ(
      err, "policyctl: error: \"/no/such/program\" can't be executed: No such file or directory\n");
  EXPECT_FALSE(fs::exists(here_ / "p.policy"));
  write("p.policy", "mine\n");
  EXPECT_EQ(learn("true"), 2);
  EXPECT_EQ(err, "policyctl: error: \"p.policy\" exists; --update adds to it\n");
  EXPECT_EQ(text_of("p.policy"), "mine\n");
  EXPECT_EQ(learn("sh -c 'kill -9 $$'", "-o -"), 0);
  EXPECT_NE(err.find("policyctl: warning: the command was ended by Killed\n"), std::string::npos)
      << err;
  EXPECT_EQ(learn("false", "--json -o q.policy"), 0);
  EXPECT_NE(err.find("{\"kind\": \"warning\", \"text\": \"the command failed with status 1\"}\n"), std::string::npos)
      << err;
  EXPECT_TRUE(out.starts_with("{\"domain\": \"false_t\", \"events\": ")) << out;
}

TEST_F(Learn, SignalsAreTheCommandsAndThenEndTheWait) {
  write("command.sh",
        "trap 'echo told >told; exit 0' TERM\n: >ready\nwhile :; do sleep 0.1; done\n");
  {
    Beside learning("sh -c 'cd " + here_.string() + " && exec " + policyctl() +
                    " learn -o p.policy -- sh command.sh >said 2>&1'");
    ASSERT_TRUE(appears("ready")) << text_of("said");
    learning.send(SIGTERM);
    EXPECT_EQ(learning.wait(), 0) << text_of("said");
  }
  EXPECT_EQ(text_of("told"), "told\n");
  EXPECT_NE(text_of("p.policy").find("scratch/told\""), std::string::npos) << text_of("p.policy");

  write("daemon.sh", "(: >left; exec sleep 60) & exit 0\n");
  Beside learning("sh -c 'cd " + here_.string() + " && exec " + policyctl() +
                  " learn -o q.policy -- sh daemon.sh >said 2>&1'");
  ASSERT_TRUE(appears("left")) << text_of("said");
  // The command itself ends on its own time; until then a signal would be its
  for (int i = 0; i < 100 && !appears("q.policy", 1); ++i) learning.send(SIGTERM);
  EXPECT_EQ(learning.wait(), 0) << text_of("said");
  EXPECT_TRUE(fs::exists(here_ / "q.policy"));
}

TEST_F(Learn, WaitsForDaemons) {
  EXPECT_EQ(learn("sh -c '(sleep 0.5; echo late >late) & exit 0'"), 0) << err;
  EXPECT_NE(text_of("p.policy").find("scratch/late\""), std::string::npos) << text_of("p.policy");
}

}  // namespace
