/**
 * The few instructions of eBPF that a device program is made of. Source: the kernel's bpf/standardization/instruction-set.
 * Jumps name where they go; `assemble` turns names into distances.
 */
export type Instruction =
  | { readonly op: 'load'; readonly to: number; readonly from: number; readonly offset: number }
  | { readonly op: 'copy'; readonly to: number; readonly from: number }
  | { readonly op: 'set' | 'and' | 'shiftRight'; readonly to: number; readonly value: number }
  | {
      readonly op: 'ifEqual' | 'ifNotEqual' | 'ifAny';
      readonly register: number;
      readonly value: number;
      readonly label: string;
    }
  | { readonly op: 'jump'; readonly label: string }
  | { readonly op: 'label'; readonly label: string }
  | { readonly op: 'exit' };

/** Operation codes: all but jumps and the last assignment in 32 bits, whose upper half is zero afterwards. */
const CODE = {
  load: 0x61,
  copy: 0xbc,
  set: 0xb7,
  and: 0x54,
  shiftRight: 0x74,
  ifEqual: 0x15,
  ifNotEqual: 0x55,
  ifAny: 0x45,
  jump: 0x05,
  exit: 0x95,
} as const;

const INSTRUCTION_BYTES = 8;

/** An array of struct bpf_insn, in this machine's order of bytes, which is little-endian wherever Node runs. */
export function assemble(instructions: readonly Instruction[]): Uint8Array {
  const places = new Map<string, number>();
  let count = 0;
  for (const instruction of instructions) {
    if (instruction.op === 'label') places.set(instruction.label, count);
    else count += 1;
  }
  const bytes = Buffer.alloc(count * INSTRUCTION_BYTES);
  let index = 0;
  for (const instruction of instructions) {
    if (instruction.op === 'label') continue;
    encode(bytes, index, instruction, (label) => places.get(label)! - index - 1);
    index += 1;
  }
  return bytes;
}

function encode(
  bytes: Buffer,
  index: number,
  instruction: Exclude<Instruction, { op: 'label' }>,
  distanceTo: (label: string) => number,
): void {
  const at = index * INSTRUCTION_BYTES;
  const put = (registers: number, offset: number, value: number) => {
    bytes.writeUInt8(CODE[instruction.op], at);
    bytes.writeUInt8(registers, at + 1);
    bytes.writeInt16LE(offset, at + 2);
    bytes.writeInt32LE(value, at + 4);
  };
  if (instruction.op === 'load' || instruction.op === 'copy') {
    const offset = instruction.op === 'load' ? instruction.offset : 0;
    put(instruction.to | (instruction.from << 4), offset, 0);
  } else if ('register' in instruction) {
    put(instruction.register, distanceTo(instruction.label), instruction.value);
  } else if (instruction.op === 'jump') {
    put(0, distanceTo(instruction.label), 0);
  } else if ('to' in instruction) {
    put(instruction.to, 0, instruction.value);
  } else {
    put(0, 0, 0);
  }
}
