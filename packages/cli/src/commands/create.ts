import { readFileSync, statSync } from 'node:fs';
import { createContainer } from '../engine/create-container.js';
import { announcePull } from './announce-pull.js';
import { RUN_OPTIONS } from './options/run.js';
import { plainCommand } from './plain-command.js';
import { readRunRequest } from './run-request.js';

/** Flags of `run` that say how it is connected to what runs, or what it shows instead. */
const ABOUT_RUNNING = ['detach', 'sig-proxy', 'explain', 'format'];

export const OPTIONS = RUN_OPTIONS.filter(({ name }) => !ABOUT_RUNNING.includes(name));

/** `mini create`: prints the full id. */
export const runCommand = plainCommand({
  name: 'create',
  options: OPTIONS,
  operands: { least: 0, called: 'the image' },
  stopsAtOperand: true,
  async perform(given, io) {
    const context = { cwd: io.cwd, env: io.env, readFile: readFileSync, stat: statSync };
    const { options, settings } = await readRunRequest(given, context, 'create');
    const { id } = await createContainer({ ...options, onPull: announcePull(io, settings) });
    io.writeOut(`${id}\n`);
    return 0;
  },
});
