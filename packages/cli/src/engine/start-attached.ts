import { closeSync } from 'node:fs';
import { type AttachOptions, attachContainer } from './attach-container.js';
import { type ClientEnd, openClient } from './client.js';
import { type Engine, openEngine } from './engine.js';
import { OUR_STDIO } from './run-result.js';
import { startExistingContainer } from './start-container.js';

/**
 * `mini start -a`: starts one that exists, in the foreground. Attaches to one that runs already. Resolves as `run` does.
 */
export async function startAttached(
  reference: string,
  { interactive = false, ...streams }: AttachOptions = {},
  engine: Engine = openEngine(),
): Promise<ClientEnd> {
  const client = openClient(engine.kernel, streams, interactive);
  try {
    const connection = { stdio: streams.stdio ?? OUR_STDIO, detached: false, onStdin: client.onStdin };
    const started = await startExistingContainer(engine, reference, connection);
    if (started === undefined) return await attachContainer(reference, { ...streams, interactive }, engine);
    try {
      return await client.follow(started);
    } finally {
      closeSync(started.pidfd);
    }
  } finally {
    client.close();
  }
}
