#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static WINDOW *keys;                       // a 1x1 pad: reading from it never refreshes the screen
static SCREEN *terminal;
static FILE *stream;                       // ncurses' output: a descriptor of its own, so that stdout stays out of frames
static volatile sig_atomic_t is_open;
static struct termios cooked;
static struct sigaction crashes[NSIG], signals[NSIG];
static int tty = -1, frame = -1;           // where frames go; where one is caught
static int pipes[2] = {-1, -1};
static int background = -1;
static uint8_t *pending;                   // bytes not yet taken by the terminal
static size_t pending_count, pending_start, pending_room;

static const char restore[] = "\033[?2026l\033[?1006l\033[?1000l\033[?2004l\033[?25h\033[0m\033[?1049l";
// Bracketed paste (DECSET 2004): what is pasted comes between marks, so that it is text and never keys.
static const char marks_on[] = "\033[?2004h", marks_off[] = "\033[?1006l\033[?1000l\033[?2004l";
// Clicks and the wheel (DECSET 1000) as SGR reports (1006), once they were asked for.
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static int wants_mouse;
enum { PASTE_BEGIN = 0x6000, PASTE_END };   // key codes of ours, far above those ncurses gives to extended keys
static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, 0};
static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT, 0};

// The terminal back first, then the handler that was there before (Swift's backtracer).
static void crash(int number) {
    if (is_open) {
        is_open = 0;
        (void)!write(2, restore, sizeof restore - 1);
        tcsetattr(0, TCSANOW, &cooked);
    }
    sigaction(number, &crashes[number], NULL);
    raise(number);
}

static void note(int number) {
    int saved = errno;
    uint8_t byte = (uint8_t)number;
    (void)!write(pipes[1], &byte, 1);
    errno = saved;
}

static void watch(int number, struct sigaction *old) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, old);
}

static long long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// Reads "rgb:RRRR/GGGG/BBBB" (1 to 4 digits each) as 0xRRGGBB.
static int colour(const char *text) {
    int value = 0;
    for (int part = 0; part < 3; part++) {
        unsigned number = 0, digits = 0;
        for (; digits < 4; digits++, text++) {
            char c = *text;
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0) break;
            number = number * 16 + (unsigned)digit;
        }
        if (digits == 0 || (part < 2 && *text != '/')) return -1;
        unsigned most = (1u << (4 * digits)) - 1;
        value = value << 8 | (int)(number * 255 / most);
        text++;
    }
    return value;
}

// Asks for the background (OSC 11), then for the device attributes, which nearly all terminals answer: so a terminal that knows
// only the latter is not waited for. Keys typed meanwhile are dropped.
static void ask_background(int wait) {
    struct termios raw = cooked;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(0, TCSANOW, &raw)) return;
    static const char query[] = "\033]11;?\033\\\033[c";
    (void)!write(1, query, sizeof query - 1);
    char answer[256];
    size_t count = 0;
    long long end = milliseconds() + wait;
    while (count + 1 < sizeof answer) {
        long long left = end - milliseconds();
        struct pollfd in = {.fd = 0, .events = POLLIN};
        if (left <= 0 || poll(&in, 1, (int)left) <= 0) break;
        ssize_t got = read(0, answer + count, sizeof answer - 1 - count);
        if (got <= 0) break;
        count += (size_t)got;
        answer[count] = 0;
        char *device = strstr(answer, "\033[?");
        if (device && strchr(device, 'c')) break;
    }
    answer[count] = 0;
    char *found = strstr(answer, "]11;rgb:");
    if (found) background = colour(found + 8);
    tcsetattr(0, TCSANOW, &cooked);
}

// Keeps bytes for the terminal; 0 when there is no memory for them.
static int keep(const uint8_t *bytes, size_t count);
static int drain(void);

