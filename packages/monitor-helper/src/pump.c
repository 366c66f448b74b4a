/*
 * Job: moves what is typed (or piped) into the client to the container's stdin, and keeps the client's terminal
 * raw meanwhile. It runs in the client's own process group, so that the shell's job control goes on working, and
 * gives the terminal back when the client ends, however it ends. Privileges: the client's. Trusts: its
 * descriptors: 0 the client's stdin, 3 the container's, 4 closes with the client.
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

enum { FD_SINK = 3, FD_CLIENT = 4, EXIT_HANGUP = 1, EXIT_ENGINE = 125 };

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

/* One PIPE_BUF at most: poll has promised room for that much, so the write cannot block while the client goes
 * away. */
static bool pump_once(void) {
	char bytes[4096];
	ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);
	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (length <= 0)
		return false;
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(FD_SINK, bytes + done, (size_t)(length - done));
		if (written < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (written > 0)
			done += written;
	}
	return true;
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
	if (raw)
		copy_size();
	pump();
	return raw && !give_back() ? EXIT_HANGUP : 0;
}
