// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/format.h"

#include <gtest/gtest.h>

namespace eventfilter::syntax {
namespace {

std::string formatted(const std::string& text) {
  diag::Diagnostics diagnostics;
  const auto made = format(diagnostics.add_source("f", text), diagnostics);
  EXPECT_TRUE(made.has_value()) << diagnostics.render();
  if (!made) return "";
  diag::Diagnostics again;
  EXPECT_EQ(format(again.add_source("f", *made), again).value_or(""), *made);
  return *made;
}

TEST(Format, WholeFile) {
  EXPECT_EQ(formatted(R"(# A rule file


policy   1 ;
include <base>,<tls>; include "x.policy";
label tmp_t="/tmp/**","/var/tmp/**";   # scratch
label user_home_t = "@{HOME}/**";
attribute data = tmp_t ,user_home_t;

label z = "/z";
class vdisk { read, write flush }
boolean web=true;
macro m( a,b ) { use base; allow file read on{ a,b }; }
permissive domain d_t from other_t { # what it may
  # first

  allow file{open,read} on data when(flags&(O_CREAT|O_TRUNC))==O_CREAT&&!uid in{1..3,5}errno ENOENT quiet;
  if !web { deny file * on z; } else { use m({a_t, b_t}, c_t); }

}
domain empty_t{}
role r inherits q { a_t,b_t }
user %wheel {r}
level low<high;
never d_t file {read,write} on z;
)"),
            R"(# A rule file

policy 1;
include <base>, <tls>;
include "x.policy";
label tmp_t       = "/tmp/**", "/var/tmp/**";  # scratch
label user_home_t = "@{HOME}/**";
attribute data    = tmp_t, user_home_t;

label z = "/z";
class vdisk { read write flush }
boolean web = true;
macro m(a, b) {
  use base;
  allow file read on { a b };
}
permissive domain d_t from other_t {  # what it may
  # first

  allow file { open read } on data when (flags & (O_CREAT | O_TRUNC)) == O_CREAT && !uid in { 1..3,
      5 } errno ENOENT quiet;
  if !web {
    deny file * on z;
  } else {
    use m({ a_t b_t }, c_t);
  }
}
domain empty_t { }
role r inherits q { a_t, b_t }
user %wheel { r }
level low < high;
never d_t file { read write } on z;
)");
}

TEST(Format, CommentsStayWhereTheyAre) {
  EXPECT_EQ(formatted("policy 1; # one\n# two\nlabel a = # three\n  # four\n  \"/a\", # five\n\"/b\"; # six\n"
                      "domain d { allow file read; } # seven\n# eight"),
            R"(policy 1;  # one
# two
label a =  # three
    # four
    "/a",  # five
    "/b";  # six
domain d {
  allow file read;
}  # seven
# eight
)");
}

TEST(Format, LongLinesAreBrokenWhereABlankIs) {
  const std::string a(40, 'a');
  EXPECT_EQ(formatted("policy 1;\nlabel x = \"/" + a + "\", \"/" + a + "\", \"/" + a + "\";\n"),
            "policy 1;\nlabel x = \"/" + a + "\", \"/" + a + "\",\n    \"/" + a + "\";\n");
}

TEST(Format, AFileWithMistakesIsLeftAlone) {
  diag::Diagnostics diagnostics;
  EXPECT_FALSE(format(diagnostics.add_source("f", "policy 1;\ndomain d { allow }\n"), diagnostics));
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(Format, NothingIsNothing) {
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("\n\n# alone"), "# alone\n");
}

}  // namespace
}  // namespace eventfilter::syntax