int ct_open(int ask_milliseconds) {
    if (is_open) return CT_FAILED;
    if (!isatty(0) || !isatty(1) || tcgetattr(0, &cooked)) return CT_NOT_A_TERMINAL;
    setlocale(LC_ALL, "");
    int error = 0;
    if (setupterm(NULL, 1, &error) != OK) return CT_UNKNOWN_TERM;
    const char *move = tigetstr("cup");
    int can_move = move && move != (char *)-1;
    del_curterm(cur_term);
    if (!can_move) return CT_CANNOT_MOVE_CURSOR;
    if (ask_milliseconds > 0) ask_background(ask_milliseconds);

    // A description of its own for frames, not blocking: a slow line must not hold the keys up.
    char name[64] = "";
    if (ttyname_r(1, name, sizeof name) == 0) tty = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (tty < 0) tty = fcntl(1, F_DUPFD_CLOEXEC, 3);
    frame = memfd_create("frame", MFD_CLOEXEC);
    int own = fcntl(1, F_DUPFD_CLOEXEC, 3);
    stream = own >= 0 ? fdopen(own, "w") : NULL;
    if (tty < 0 || frame < 0 || !stream || pipe2(pipes, O_CLOEXEC | O_NONBLOCK)) return CT_FAILED;
    terminal = newterm(NULL, stream, stdin);
    if (!terminal) return CT_UNKNOWN_TERM;
    set_term(terminal);
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    set_escdelay(25);
    intrflush(stdscr, FALSE);
    leaveok(stdscr, TRUE);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    keys = newpad(1, 1);
    if (!keys) {
        endwin();
        return CT_FAILED;
    }
    keypad(keys, TRUE);
    nodelay(keys, TRUE);
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    define_key(NULL, KEY_MOUSE);           // reports are read whole, not begun by ncurses
    keep((const uint8_t *)marks_on, sizeof marks_on - 1);
    typeahead(-1);                         // a waiting key must not stop half a frame
    is_open = 1;
    for (const int *number = fatal; *number; number++) {
        struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        sigaction(*number, &action, &crashes[*number]);
    }
    for (const int *number = watched; *number; number++) watch(*number, &signals[*number]);
    return CT_OPEN;
}

// Gives the terminal back as it was; where there is no other screen to go back to, the last row is cleared for what comes next.
static void leave(void) {
    endwin();
    fflush(stream);
    const char *back = tigetstr("rmcup"), *erase = tigetstr("el");
    int is_known = erase && erase != (char *)-1 && strncmp(erase, "\033[K", 3) == 0;
    if ((!back || back == (char *)-1) && is_known) (void)!write(tty, "\033[K", 3);
    tcsetattr(0, TCSANOW, &cooked);
}

void ct_close(void) {
    if (!is_open) return;
    // What is still pending is part of a frame: let it go out whole, for a moment, or the sequences behind it come to nothing.
    for (int tries = 0; tries < 20 && pending_count > 0; tries++) {
        struct pollfd out = {.fd = tty, .events = POLLOUT};
        if (poll(&out, 1, 10) > 0 && ct_flush() == CT_LOST) break;
    }
    is_open = 0;
    (void)!write(tty, marks_off, sizeof marks_off - 1);
    leave();
    for (const int *number = watched; *number; number++) sigaction(*number, &signals[*number], NULL);
    for (const int *number = fatal; *number; number++) sigaction(*number, &crashes[*number], NULL);
}

void ct_reclaim(void) {
    if (!is_open) return;
    keep((const uint8_t *)marks_on, sizeof marks_on - 1);
    if (wants_mouse) keep((const uint8_t *)mouse_on, sizeof mouse_on - 1);
    reset_prog_mode();
    clearok(curscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();                            // not caught: ncurses sets the terminal's mode on this descriptor when it comes back
    keypad(keys, TRUE);                    // endwin took the cursor keys' mode away: now, not with the first key
    fflush(stream);
}

void ct_suspend(void) {
    if (!is_open) return;
    (void)!write(tty, marks_off, sizeof marks_off - 1);
    leave();
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigemptyset(&plain.sa_mask);
    sigaction(SIGTSTP, &plain, NULL);
    kill(getpid(), SIGTSTP);               // stops here, until it is continued
    watch(SIGTSTP, NULL);
    ct_reclaim();
}

// What a program that crashed may have left on: mouse and focus reports, another keypad or cursor key mode, margins, its screen.
static const char disarm[] = "\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1004l\033[?2004l\033[>4m\033[?1l\033>\033[?6l"
                             "\033[?7h\033[r\033(B\017\033[0m\033[?1049l";

// In the child, after fork: to the front with a group of its own, signals as they come, no files but the three, then the program.
static void become(char *const words[]) {
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);              // asking for the foreground from the background would stop it
    tcsetpgrp(0, getpgrp());
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    closefrom(3);                          // what the program leaves behind must not keep the broker's port
    execve(words[0], words, environ);
    _exit(127);
}

