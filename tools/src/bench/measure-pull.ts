import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RuntimeError } from '@mini/contracts';
import { debianRoot } from '../roots/debian-root.js';
import { miniCommand } from '../workspace.js';
import { type OwnPodman, openPodman } from './podman.js';
import { withStore } from './private-store.js';
import { startBenchRegistry } from './registry.js';
import type { BenchContext, Section } from './section.js';
import { quantile } from './statistics.js';
import { formatTable } from './table.js';
import { ratioTarget, type Target } from './targets.js';

const execute = promisify(execFile);
const MOST_ROUNDS = 5;
const SMALL_FILES = 50_000;
const FILES_A_DIRECTORY = 100;
const MOST_RATIO = 0.6;
const MOST_MEMORY_MB = 150;
/** How often a program's peak is looked at: the kernel keeps it, so only what comes after the last look is missed. */
const LOOK_MS = 10;

interface Pull {
  readonly ms: number;
  readonly peakMb: number;
}

/** Images from one registry on loopback: fetched and unpacked, by mini and by podman in turn. */
export async function measurePull({ scene, options, has, warn }: BenchContext): Promise<Section> {
  const title = 'Pull and unpack';
  const missing = ['docker-registry', 'podman', 'tar'].filter((program) => !has(program));
  if (missing.length > 0) {
    warn(`pull is left out: there is no ${missing.join(', no ')}`);
    return { title, text: `Not measured: there is no ${missing.join(', no ')}.`, targets: [] };
  }
  const podman = openPodman(scene.directory);
  const registry = await startBenchRegistry(scene.directory);
  try {
    const sources = {
      Debian: await debianRoot(),
      [`${SMALL_FILES} small files`]: makeSmallFiles(scene.directory),
    };
    const parts: { readonly rows: string[][]; readonly targets: Target[] }[] = [];
    for (const [index, [what, directory]] of Object.entries(sources).entries()) {
      const name = `${registry.host}/bench/image${index}:1`;
      await publish(podman, scene.directory, directory, name);
      const stores = join(scene.directory, `i${index}`);
      parts.push(await compare(stores, what, name, Math.min(MOST_ROUNDS, options.rounds)));
    }
    const rows = parts.flatMap((part) => part.rows);
    return {
      title,
      text: formatTable(['', 'median s', '10 %', '90 %', 'peak memory, MB'], rows),
      targets: parts.flatMap((part) => part.targets),
    };
  } finally {
    registry.stop();
  }
}

async function compare(directory: string, what: string, name: string, rounds: number) {
  const [ours, theirs]: [Pull[], Pull[]] = [[], []];
  // A store of its own for each: a file system is slow to give out what has just been deleted.
  for (let round = 0; round < rounds; round += 1) {
    // Short: podman refuses long ones.
    const own = join(directory, `r${round}`);
    ours.push(
      await timePull(...withStore(join(own, 'mini'), [process.execPath, miniCommand, 'pull', '-q', name])),
    );
    const podman = openPodman(own);
    const words = [...podman.words, 'pull', '-q', '--tls-verify=false', name];
    theirs.push(await timePull(podman.file, words, podman.env));
  }
  const median = (pulls: readonly Pull[]) =>
    quantile(
      pulls.map(({ ms }) => ms),
      0.5,
    );
  const peakMb = Math.max(...ours.map((pull) => pull.peakMb));
  return {
    rows: [
      [`mini, ${what}`, ...formatPulls(ours)],
      [`podman, ${what}`, ...formatPulls(theirs)],
    ],
    targets: [
      ratioTarget(
        `pulling ${what} takes at most ${MOST_RATIO} of podman`,
        median(ours),
        median(theirs),
        MOST_RATIO,
      ),
      {
        text: `pulling ${what} takes at most ${MOST_MEMORY_MB} MB of memory`,
        measured: `${peakMb.toFixed(0)} MB`,
        isMet: peakMb <= MOST_MEMORY_MB,
      },
    ],
  };
}

function formatPulls(pulls: readonly Pull[]): string[] {
  const times = pulls.map(({ ms }) => ms / 1000);
  const peak = Math.max(...pulls.map(({ peakMb }) => peakMb));
  return [...[0.5, 0.1, 0.9].map((part) => quantile(times, part).toFixed(2)), peak.toFixed(0)];
}

async function timePull(file: string, words: readonly string[], env = process.env): Promise<Pull> {
  const start = performance.now();
  const child = spawn(file, words, { stdio: ['ignore', 'ignore', 'inherit'], env });
  let peakMb = 0;
  const look = setInterval(() => {
    peakMb = readPeakMb(child.pid) ?? peakMb;
  }, LOOK_MS);
  const code = await new Promise((done) => child.once('exit', done));
  const ms = performance.now() - start;
  clearInterval(look);
  if (code === 0) return { ms, peakMb };
  const command = [file, ...words].join(' ');
  throw new RuntimeError({
    code: 'BENCH_FAILED',
    message: `failed to run "${command}": it ended with ${code}`,
  });
}

/** Source: proc_pid_status(5), VmHWM. */
function readPeakMb(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : (Number(kib) * 1024) / 1e6;
  } catch {
    // It has just ended.
    return undefined;
  }
}

async function publish(podman: OwnPodman, directory: string, root: string, name: string): Promise<void> {
  const archive = join(directory, 'image.tar');
  await execute('tar', ['-C', root, '-cf', archive, '.']);
  await podman.run('import', archive, name);
  await podman.run('push', '-q', '--tls-verify=false', name);
  await podman.run('rmi', '-f', name);
}

function makeSmallFiles(parent: string): string {
  const root = join(parent, 'small-files');
  for (let index = 0; index < SMALL_FILES; index += 1) {
    const directory = join(root, `directory-${Math.floor(index / FILES_A_DIRECTORY)}`);
    if (index % FILES_A_DIRECTORY === 0) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `file-${index}`), `${index} `.repeat(80));
  }
  return root;
}
