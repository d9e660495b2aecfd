#define _GNU_SOURCE
#include "CSpawn.h"

#include <signal.h>
#include <spawn.h>

// What the child does before it becomes the program.
static int prepare(posix_spawn_file_actions_t *actions, const int32_t streams[3], const char *place) {
    int code = 0;
    for (int number = 0; number < 3 && code == 0; number++)
        code = posix_spawn_file_actions_adddup2(actions, streams[number], number);
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    if (code == 0 && place) code = posix_spawn_file_actions_addchdir_np(actions, place);
    return code;
}

static int configure(posix_spawnattr_t *attributes, int own_group) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int code = posix_spawnattr_setsigmask(attributes, &none);
    if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
    if (code == 0) code = posix_spawnattr_setpgroup(attributes, 0);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (own_group ? POSIX_SPAWN_SETPGROUP : 0);
    return code == 0 ? posix_spawnattr_setflags(attributes, flags) : code;
}

int cspawn_start(char *const words[], char *const variables[], const int32_t streams[3], const char *place, int own_group, int32_t *child) {
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    posix_spawnattr_t attributes;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        pid_t started = 0;
        code = prepare(&actions, streams, place);
        if (code == 0) code = configure(&attributes, own_group);
        if (code == 0) code = posix_spawnp(&started, words[0], &actions, &attributes, words, variables);
        *child = started;
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return code;
}