// Waits for the child; what asks us to end is handed on to it and told again afterwards. Answers its wait status.
static int await(pid_t child) {
    int status = 0;
    uint8_t kept[16];
    size_t count = 0;
    for (;;) {
        pid_t ended = waitpid(child, &status, WNOHANG | WUNTRACED);
        if (ended < 0 && errno != EINTR) break;
        if (ended == child && !WIFSTOPPED(status)) break;
        if (ended == child) kill(-child, SIGCONT);    // there is no shell here that could bring it back
        struct pollfd in = {.fd = pipes[0], .events = POLLIN};
        if (poll(&in, 1, -1) <= 0) continue;
        uint8_t number;
        while (read(pipes[0], &number, 1) == 1) {
            if (number != SIGTERM && number != SIGHUP) continue;
            kill(-child, number);
            kill(-child, SIGCONT);
            if (count < sizeof kept) kept[count++] = number;
        }
    }
    for (size_t i = 0; i < count; i++) note(kept[i]);
    return status;
}

int ct_run(char *const words[], int *code) {
    if (!is_open) return CT_LOST;
    for (int tries = 0; tries < 100 && pending_count > 0; tries++) {
        struct pollfd out = {.fd = tty, .events = POLLOUT};
        if (poll(&out, 1, 10) > 0 && drain() == CT_LOST) return CT_LOST;
    }
    if (pending_count > 0) return CT_PENDING;
    (void)!write(tty, marks_off, sizeof marks_off - 1);
    leave();

    struct sigaction old_child, old_output, ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    watch(SIGCHLD, &old_child);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);      // no handler of ours may run in the child
    pid_t child = fork();
    if (child == 0) become(words);
    if (child > 0) setpgid(child, child);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    int status = child > 0 ? await(child) : 0;
    sigaction(SIGCHLD, &old_child, NULL);

    sigaction(SIGTTOU, &ignore, &old_output);         // we are in the background until this is done
    tcsetpgrp(0, getpgrp());
    tcsetattr(0, TCSANOW, &cooked);
    if (status != 0) (void)!write(tty, disarm, sizeof disarm - 1);
    ct_reclaim();
    sigaction(SIGTTOU, &old_output, NULL);
    if (child < 0) return CT_LOST;
    *code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return CT_WRITTEN;
}

void ct_size(int *rows, int *cols) {
    struct winsize size;
    if (ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0
        && (size.ws_row != LINES || size.ws_col != COLS)) {
        resizeterm(size.ws_row, size.ws_col);
        clearok(curscr, TRUE);
    }
    *rows = LINES;
    *cols = COLS;
}

int ct_colors(void) { return has_colors() ? COLORS : 0; }
int ct_background(void) { return background; }
int ct_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }
int ct_signals(void) { return pipes[0]; }
int ct_output(void) { return tty; }
void ct_forget(void) { clearok(curscr, TRUE); }

void ct_put_row(int row, const ct_cell *cells, int count) {
    for (int x = 0; x < count && x < COLS && row < LINES; x++) {
        const ct_cell *cell = &cells[x];
        if (cell->width == 0) continue;
        wchar_t text[3] = {(wchar_t)(cell->scalar ? cell->scalar : ' '), (wchar_t)cell->mark, 0};
        attr_t attributes = 0;
        if (cell->attributes & CT_BOLD) attributes |= A_BOLD;
        if (cell->attributes & CT_DIM) attributes |= A_DIM;
        if (cell->attributes & CT_REVERSE) attributes |= A_REVERSE;
        if (cell->attributes & CT_UNDERLINE) attributes |= A_UNDERLINE;
        int pair = COLORS > 0 && (cell->fg >= 0 || cell->bg >= 0) ? alloc_pair(cell->fg, cell->bg) : 0;
        cchar_t glyph;
        if (pair < 0) pair = 0;
        if (setcchar(&glyph, text, attributes, 0, &pair) == OK) mvwadd_wch(stdscr, row, x, &glyph);
        if (cell->width < 2 || wcwidth(text[0]) > 1) continue;
        // The C library finds it narrower than the grid does: its second column is blank, not what stood there before.
        const wchar_t blank[2] = {' ', 0};
        if (setcchar(&glyph, blank, attributes, 0, &pair) == OK) mvwadd_wch(stdscr, row, x + 1, &glyph);
    }
}

