# How every static helper of mini is compiled; included by the Makefile of each package that has one.
CC = musl-gcc
HOST_CC = gcc
INIT_HELPER := $(dir $(lastword $(MAKEFILE_LIST)))
CONTRACTS := $(INIT_HELPER)../contracts/include
# Debian's musl-gcc does not see the kernel's headers.
KERNEL_HEADERS := -idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu
# Steps all have the same parameters, and most need one of them.
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wno-unused-parameter -Werror
CFLAGS = -std=c17 -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
LDFLAGS = -static -s -Wl,--gc-sections,--build-id=none,-z,noseparate-code
override CFLAGS += $(WARNINGS) -I$(CONTRACTS) -I$(INIT_HELPER)src $(KERNEL_HEADERS)
HEADERS := $(wildcard $(INIT_HELPER)src/*.h) $(CONTRACTS)/plan.h

# What nsenter-helper shares: everything but the main function.
SHARED_C := $(filter-out %/main.c,$(wildcard $(INIT_HELPER)src/*.c))
