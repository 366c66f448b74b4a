import { createHash, type Hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { ExecutionContext } from 'ava';
import type { Environment } from '../../src/registry/config/environment.js';
import type { Pace } from '../../src/registry/http/pace.js';
import { type RegistryOptions, RegistrySession } from '../../src/registry/registry-session.js';
import type { BlobSink } from '../../src/registry/transfer/download-blob.js';
import { Repository } from '../../src/registry/transfer/repository.js';
import { FakeRegistry } from './fake-registry.js';

/** As patient as the real one, without the time that passes. */
export const QUICK: Pace = { tries: 3, firstWaitMs: 1, mostWaitMs: 5 };

/** Surroundings that know nothing of the machine's. */
export function emptyEnvironment(t: ExecutionContext, variables: Environment['variables'] = {}): Environment {
  const home = mkdtempSync(`${tmpdir()}/mini-registry-`);
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  return {
    home,
    uid: 1000,
    variables: {
      XDG_RUNTIME_DIR: `${home}/run`,
      CONTAINERS_REGISTRIES_CONF: `${home}/registries.conf`,
      ...variables,
    },
    certificateDirectories: [`${home}/certs.d`],
  };
}

export async function startRegistry(t: ExecutionContext): Promise<FakeRegistry> {
  const registry = new FakeRegistry();
  await registry.listen();
  t.teardown(() => registry.close());
  return registry;
}

/** The repository `app` of a registry. */
export function openRepository(
  t: ExecutionContext,
  { host }: FakeRegistry,
  options: RegistryOptions & { readonly actions?: 'pull' | 'pull,push' } = {},
): Repository {
  const endpoint = { registry: host, host, path: 'app', insecure: true };
  const session = new RegistrySession(endpoint, { env: emptyEnvironment(t), pace: QUICK, ...options });
  t.teardown(() => session.close());
  return new Repository(session, options.actions);
}

/** Holds what is downloaded. */
export class MemorySink implements BlobSink {
  bytes = Buffer.alloc(0);

  get offsetBytes(): number {
    return this.bytes.length;
  }

  write(bytes: Uint8Array): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }

  restart(): void {
    this.bytes = Buffer.alloc(0);
  }
}

/** Bytes that are the same each time and compress badly. */
export function noise(length: number, seed = 'noise'): Buffer {
  const parts: Buffer[] = [];
  for (let index = 0; parts.length * 32 < length; index += 1) {
    const hash: Hash = createHash('sha256').update(`${seed}${index}`);
    parts.push(hash.digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}
