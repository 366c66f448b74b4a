/* Decimal numbers without printf, which would be a third of a helper. */
#ifndef MINI_DIGITS_H
#define MINI_DIGITS_H

#include <stdint.h>

struct digits {
	char text[24];
};

/* The digits of a number that is not negative, at the end of `digits`. */
static inline const char *write_number(struct digits *digits, int64_t rest) {
	char *number = digits->text + sizeof digits->text - 1;
	*number = '\0';
	do
		*--number = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	return number;
}

#endif
