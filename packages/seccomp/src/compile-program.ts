import { RuntimeError, type Seccomp } from '@mini/contracts';
import { architecturesOf, isKnownArchitecture, libraryName } from './architectures.js';
import { compileRules } from './compile-rules.js';
import { badSeccomp } from './errors.js';
import { type Library, loadLibrary } from './library.js';
import { compileUnknownCalls } from './unknown-calls.js';

/** The most instructions that a filter may have. Source: BPF_MAXINSNS of linux/bpf_common.h. */
const MAX_INSTRUCTIONS = 4096;
const INSTRUCTION_BYTES = 8;

/**
 * Compiles a profile to an array of struct sock_filter, without looking anywhere whether that has been done before.
 * Throws `RuntimeError` `bad-seccomp` and `library-missing`.
 */
export function compileProgram(seccomp: Seccomp, machine: string = process.arch): Uint8Array {
  const { defaultAction, rules } = compileRules(seccomp);
  const library = loadLibrary();
  const architectures = chooseArchitectures(library, seccomp, machine);
  const unknown = compileUnknownCalls(library, seccomp, architectures);
  const known = feed(() => library.compile(defaultAction, architectures.map(libraryName), rules));
  const program = Buffer.concat([unknown, known]);
  if (program.length > MAX_INSTRUCTIONS * INSTRUCTION_BYTES) {
    const count = program.length / INSTRUCTION_BYTES;
    throw badSeccomp(
      'linux.seccomp.syscalls',
      `it has ${count} instructions, the kernel takes ${MAX_INSTRUCTIONS}`,
    );
  }
  return program;
}

/** Those of the profile; without any, the machine's own alone. */
function chooseArchitectures(
  library: Library,
  { architectures = [] }: Seccomp,
  machine: string,
): readonly string[] {
  for (const [index, architecture] of architectures.entries()) {
    if (isKnownArchitecture(library, architecture)) continue;
    throw badSeccomp(
      `linux.seccomp.architectures[${index}]`,
      `the architecture "${architecture}" is not supported`,
    );
  }
  return architectures.length > 0 ? architectures : architecturesOf(machine).slice(0, 1);
}

function feed(compile: () => Uint8Array): Uint8Array {
  try {
    return compile();
  } catch (error) {
    const { syscall, detail, message } = error as { syscall?: string; detail?: string; message: string };
    if (syscall === undefined || error instanceof RuntimeError) throw error;
    const field = syscall === 'seccomp_arch_add' ? 'linux.seccomp.architectures' : 'linux.seccomp.syscalls';
    throw badSeccomp(field, `libseccomp refuses ${detail ? `"${detail}"` : 'it'}: ${message}`, error);
  }
}
