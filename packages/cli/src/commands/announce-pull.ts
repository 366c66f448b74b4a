import type { RunOptions } from '../engine/run-options.js';
import type { CommandIo } from './command.js';
import type { RunSettings } from './run-draft.js';

/** Shows how the image of a container is fetched, as `mini pull` does. Loaded when it is: most images are here. */
export function announcePull(
  io: CommandIo,
  { quiet = false }: RunSettings,
): NonNullable<RunOptions['onPull']> {
  return async (name) => {
    if (quiet) return undefined;
    const { openTransferView } = await import('./transfer/transfer-view.js');
    const { showMissing } = await import('./transfer/show-missing.js');
    const view = openTransferView(io, false);
    showMissing(name, view);
    return view.onProgress;
  };
}
