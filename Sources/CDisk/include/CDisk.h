#pragma once
#include <stddef.h>
#include <stdint.h>

// The door to calls of the disk that Swift does not import. No foreign type crosses it.

// Reads bytes of a file that the kernel has in its page cache, never waiting for the disk (preadv2 with RWF_NOWAIT, Linux 4.14).
//
// Returns how many bytes came: fewer than asked for where the rest is not in memory or lies beyond the end; -1 with errno EAGAIN where none
// is in memory, EOPNOTSUPP where the file system cannot tell.
ptrdiff_t cdisk_read_cached(int descriptor, void *bytes, size_t count, int64_t offset);
