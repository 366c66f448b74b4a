import { closeSync } from 'node:fs';
import { type AttachOptions, attachContainer } from './attach-container.js';
import { type ClientEnd, openClient } from './client.js';
import { type Engine, openEngine } from './engine.js';
import { tellDetached } from './run.js';
import { OUR_STDIO } from './run-result.js';
import { startExistingContainer } from './start-container.js';

/**
 * `mini start -a`: starts one that exists, in the foreground. Attaches to one that runs already. Resolves as `run` does.
 */
export async function startAttached(
  reference: string,
  { interactive = false, signal, ...streams }: AttachOptions = {},
  engine: Engine = openEngine(),
): Promise<ClientEnd> {
  const client = openClient(engine.kernel, streams, interactive);
  try {
    const connection = { stdio: streams.stdio ?? OUR_STDIO, detached: false, onStdin: client.onStdin };
    const started = await startExistingContainer(engine, reference, connection);
    if (started === undefined) {
      const options = { ...streams, interactive, ...(signal && { signal }) };
      return await attachContainer(reference, options, engine);
    }
    try {
      const end = await client.follow(started, signal);
      if (end.detached) await tellDetached(engine, started.id);
      return end;
    } finally {
      closeSync(started.pidfd);
    }
  } finally {
    client.close();
  }
}
