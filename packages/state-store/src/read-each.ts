import type { Kernel } from '@mini/contracts';

/** What lists of containers need of the kernel: thousands of small files, each read by Node, take longer than all else. */
export type ReadKernel = Pick<Kernel, 'readFiles'>;

/** The beginning of a file. */
export interface Beginning {
  readonly bytes: Uint8Array;
  /** Of the whole file, in bytes. */
  readonly size: number;
}

/** The first `mostBytes` of the same file of many containers; `undefined` where it is missing or cannot be read. */
export function readEach(
  kernel: ReadKernel,
  containers: string,
  ids: readonly string[],
  { file, mostBytes }: { readonly file: string; readonly mostBytes: number },
): (Beginning | undefined)[] {
  const paths = ids.map((id) => `${id}/${file}`);
  const { bytes, ends, sizes } = kernel.readFiles(containers, paths, mostBytes);
  let from = 0;
  return ids.map((_, index) => {
    const start = from;
    const size = sizes[index]!;
    from = ends[index]!;
    return size < 0 ? undefined : { bytes: bytes.subarray(start, from), size };
  });
}
