// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "core/event.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace {

const evf_event* find(std::string_view name) {
  return evf_find_object_event(name.data(), name.size());
}

const evf_field* field(const evf_event& event, std::string_view name) {
  return evf_find_field(&event, name.data(), name.size());
}

TEST(Events, AreFoundByTheirWholeName) {
  for (int id = 0; id < EVF_NR_OBJECT_EVENTS; ++id) {
    const evf_event& event = evf_object_events[id];
    EXPECT_EQ(event.id, id);
    EXPECT_EQ(find(event.name), &event);
    EXPECT_EQ(find(std::string(event.name) + "x"), nullptr);
    EXPECT_LT(event.group, EVF_NR_GROUPS);
  }
  EXPECT_EQ(find("file_ope"), nullptr);
  EXPECT_EQ(find(""), nullptr);
}

TEST(Events, HaveFieldsInSlotsOfTheirOwn) {
  for (const evf_event& event : evf_object_events) {
    std::set<int> slots;
    std::set<std::string> names;
    for (int i = 0; i < event.nr_fields; ++i) {
      const evf_field& f = event.fields[i];
      EXPECT_TRUE(slots.insert(f.slot).second) << event.name << "." << f.name;
      EXPECT_TRUE(names.insert(f.name).second) << event.name << "." << f.name;
      EXPECT_LT(f.slot, EVF_MAX_SLOTS);
      const bool number =
          f.kind == EVF_KIND_INT || f.kind == EVF_KIND_UID || f.kind == EVF_KIND_GID;
      EXPECT_EQ(f.size != 0, number) << event.name << "." << f.name;
      EXPECT_TRUE(!f.is_signed || f.kind == EVF_KIND_INT);
    }
    EXPECT_EQ(names.count("uid"), 1U);
    EXPECT_EQ(names.count("gid"), 1U);
    EXPECT_EQ(field(event, "uid")->slot, EVF_SLOT_UID);
    EXPECT_EQ(field(event, "gid")->kind, EVF_KIND_GID);
    EXPECT_EQ(field(event, "nothing"), nullptr);
  }
}

TEST(Events, HaveTheTypesOfTheTable) {
  const evf_event& open = *find("file_open");
  EXPECT_EQ(field(open, "label")->kind, EVF_KIND_LABEL);
  EXPECT_EQ(field(open, "owner")->kind, EVF_KIND_UID);
  EXPECT_EQ(field(open, "group")->kind, EVF_KIND_GID);
  EXPECT_EQ(field(open, "mode")->size, 2);
  EXPECT_EQ(field(open, "ino")->size, 8);
  EXPECT_EQ(field(open, "name")->kind, EVF_KIND_STRING);
  EXPECT_EQ(field(open, "label")->slot, EVF_SLOT_file_open_label);
}

TEST(Events, GroupsHaveNames) {
  const std::set<std::string> names(std::begin(evf_group_names), std::end(evf_group_names));
  EXPECT_EQ(names,
            (std::set<std::string>{"syscalls", "file", "use", "meta", "socket", "task", "system"}));
}

TEST(Pointers, NameTheObjectEvent) {
  EXPECT_STREQ(evf_pointer_instead("openat", "filename"), "file_open");
  EXPECT_STREQ(evf_pointer_instead("execve", "filename"), "file_exec");
  EXPECT_STREQ(evf_pointer_instead("renameat2", "newname"), "file_rename");
  EXPECT_STREQ(evf_pointer_instead("unlinkat", "pathname"), "file_unlink");
  EXPECT_STREQ(evf_pointer_instead("linkat", "oldname"), "file_link");
  EXPECT_STREQ(evf_pointer_instead("truncate", "path"), "file_truncate");
  EXPECT_STREQ(evf_pointer_instead("mkdir", "pathname"), "file_create");
  EXPECT_STREQ(evf_pointer_instead("io_uring_setup", "params"), "system_io_uring");
  EXPECT_STREQ(evf_pointer_instead("connect", "uservaddr"), "socket_connect");
  EXPECT_STREQ(evf_pointer_instead("bind", "umyaddr"), "socket_bind");
  EXPECT_STREQ(evf_pointer_instead("sendto", "addr"), "socket_send");
  EXPECT_STREQ(evf_pointer_instead("sendmsg", "msg"), "socket_send");
  EXPECT_STREQ(evf_pointer_instead("recvmmsg", "mmsg"), "socket_recv");
  EXPECT_EQ(evf_pointer_instead("sendto", "buff"), nullptr);
  EXPECT_STREQ(evf_pointer_instead("fchmodat", "filename"), "file_setattr");
  EXPECT_STREQ(evf_pointer_instead("setxattr", "pathname"), "file_setattr");
  EXPECT_STREQ(evf_pointer_instead("statx", "filename"), "file_stat");
  EXPECT_STREQ(evf_pointer_instead("mount", "dir_name"), "file_mount");
  EXPECT_EQ(evf_pointer_instead("write", "buf"), nullptr);
  EXPECT_EQ(evf_pointer_instead("openat", "nothing"), nullptr);
  EXPECT_EQ(evf_pointer_instead("nothing", "filename"), nullptr);
}

TEST(Pointers, NameEventsThatExist) {
  for (const char* call : {"creat",
                           "execve",
                           "execveat",
                           "io_uring_setup",
                           "link",
                           "linkat",
                           "mkdir",
                           "mkdirat",
                           "mknod",
                           "mknodat",
                           "mq_open",
                           "mq_unlink",
                           "open",
                           "openat",
                           "openat2",
                           "open_by_handle_at",
                           "rename",
                           "renameat",
                           "renameat2",
                           "rmdir",
                           "symlink",
                           "symlinkat",
                           "truncate",
                           "unlink",
                           "unlinkat",
                           "uselib",
                           "chmod",
                           "fchmodat",
                           "chown",
                           "lchown",
                           "fchownat",
                           "utime",
                           "utimes",
                           "futimesat",
                           "utimensat",
                           "setxattr",
                           "lsetxattr",
                           "removexattr",
                           "lremovexattr",
                           "chroot",
                           "mount",
                           "move_mount",
                           "pivot_root",
                           "umount",
                           "newstat",
                           "newlstat",
                           "newfstatat",
                           "statx",
                           "getxattr",
                           "lgetxattr",
                           "listxattr",
                           "llistxattr",
                           "readlink",
                           "readlinkat",
                           "inotify_add_watch",
                           "fanotify_mark"}) {
    int named = 0;
    for (const char* argument :
         {"filename", "pathname", "path", "oldname", "newname", "u_name", "handle", "how", "params",
          "library", "dir_name", "to_pathname", "put_old", "name"}) {
      const char* instead = evf_pointer_instead(call, argument);
      if (instead == nullptr) continue;
      ++named;
      EXPECT_NE(find(instead), nullptr) << call << "." << argument;
    }
    EXPECT_GE(named, 1) << call;
  }
}

}  // namespace
