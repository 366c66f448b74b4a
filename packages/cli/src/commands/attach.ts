import { attachContainer } from '../engine/attach-container.js';
import { flag, withCommon } from './options/plain-option.js';
import { readStreams, STREAM_OPTIONS } from './options/streams.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(flag('--no-stdin', 'Pass on nothing of what is typed'), ...STREAM_OPTIONS);

/** `mini attach`: the exit code is the container's, 0 when the keys to detach were typed. */
export const runCommand = plainCommand({
  name: 'attach',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the container' },
  async perform(given, io) {
    const [container = ''] = given.operands;
    const interactive = !given.has('no-stdin');
    const end = await attachContainer(container, { ...readStreams(given), interactive });
    if (end.detached) (await import('./announce-detach.js')).announceDetach(io);
    return end.exitCode;
  },
});
