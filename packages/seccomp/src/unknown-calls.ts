import type { Seccomp } from '@mini/contracts';
import { ENOSYS, returnValue } from './actions.js';
import { AUDIT_ARCH, libraryName } from './architectures.js';
import type { Library } from './library.js';

/** One struct sock_filter: operation, where to go when it holds and when not, operand. Source: linux/filter.h. */
type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number];

const INSTRUCTION_BYTES = 8;
/** BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_JMP|BPF_JGT|BPF_K, BPF_RET|BPF_K. */
const CODE = { load: 0x20, ifEqual: 0x15, ifAtLeast: 0x35, ifGreater: 0x25, return: 0x06 } as const;
/** Offsets in struct seccomp_data. */
const OFFSET = { number: 0, architecture: 4 } as const;
/** Calls of x32 have this bit in their number and x86-64's architecture. */
const X32_BIT = 0x40000000;

/** The newest call of an architecture that a profile knows. */
interface Known {
  readonly audit: number;
  readonly newest: number;
}

/**
 * A program to stand before a filter: a call that is newer than all that the profile names answers ENOSYS, as on a kernel
 * that lacks it, so that C libraries fall back to what the profile knows instead of giving up at EPERM. Only where
 * the profile denies by default with an errno: what kills must kill.
 */
export function compileUnknownCalls(
  library: Library,
  { defaultAction, syscalls = [] }: Seccomp,
  architectures: readonly string[],
): Uint8Array {
  if (defaultAction !== 'SCMP_ACT_ERRNO') return new Uint8Array();
  const names = syscalls.flatMap((rule) => rule.names);
  const known = architectures.flatMap((architecture): Known[] => {
    const audit = AUDIT_ARCH[architecture];
    const numbers = names.map((name) => library.resolveNumber(libraryName(architecture), name));
    const newest = numbers.reduce((most, number) => Math.max(most, number), -1);
    return audit === undefined || newest < 0 ? [] : [{ audit, newest }];
  });
  return encode(known.flatMap(compileKnown));
}

/** Falls through to what follows unless the call is of this architecture and newer than `newest`. */
function compileKnown({ audit, newest }: Known): Instruction[] {
  const isX32 = (newest & X32_BIT) !== 0;
  const isX64 = audit === AUDIT_ARCH.SCMP_ARCH_X86_64 && !isX32;
  const newer: Instruction = [CODE.ifGreater, 0, 1, newest];
  const check: Instruction[] = [
    ...(isX64 ? [[CODE.ifAtLeast, 2, 0, X32_BIT] as const] : []),
    newer,
    [CODE.return, 0, 0, returnValue('SCMP_ACT_ERRNO', ENOSYS)!],
  ];
  return [
    [CODE.load, 0, 0, OFFSET.architecture],
    [CODE.ifEqual, 0, check.length + 1, audit],
    [CODE.load, 0, 0, OFFSET.number],
    ...check,
  ];
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  for (const [index, [code, whenTrue, whenFalse, operand]] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(whenTrue, at + 2);
    bytes.writeUInt8(whenFalse, at + 3);
    bytes.writeUInt32LE(operand, at + 4);
  }
  return bytes;
}
