/* A descriptor that is closed where its block ends, with errno as it was. */
#ifndef MINI_SCOPED_H
#define MINI_SCOPED_H

#include <errno.h>
#include <unistd.h>

static inline void close_scoped(const int *fd) {
	const int error = errno;
	if (*fd >= 0)
		close(*fd);
	errno = error;
}

#define SCOPED_FD __attribute__((cleanup(close_scoped))) int

#endif
