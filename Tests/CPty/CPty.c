#include "CPty.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

pid_t cpty_spawn(const char *const argv[], const char *const envp[], int rows, int columns, int *fd) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    pid_t pid = forkpty(fd, NULL, NULL, &size);
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(argv[0], (char *const *)argv, (char *const *)envp);
        _exit(127);
    }
    if (pid > 0) fcntl(*fd, F_SETFD, FD_CLOEXEC);
    return pid;
}

int cpty_resize(int fd, int rows, int columns) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    return ioctl(fd, TIOCSWINSZ, &size);
}
