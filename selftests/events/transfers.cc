// SPDX-License-Identifier: BSD-2-Clause
#include "events/transfers.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>

#include "support/fd.h"
#include "support/require.h"
#include "support/uring.h"

namespace eventfilter::selftest {
namespace {

// On the heap: rings refuse to register memory that belongs to a file
const std::unique_ptr<char> content = std::make_unique<char>('x');

iovec part() { return {content.get(), 1}; }

long from_the_beginning(int fd) { return lseek(fd, 0, SEEK_SET); }

struct Pipe {
  Pipe() {
    int ends[2];
    require_call(pipe(ends), "pipe");
    out = Fd(ends[0]);
    in = Fd(ends[1]);
  }
  Fd out;
  Fd in;
};

// A pipe with a byte in it: writing to pipes is never refused
Pipe filled_pipe() {
  Pipe pipe;
  require(write(pipe.in.get(), "x", 1) == 1, "write to a pipe");
  return pipe;
}

Fd memory_file() {
  Fd file(memfd_create("evf-test", 0));
  require(file.is_open() && ftruncate(file.get(), 1) == 0, "memfd_create");
  return file;
}

io_uring_sqe request(unsigned char opcode, int fd, const void* address, unsigned length) {
  io_uring_sqe made{};
  made.opcode = opcode;
  made.fd = fd;
  made.addr = reinterpret_cast<uintptr_t>(address);
  made.len = length;
  return made;
}

long by_ring(unsigned char opcode, int fd, unsigned char flags = 0) {
  iovec vector = part();
  const bool is_vector = opcode == IORING_OP_READV || opcode == IORING_OP_WRITEV;
  io_uring_sqe made =
      is_vector ? request(opcode, fd, &vector, 1) : request(opcode, fd, content.get(), 1);
  made.flags = flags;
  return Ring().do_request(made);
}

// With memory that was registered before
long by_fixed_buffer(unsigned char opcode, int fd) {
  Ring ring;
  iovec vector = part();
  require_call(uring_register(ring.fd(), IORING_REGISTER_BUFFERS, &vector, 1), "a fixed buffer");
  return ring.do_request(request(opcode, fd, content.get(), 1));
}

// By a descriptor that is in the ring's own table
long by_fixed_file(unsigned char opcode, int fd) {
  Ring ring;
  require_call(uring_register(ring.fd(), IORING_REGISTER_FILES, &fd, 1), "a fixed file");
  io_uring_sqe made = request(opcode, 0, content.get(), 1);
  made.flags = IOSQE_FIXED_FILE;
  const long result = ring.do_request(made);
  const int error = errno;
  // A ring's end comes later, and would still hold the file
  uring_register(ring.fd(), IORING_UNREGISTER_FILES, nullptr, 0);
  errno = error;
  return result;
}

long by_splice_of_ring(int from, uint64_t from_offset, int to, uint64_t to_offset) {
  io_uring_sqe made = request(IORING_OP_SPLICE, to, nullptr, 1);
  made.splice_fd_in = from;
  made.splice_off_in = from_offset;
  made.off = to_offset;
  return Ring().do_request(made);
}

long by_aio(unsigned short opcode, int fd) {
  aio_context_t context = 0;
  require_call(syscall(SYS_io_setup, 1, &context), "io_setup");
  iocb made{};
  made.aio_lio_opcode = opcode;
  made.aio_fildes = static_cast<unsigned>(fd);
  made.aio_buf = reinterpret_cast<uintptr_t>(content.get());
  made.aio_nbytes = 1;
  iocb* list[] = {&made};
  const long result = syscall(SYS_io_submit, context, 1, list);
  const int error = errno;
  syscall(SYS_io_destroy, context);
  errno = error;
  return result;
}

long into_file(int fd) {
  const Fd to = memory_file();
  off_t zero = 0;
  return sendfile(to.get(), fd, &zero, 1);
}

// To a file beside it: both have to be of one file system
long into_the_file_beside(int fd) {
  const auto self = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd));
  const Fd to(open((self.parent_path() / "other").c_str(), O_WRONLY));
  require(to.is_open(), "open of the other file");
  loff_t zero = 0;
  loff_t there = 0;
  return copy_file_range(fd, &zero, to.get(), &there, 1, 0);
}

}  // namespace

long read_byte(int fd) { return pread(fd, content.get(), 1, 0); }
long write_byte(int fd) { return pwrite(fd, "x", 1, 0); }

long list(int fd) {
  char entries[1024];
  return syscall(SYS_getdents64, fd, entries, sizeof(entries));
}

