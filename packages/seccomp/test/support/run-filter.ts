import { AUDIT_ARCH } from '../../src/architectures.js';

/** One system call as a filter sees it. */
export interface Call {
  readonly architecture: string;
  readonly number: number;
  readonly args?: readonly (number | bigint)[];
}

const DATA_BYTES = 64;
const ARGS_OFFSET = 16;
const WORD = { code: 0, whenTrue: 2, whenFalse: 3, operand: 4 } as const;

/** What a filter returns for a call, in hexadecimal: `7fff0000` allows, `50026` is ENOSYS. Classic BPF, see bpf(4). */
export function runFilter(program: Uint8Array, call: Call): string {
  const code = Buffer.from(program.buffer, program.byteOffset, program.length);
  const data = describe(call);
  let accumulator = 0;
  for (let at = 0; ; ) {
    const operation = code.readUInt16LE(at * 8 + WORD.code);
    const operand = code.readUInt32LE(at * 8 + WORD.operand);
    const jump = (holds: boolean) => code.readUInt8(at * 8 + (holds ? WORD.whenTrue : WORD.whenFalse)) + 1;
    if (operation === 0x06) return operand.toString(16);
    if (operation === 0x05) at += operand + 1;
    else if (operation === 0x15) at += jump(accumulator === operand);
    else if (operation === 0x25) at += jump(accumulator > operand);
    else if (operation === 0x35) at += jump(accumulator >= operand);
    else {
      if (operation === 0x20) accumulator = data.readUInt32LE(operand);
      else if (operation === 0x54) accumulator = (accumulator & operand) >>> 0;
      else throw new Error(`instruction ${at} has the code 0x${operation.toString(16)}`);
      at += 1;
    }
  }
}

/** struct seccomp_data, see seccomp(2). */
function describe({ architecture, number, args = [] }: Call): Buffer {
  const data = Buffer.alloc(DATA_BYTES);
  data.writeInt32LE(number | 0, 0);
  data.writeUInt32LE(AUDIT_ARCH[architecture]!, 4);
  for (const [index, value] of args.entries()) {
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), ARGS_OFFSET + 8 * index);
  }
  return data;
}
