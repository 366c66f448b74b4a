/*
 * Job: moves what is typed (or piped) into the client to the container's stdin, and keeps the client's terminal
 * raw meanwhile. It runs in the client's own process group, so that the shell's job control goes on working, and
 * gives the terminal back when the client ends, however it ends. On a terminal it looks for the keys that let the
 * client go. Privileges: the client's. Trusts: its descriptors: 0 the client's stdin, 3 the container's, 4 closes
 * with the client, 5 holds the keys.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

enum { FD_SINK = 3, FD_CLIENT = 4, FD_KEYS = 5, EXIT_HANGUP = 1, EXIT_DETACHED = 2, EXIT_ENGINE = 125 };

/* What is typed to detach, and how much of it has been typed: that much is held back. */
static struct {
	char keys[64];
	ssize_t length, typed;
	bool are_complete;
} detach;

static struct termios saved;
static volatile sig_atomic_t stopped, resized;

static void on_signal(int signal) {
	if (signal == SIGWINCH)
		resized = 1;
	else
		stopped = 1;
}

/* No SA_RESTART: a signal has to wake poll. */
static void catch_signals(void) {
	struct sigaction action = {.sa_handler = on_signal};
	int signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static bool make_raw(void) {
	struct termios raw;
	if (tcgetattr(STDIN_FILENO, &saved) < 0)
		return false;
	raw = saved;
	cfmakeraw(&raw);
	return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

static void copy_size(void) {
	struct winsize size;
	resized = 0;
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(FD_SINK, TIOCSWINSZ, &size);
}

static bool write_all(const char *bytes, ssize_t length) {
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(FD_SINK, bytes + done, (size_t)(length - done));
		if (written < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (written > 0)
			done += written;
	}
	return true;
}

/* True when the byte belongs to the keys, so far. What was held back in vain is passed on first. */
static bool is_detach_key(char byte) {
	if (detach.typed > 0 && byte != detach.keys[detach.typed]) {
		write_all(detach.keys, detach.typed);
		detach.typed = 0;
	}
	if (byte != detach.keys[detach.typed])
		return false;
	detach.typed++;
	detach.are_complete = detach.typed == detach.length;
	return true;
}

/* False when the keys are complete: what is typed after them is nobody's. */
static bool pass_typed(const char *bytes, ssize_t length) {
	ssize_t start = 0;
	for (ssize_t i = 0; i < length; i++) {
		const ssize_t held_before = detach.typed;
		if (held_before == 0 && bytes[i] != detach.keys[0])
			continue;
		if (held_before == 0 && !write_all(bytes + start, i - start))
			return false;
		start = is_detach_key(bytes[i]) ? i + 1 : i;
		if (detach.are_complete)
			return false;
	}
	return write_all(bytes + start, length - start);
}

/* One PIPE_BUF at most: poll has promised room for that much, so the write cannot block while the client goes
 * away. */
static bool pump_once(void) {
	char bytes[4096];
	ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);
	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (length <= 0)
		return false;
	return detach.length > 0 ? pass_typed(bytes, length) : write_all(bytes, length);
}

static bool is_gone(const struct pollfd *entry) {
	return entry->revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL);
}

/* Waits for room first and for input then, so that nothing is taken from the client that cannot be passed on. */
static void pump(void) {
	bool has_room = false;
	while (!stopped) {
		struct pollfd entries[] = {
		    {FD_CLIENT, POLLIN, 0},
		    {FD_SINK, has_room ? 0 : POLLOUT, 0},
		    {STDIN_FILENO, has_room ? POLLIN : 0, 0},
		};
		int ready = poll(entries, 3, -1);
		if (resized)
			copy_size();
		if (ready < 0)
			continue;
		if (is_gone(&entries[0]) || entries[1].revents & (POLLERR | POLLNVAL))
			return;
		if (entries[1].revents & POLLOUT) {
			has_room = true;
		} else if (has_room && entries[2].revents) {
			has_room = false;
			if (!pump_once())
				return;
		} else if (entries[1].revents & POLLHUP) {
			return;
		}
	}
}

/* False when the terminal is gone. When the client was killed its shell may have the terminal to itself already:
 * we are in the background then and would be stopped, or refused, if SIGTTOU were not ignored. And no waiting for
 * output (TCSADRAIN): a terminal that was stopped by ctrl-s never has it drained. */
static bool give_back(void) {
	signal(SIGTTOU, SIG_IGN);
	return tcsetattr(STDIN_FILENO, TCSANOW, &saved) == 0 || errno != EIO;
}

int main(void) {
	/* The parent catches signals; inherited dispositions are reset by the launch. */
	prctl(PR_SET_NAME, "mini-pump");
	if (isatty(FD_SINK) == 0 && errno == EBADF) {
		fprintf(stderr, "failed to start \"mini-pump\": there is no container on descriptor 3\n");
		return EXIT_ENGINE;
	}
	catch_signals();
	bool raw = isatty(FD_SINK) && isatty(STDIN_FILENO) && make_raw();
	if (raw) {
		copy_size();
		detach.length = pread(FD_KEYS, detach.keys, sizeof detach.keys, 0);
	}
	pump();
	if (raw && !give_back())
		return EXIT_HANGUP;
	return detach.are_complete ? EXIT_DETACHED : 0;
}
