import { closeSync } from 'node:fs';
import { type ControlMessage, decodeControlMessage, type Kernel } from '@mini/contracts';

export interface ControlHandlers {
  /** A message with the descriptors it carried; they are the handler's to close. */
  onMessage(message: ControlMessage, fds: readonly number[]): void;
  /** The other side is gone: a helper has executed the command, or has ended. */
  onEnd(): void;
}

/** Our end of the control socket of a helper or monitor. */
export interface ControlChannel {
  /** Lets the other side go on after a barrier. */
  go(): void;
  /** Closes our end; no handler is called any more. */
  close(): void;
}

/** Listens on a control socket until its end. The descriptor belongs to the channel from now on. */
export function openControlChannel(kernel: Kernel, fd: number, handlers: ControlHandlers): ControlChannel {
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    unwatch();
    closeSync(fd);
  };
  const drain = () => {
    while (open) {
      const received = kernel.receiveMessage(fd);
      if (received === undefined) return;
      if (received.bytes.length > 0) {
        handlers.onMessage(decodeControlMessage(received.bytes), received.fds);
        continue;
      }
      close();
      handlers.onEnd();
    }
  };
  const unwatch = kernel.watch(fd, drain);
  return { go: () => open && kernel.sendMessage(fd, new Uint8Array([1])), close };
}
