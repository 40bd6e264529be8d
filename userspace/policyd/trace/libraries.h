// SPDX-License-Identifier: BSD-2-Clause
//
// libtracefs and libtraceevent, whose headers know nothing of C++.
#pragma once

#include <cstddef>

#include <fcntl.h>
#include <sched.h>
#include <sys/types.h>

extern "C" {
#include <traceevent/event-parse.h>
#include <traceevent/kbuffer.h>
#include <tracefs/tracefs.h>
}
