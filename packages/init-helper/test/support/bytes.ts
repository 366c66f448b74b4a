import { encodePlan, type Step } from '@mini/contracts';

/** A mutable copy of an encoded Plan and a way to write words into it; the fields are little-endian on all targets. */
export function planBytes(steps: readonly Step[]): { bytes: Uint8Array<ArrayBuffer>; view: DataView } {
  const bytes = new Uint8Array(encodePlan({ steps }));
  return { bytes, view: new DataView(bytes.buffer) };
}

/** The same bytes with the length in the header made right. */
export function repairLength(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  new DataView(copy.buffer).setUint32(8, copy.length, true);
  return copy;
}

/** Where each record begins. */
export function recordOffsets(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets: number[] = [];
  for (let at = 16; at < bytes.length; at += 8 + view.getUint32(at + 4, true)) offsets.push(at);
  return offsets;
}
