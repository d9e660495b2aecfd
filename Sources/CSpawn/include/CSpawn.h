#pragma once
#include <stdint.h>

// The door to starting programs. No foreign type crosses it.

// Starts a program with three files as its standard streams and none of this process's other files: sockets are not all marked
// close-on-exec, and a program that stays would keep a listener's port taken. Every signal is unblocked and does what it does by default.
//
// words: the program, looked for in PATH where its name has no slash, and its arguments; ends with NULL.
// variables: its environment as NAME=value; ends with NULL.
// place: the folder it starts in; NULL for this process's.
// own_group: not 0 for a process group of its own.
// child: its process id.
//
// Returns 0, or the error number.
int cspawn_start(char *const words[], char *const variables[], const int32_t streams[3], const char *place, int own_group, int32_t *child);
