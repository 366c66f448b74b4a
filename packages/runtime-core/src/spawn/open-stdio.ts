import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Kernel } from '@mini/contracts';
import type { SpawnOptions, StdioOption } from './spawn-options.js';

/** The descriptors for the child and the streams for the caller. */
export interface OpenedStdio {
  readonly childFds: readonly [number, number, number];
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** At least one pipe was made for this process: its user may own it. */
  readonly hasPipes: boolean;
  /** Closes the child's ends; call it once the child holds them. */
  closeChildEnds(): void;
  /** Closes both sides, when there is no child. */
  closeAll(): void;
}

/** Opens what `stdio` asks for. `ignore` is /dev/null, `inherit` our own descriptor. */
export function openStdio(kernel: Kernel, stdio: SpawnOptions['stdio'] = 'pipe'): OpenedStdio {
  const options = (Array.isArray(stdio) ? stdio : [stdio, stdio, stdio]) as readonly StdioOption[];
  const opened: number[] = [];
  const streams: (number | null)[] = [];
  const childFds = options.map((option, index) => {
    if (typeof option === 'number') return option;
    if (option === 'inherit') return index;
    if (option === 'ignore') return remember(opened, openSync('/dev/null', index === 0 ? 'r' : 'w'));
    const [readEnd, writeEnd] = kernel.pipe();
    streams[index] = index === 0 ? writeEnd : readEnd;
    return remember(opened, index === 0 ? readEnd : writeEnd);
  });
  const ours = {
    stdin: toWritable(streams[0]),
    stdout: toReadable(streams[1]),
    stderr: toReadable(streams[2]),
  };
  const closeChildEnds = () => opened.splice(0).forEach(closeSync);
  return {
    ...ours,
    childFds: childFds as unknown as readonly [number, number, number],
    hasPipes: options.includes('pipe'),
    closeChildEnds,
    closeAll() {
      closeChildEnds();
      for (const stream of Object.values(ours)) stream?.destroy();
    },
  };
}

function remember(opened: number[], fd: number): number {
  opened.push(fd);
  return fd;
}

// A socket over a pipe waits in the event loop; a file stream would block one of the few pool threads while it reads.
function toReadable(fd: number | null | undefined): Readable | null {
  return fd == null ? null : new Socket({ fd, readable: true, writable: false });
}

function toWritable(fd: number | null | undefined): Writable | null {
  return fd == null ? null : new Socket({ fd, readable: false, writable: true });
}