std::vector<Transfer> ways_to_read() {
  return {
      {"read",
       [](int fd) {
         from_the_beginning(fd);
         return read(fd, content.get(), 1);
       }},
      {"pread", read_byte},
      {"readv",
       [](int fd) {
         const iovec vector = part();
         from_the_beginning(fd);
         return readv(fd, &vector, 1);
       }},
      {"preadv",
       [](int fd) {
         const iovec vector = part();
         return preadv(fd, &vector, 1, 0);
       }},
      {"preadv2",
       [](int fd) {
         const iovec vector = part();
         return preadv2(fd, &vector, 1, 0, 0);
       }},
      {"sendfile", into_file},
      {"copy_file_range", into_the_file_beside},
      {"sendfile to a pipe",
       [](int fd) {
         const Pipe pipe;
         off_t zero = 0;
         return sendfile(pipe.in.get(), fd, &zero, 1);
       }},
      {"splice",
       [](int fd) {
         const Pipe pipe;
         loff_t zero = 0;
         return splice(fd, &zero, pipe.in.get(), nullptr, 1, 0);
       }},
      {"aio", [](int fd) { return by_aio(IOCB_CMD_PREAD, fd); }},
      {"io_uring READ", [](int fd) { return by_ring(IORING_OP_READ, fd); }},
      {"io_uring READ by a worker",
       [](int fd) { return by_ring(IORING_OP_READ, fd, IOSQE_ASYNC); }},
      {"io_uring READV", [](int fd) { return by_ring(IORING_OP_READV, fd); }},
      {"io_uring READ_FIXED", [](int fd) { return by_fixed_buffer(IORING_OP_READ_FIXED, fd); }},
      {"io_uring READ of a fixed file", [](int fd) { return by_fixed_file(IORING_OP_READ, fd); }},
      {"io_uring SPLICE",
       [](int fd) {
         const Pipe pipe;
         return by_splice_of_ring(fd, 0, pipe.in.get(), ~0ULL);
       }},
  };
}

std::vector<Transfer> ways_to_write() {
  return {
      {"write",
       [](int fd) {
         from_the_beginning(fd);
         return write(fd, "x", 1);
       }},
      {"pwrite", write_byte},
      {"writev",
       [](int fd) {
         const iovec vector = part();
         from_the_beginning(fd);
         return writev(fd, &vector, 1);
       }},
      {"pwritev",
       [](int fd) {
         const iovec vector = part();
         return pwritev(fd, &vector, 1, 0);
       }},
      {"pwritev2",
       [](int fd) {
         const iovec vector = part();
         return pwritev2(fd, &vector, 1, 0, 0);
       }},
      {"sendfile",
       [](int fd) {
         const Fd from = memory_file();
         from_the_beginning(fd);
         return sendfile(fd, from.get(), nullptr, 1);
       }},
      {"splice",
       [](int fd) {
         const Pipe pipe = filled_pipe();
         loff_t zero = 0;
         return splice(pipe.out.get(), nullptr, fd, &zero, 1, 0);
       }},
      {"copy_file_range",
       [](int fd) {
         loff_t from = 0;
         loff_t to = 4;
         return copy_file_range(fd, &from, fd, &to, 1, 0);
       }},
      {"fallocate", [](int fd) { return fallocate(fd, 0, 0, 1); }},
      {"aio", [](int fd) { return by_aio(IOCB_CMD_PWRITE, fd); }},
      {"io_uring WRITE", [](int fd) { return by_ring(IORING_OP_WRITE, fd); }},
      {"io_uring WRITE by a worker",
       [](int fd) { return by_ring(IORING_OP_WRITE, fd, IOSQE_ASYNC); }},
      {"io_uring WRITEV", [](int fd) { return by_ring(IORING_OP_WRITEV, fd); }},
      {"io_uring WRITE_FIXED", [](int fd) { return by_fixed_buffer(IORING_OP_WRITE_FIXED, fd); }},
      {"io_uring WRITE of a fixed file", [](int fd) { return by_fixed_file(IORING_OP_WRITE, fd); }},
      {"io_uring SPLICE",
       [](int fd) {
         const Pipe pipe = filled_pipe();
         return by_splice_of_ring(pipe.out.get(), ~0ULL, fd, 0);
       }},
      {"io_uring FALLOCATE",
       [](int fd) {
         io_uring_sqe made = request(IORING_OP_FALLOCATE, fd, nullptr, 0);
         made.addr = 1;  // bytes; the mode is in len
         return Ring().do_request(made);
       }},
  };
}

}  // namespace eventfilter::selftest
