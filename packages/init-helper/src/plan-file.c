/*
 * Takes the Plan from its descriptor.
 * Privileges: none used. Trusts nothing: the file may be anything and may change while it is read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan-reader.h"

int read_plan(int fd, struct plan *plan) {
	struct stat status;
	if (fstat(fd, &status) == -1)
		return -1;
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	if (status.st_size > PLAN_MAX_BYTES) {
		errno = EFBIG;
		return -1;
	}
	const size_t size = (size_t)status.st_size;
	/* Not a mapping of the file: it could change after the check. Not a read: the descriptor's offset is shared.
	 */
	uint8_t *bytes = mmap(NULL, PLAN_MAX_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED)
		return -1;
	for (size_t done = 0; done < size;) {
		ssize_t count = pread(fd, bytes + done, size - done, (off_t)done);
		if (count <= 0) {
			errno = count == 0 ? EIO : errno;
			return -1;
		}
		done += (size_t)count;
	}
	*plan = (struct plan){bytes, (uint32_t)size};
	return 0;
}
