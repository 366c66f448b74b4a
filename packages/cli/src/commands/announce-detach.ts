import type { CommandIo } from './command.js';

/** The keys were typed in the middle of a line of the container's, and show nothing by themselves: docker's words. */
export function announceDetach({ writeError }: CommandIo): void {
  writeError('read escape sequence\n');
}
