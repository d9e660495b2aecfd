#pragma once
#include <sys/types.h>

// A program on a pseudo terminal. fork and exec in one C function: Swift must not run between them.

/// Starts `argv[0]` with its standard descriptors on a new terminal of that size. Returns the pid and the terminal's other end in
/// `fd`, or -1.
pid_t cpty_spawn(const char *const argv[], const char *const envp[], int rows, int columns, int *fd);
/// Gives the terminal another size; the program gets SIGWINCH. Returns 0 or -1.
int cpty_resize(int fd, int rows, int columns);
