#pragma once
#include <stddef.h>
#include <stdint.h>

// The only door to ncurses: no ncurses type, macro or global crosses it. One thread, the terminal's owner, calls all of it.

/// One terminal cell: up to two scalars (a base and a combining mark), palette indices (-1: the terminal's own colour), attributes.
/// `width` 0 marks the tail of a wide glyph.
typedef struct {
    uint32_t scalar, mark;
    int16_t fg, bg;
    uint8_t attributes, width;
} ct_cell;

enum { CT_BOLD = 1, CT_DIM = 2, CT_REVERSE = 4, CT_UNDERLINE = 8 };
/// Why `ct_open` refused.
enum { CT_OPEN = 0, CT_NOT_A_TERMINAL = 1, CT_UNKNOWN_TERM = 2, CT_CANNOT_MOVE_CURSOR = 3, CT_FAILED = 4 };
/// What `ct_key` found.
enum { CT_NONE = 0, CT_CHARACTER = 1, CT_KEY = 2 };
/// Keys that are no characters.
enum {
    CT_UP = 1, CT_DOWN, CT_LEFT, CT_RIGHT, CT_HOME, CT_END, CT_PAGE_UP, CT_PAGE_DOWN,
    CT_BACKSPACE, CT_DELETE, CT_ENTER, CT_BACK_TAB, CT_OTHER,
    /// What comes between these two was pasted (bracketed paste is on while the terminal is open).
    CT_PASTE_BEGIN, CT_PASTE_END
};
/// What `ct_flush` and `ct_write` did.
enum { CT_WRITTEN = 0, CT_PENDING = 1, CT_LOST = -1 };

/// Takes the terminal on stdin and stdout over. Returns CT_OPEN or the reason why not; then nothing was changed.
/// With `ask_milliseconds` above 0 the terminal is asked for its background first (OSC 11) and waited for that long.
int ct_open(int ask_milliseconds);
/// Gives the terminal back as it was found. Harmless when it is not open.
void ct_close(void);
/// Gives the terminal back, stops the process as ctrl-z does, and takes the terminal again when it continues.
void ct_suspend(void);
/// Takes the terminal again after something else continued or disturbed the process.
void ct_reclaim(void);
/// Runs a program (its words, then NULL) on the terminal and waits for its end; its exit code, or 128 and the signal's number, goes to
/// `code`. The program has the terminal as it was found and a process group of its own, so that its ctrl-c and ctrl-z reach nobody
/// else; afterwards the terminal is taken again, in order even if the program crashed. CT_PENDING: the terminal would not take what
/// waits for it, nothing was started; CT_LOST: it could not be started.
int ct_run(char *const words[], int *code);
/// Asks the kernel for the size and makes ncurses follow it.
void ct_size(int *rows, int *cols);
/// Colours the terminal has: 0, 8, 16, 256 or more.
int ct_colors(void);
/// The background the terminal named, as 0xRRGGBB, or -1.
int ct_background(void);
/// 1 when the locale's characters are UTF-8.
int ct_is_utf8(void);
/// Puts a row of cells into the next frame.
void ct_put_row(int row, const ct_cell *cells, int count);
/// Forgets what the terminal shows, so that the next frame draws all of it.
void ct_forget(void);
/// Writes what changed as one write, or goes on with what is pending.
int ct_flush(void);
/// Writes bytes (a control sequence) behind what is pending.
int ct_write(const uint8_t *bytes, size_t count);
/// Asks for clicks and the wheel as SGR reports, which come as characters, from the next frame on and until the terminal is given back.
void ct_use_mouse(void);
/// The next key without blocking: CT_CHARACTER and a scalar, or CT_KEY and one of the keys above.
int ct_key(uint32_t *out);
/// A pipe that gives one byte, the signal's number, for each INT, TERM, HUP, WINCH, TSTP and CONT.
int ct_signals(void);
/// The descriptor that frames go to, to be polled for room.
int ct_output(void);
