import { dlopen, ptr, read } from 'bun:ffi';
import { closeSync, readFileSync, writeSync } from 'node:fs';
import { describeErrno, RuntimeError } from '@mini/contracts';

const LIBC = 'libc.so.6';

/** Source: linux/memfd.h. */
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_NOEXEC_SEAL = 8;

/** Source: linux/fcntl.h. Against more seals, shrinking, growing and writing. */
const F_ADD_SEALS = 1033;
const ALL_SEALS = 15;

type Libc = ReturnType<typeof openLibc>;

let libc: Libc | undefined;

/**
 * Loads an addon that the executable holds, from a file in memory that is sealed before. Bun's own way is a file with
 * a predictable name in the directory for temporary files, which it writes once and trusts ever after. The descriptor stays open: the
 * loader knows a library by the name it was opened by, and would give the first one for the second addon.
 */
export function loadSealedAddon(path: string): unknown {
  libc ??= openLibc();
  const fd = sealFile(libc, readFileSync(path));
  const module = { exports: {} };
  process.dlopen(module, `/proc/self/fd/${fd}`);
  return module.exports;
}

function openLibc() {
  const { symbols } = dlopen(LIBC, {
    memfd_create: { args: ['ptr', 'u32'], returns: 'i32' },
    fcntl: { args: ['i32', 'i32', 'u32'], returns: 'i32' },
  });
  // Held here: a pointer alone would not keep it.
  const name = new TextEncoder().encode('mini-addon\0');
  return { ...symbols, name };
}

/** A file in memory with these bytes that nobody can change. See memfd_create(2). */
function sealFile(libc: Libc, bytes: Uint8Array): number {
  const fd = makeFile(libc);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    succeed('fcntl', () => libc.fcntl(fd, F_ADD_SEALS, ALL_SEALS));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** It is mapped, never executed. Kernels before 6.3 do not know how to be told so, later ones may insist on it (vm.memfd_noexec). */
function makeFile(libc: Libc): number {
  const name = ptr(libc.name);
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const fd = libc.memfd_create(name, flags | MFD_NOEXEC_SEAL);
  return fd >= 0 ? fd : succeed('memfd_create', () => libc.memfd_create(name, flags));
}

function succeed(name: string, call: () => number): number {
  const result = call();
  if (result >= 0) return result;
  const errno = lookUpErrno(call);
  throw new RuntimeError({
    code: 'addon-unsealed',
    message: `failed to seal the addon: ${describeErrno(errno)} (${name})`,
    context: { errno, syscall: name },
  });
}

/** Where errno lies is asked only when something failed, and asking may change it: hence the call once more. */
function lookUpErrno(call: () => number): number {
  const { symbols } = dlopen(LIBC, { __errno_location: { returns: 'ptr' } });
  const place = symbols.__errno_location();
  call();
  return read.i32(place);
}
