import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { RuntimeError } from '@mini/contracts';
import { LIMIT_TEXTS } from '../scene.js';
import type { Side } from '../side.js';
import { judge, listShortcomings, type Verdict } from './compare.js';
import { collectFacts, type Facts, type HostView } from './facts.js';
import { MEANT_DIFFERENCES } from './meant-differences.js';
import { probeCommand, splitSections } from './probe-script.js';

const PATIENCE_MS = 10_000;

/** Runs the probe on every side and holds each against the first, mini. */
export async function proveEqual(sides: readonly Side[]): Promise<Verdict[]> {
  const facts: { name: string; facts: Facts }[] = [];
  for (const side of sides) facts.push({ name: side.name, facts: await probe(side) });
  const [mini, ...others] = facts;
  const shortcomings = listShortcomings(mini!.facts, LIMIT_TEXTS);
  if (shortcomings.length > 0) throw unproven(shortcomings.join('; '));
  return others.map((other) => judge(other.name, mini!.facts, other.facts, MEANT_DIFFERENCES));
}

function unproven(reason: string): RuntimeError {
  return new RuntimeError({
    code: 'BENCH_UNEQUAL',
    message: `failed to prove that mini makes the whole container: ${reason}`,
  });
}

async function probe(side: Side): Promise<Facts> {
  const mark = `probe-${process.pid}-${side.name.replaceAll(' ', '-')}`;
  const container = side.probe!(probeCommand(mark));
  const output = text(container.stdout);
  const pid = await findContained(mark);
  const host = lookFromHost(pid);
  container.stdin.end('\n');
  await container.ended;
  return collectFacts(splitSections(await output), host);
}

function lookFromHost(pid: number): HostView {
  return {
    cgroup: readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    ownCgroup: readFileSync('/proc/self/cgroup', 'utf8'),
    ownNamespaces: readdirSync('/proc/self/ns').map((name) => readlinkSync(`/proc/self/ns/${name}`)),
  };
}

/** The process with the mark that is PID 1 of a namespace below ours, once it waits for its line. */
async function findContained(mark: string): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (isContained(pid, mark)) return Number(pid);
    }
    await sleep(5);
  }
  throw new Error(`the probe "${mark}" was not seen within ${PATIENCE_MS / 1000} seconds`);
}

function isContained(pid: string, mark: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (words[1] !== 'sh' || !words.includes(mark)) return false;
    return /^NSpid:\s+\d+\s+1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
