/** One access to a device, as the kernel asks about it. */
export interface Access {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  /** Any of `m`, `r` and `w`. */
  readonly access: string;
}

const BIT: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };

/**
 * What a device program returns for an access: an interpreter for the instructions that it may have. Throws for any
 * other, for a jump backwards and for one out of the program, which the kernel's verifier would refuse.
 */
export function runDeviceProgram(program: Uint8Array, { type, major, minor, access }: Access): number {
  const code = Buffer.from(program.buffer, program.byteOffset, program.length);
  const bits = [...access].reduce((sum, letter) => sum | BIT[letter]!, 0);
  const context = [(bits << 16) | (type === 'b' ? 1 : 2), major, minor];
  const registers: number[] = [];
  for (let at = 0; ; at++) {
    if (at < 0 || at * 8 >= code.length) throw new Error(`no instruction ${at}`);
    const [operation, pair] = [code[at * 8]!, code[at * 8 + 1]!];
    const [offset, value] = [code.readInt16LE(at * 8 + 2), code.readInt32LE(at * 8 + 4)];
    const [to, from] = [pair & 15, pair >> 4];
    if (offset < 0) throw new Error('a jump backwards');
    if (operation === 0x95) return registers[0]!;
    if (operation === 0x61) registers[to] = context[offset / 4]!;
    else if (operation === 0xbc) registers[to] = registers[from]! >>> 0;
    else if (operation === 0xb7) registers[to] = value;
    else if (operation === 0x54) registers[to] = (registers[to]! & value) >>> 0;
    else if (operation === 0x74) registers[to] = registers[to]! >>> value;
    else if (operation === 0x05) at += offset;
    else if (operation === 0x15) at += registers[to] === value ? offset : 0;
    else if (operation === 0x55) at += registers[to] !== value ? offset : 0;
    else if (operation === 0x45) at += (registers[to]! & value) !== 0 ? offset : 0;
    else throw new Error(`the instruction 0x${operation.toString(16)}`);
  }
}

/** Instructions that no path leads to, which the kernel's verifier refuses. */
export function findUnreachable(program: Uint8Array): number[] {
  const code = Buffer.from(program.buffer, program.byteOffset, program.length);
  const count = code.length / 8;
  const reached = new Set<number>();
  const visit = (at: number): void => {
    if (at >= count) throw new Error(`no instruction ${at}`);
    if (reached.has(at)) return;
    reached.add(at);
    const operation = code[at * 8]!;
    const target = at + 1 + code.readInt16LE(at * 8 + 2);
    if (operation === 0x95) return;
    if ([0x05, 0x15, 0x55, 0x45].includes(operation)) visit(target);
    if (operation !== 0x05) visit(at + 1);
  };
  visit(0);
  return Array.from({ length: count }, (_, at) => at).filter((at) => !reached.has(at));
}