static int keep(const uint8_t *bytes, size_t count) {
    if (pending_count == 0) pending_start = 0;
    if (pending_start + pending_count + count > pending_room) {
        size_t room = (pending_start + pending_count + count) * 2;
        uint8_t *larger = realloc(pending, room);
        if (!larger) return 0;
        pending = larger;
        pending_room = room;
    }
    memcpy(pending + pending_start + pending_count, bytes, count);
    pending_count += count;
    return 1;
}

static int drain(void) {
    while (pending_count > 0) {
        ssize_t written = write(tty, pending + pending_start, pending_count);
        if (written > 0) {
            pending_start += (size_t)written;
            pending_count -= (size_t)written;
        } else if (written < 0 && errno == EINTR) {
            continue;
        } else if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return CT_PENDING;
        } else {
            pending_count = 0;
            return CT_LOST;
        }
    }
    return CT_WRITTEN;
}

int ct_write(const uint8_t *bytes, size_t count) {
    if (!is_open || !keep(bytes, count)) return CT_LOST;
    return drain();
}

int ct_flush(void) {
    if (!is_open) return CT_LOST;
    int state = drain();
    if (state != CT_WRITTEN) return state;
    wnoutrefresh(stdscr);
    int own = fileno(stream), keep_own = fcntl(own, F_DUPFD_CLOEXEC, 3);
    if (keep_own < 0) return CT_LOST;
    dup3(frame, own, O_CLOEXEC);           // ncurses writes in many pieces: catch them, send them as one
    doupdate();
    fflush(stream);
    dup3(keep_own, own, O_CLOEXEC);
    close(keep_own);
    off_t count = lseek(frame, 0, SEEK_CUR);
    if (count <= 0) return CT_WRITTEN;
    uint8_t *bytes = malloc((size_t)count + 16);
    if (!bytes) return CT_LOST;
    memcpy(bytes, "\033[?2026h", 8);       // synchronized update: shown whole or not at all
    size_t got = 0;
    while (got < (size_t)count) {
        ssize_t part = pread(frame, bytes + 8 + got, (size_t)count - got, (off_t)got);
        if (part <= 0) break;
        got += (size_t)part;
    }
    memcpy(bytes + 8 + got, "\033[?2026l", 8);
    lseek(frame, 0, SEEK_SET);
    (void)!ftruncate(frame, 0);
    int kept = keep(bytes, got + 16);
    free(bytes);
    return kept ? drain() : CT_LOST;
}

void ct_use_mouse(void) {
    wants_mouse = 1;
    keep((const uint8_t *)mouse_on, sizeof mouse_on - 1);
}

int ct_key(uint32_t *out) {
    wint_t value = 0;
    int kind = wget_wch(keys, &value);
    if (kind == ERR) return CT_NONE;
    if (kind != KEY_CODE_YES) {
        *out = value;
        return CT_CHARACTER;
    }
    switch (value) {
        case KEY_UP: *out = CT_UP; break;
        case KEY_DOWN: *out = CT_DOWN; break;
        case KEY_LEFT: *out = CT_LEFT; break;
        case KEY_RIGHT: *out = CT_RIGHT; break;
        case KEY_HOME: *out = CT_HOME; break;
        case KEY_END: *out = CT_END; break;
        case KEY_PPAGE: *out = CT_PAGE_UP; break;
        case KEY_NPAGE: *out = CT_PAGE_DOWN; break;
        case KEY_BACKSPACE: *out = CT_BACKSPACE; break;
        case KEY_DC: *out = CT_DELETE; break;
        case KEY_ENTER: *out = CT_ENTER; break;
        case KEY_BTAB: *out = CT_BACK_TAB; break;
        case PASTE_BEGIN: *out = CT_PASTE_BEGIN; break;
        case PASTE_END: *out = CT_PASTE_END; break;
        default: *out = CT_OTHER; break;
    }
    return CT_KEY;
}
