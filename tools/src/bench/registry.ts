import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RuntimeError } from '@mini/contracts';

/** Debian's docker-registry on loopback. */
export interface BenchRegistry {
  readonly host: string;
  stop(): void;
}

const MOST_LOOKS = 100;
const LOOK_MS = 100;

export async function startBenchRegistry(directory: string): Promise<BenchRegistry> {
  const port = await findPort();
  const path = join(directory, 'registry.json');
  // JSON is YAML too.
  const configuration = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(directory, 'registry') } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of no use' },
  };
  writeFileSync(path, JSON.stringify(configuration));
  const child = spawn('docker-registry', ['serve', path], { stdio: 'ignore' });
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    if (await isListening(port)) return { host: `127.0.0.1:${port}`, stop: () => void child.kill() };
    await sleep(LOOK_MS);
  }
  child.kill();
  throw new RuntimeError({
    code: 'BENCH_FAILED',
    message: 'failed to start docker-registry: it does not listen',
  });
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}
