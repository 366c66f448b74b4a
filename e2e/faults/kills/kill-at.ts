import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProgram } from '../../support/compile-program.js';
import { ociRoot } from '../../support/oci.js';
import { freshDirectory } from '../../support/roots.js';
import { differenceSince, NOTHING, type Snapshot, takeSnapshot } from '../../support/snapshot.js';
import type { Scenario, Target } from './scenarios.js';

/** What `kill-at` tells of one run. */
interface Report {
  /** System calls that were counted until the end. */
  readonly counted: number;
  readonly hasKilled: boolean;
}

/** A kill after which something was left, or the clean-up failed. */
export interface Finding {
  readonly scenario: string;
  readonly target: Target;
  readonly position: number;
  readonly left: Snapshot | string;
}

/** Kills a scenario at system calls; makes its tools once. */
export class Killer {
  readonly #program = compileProgram('kill-at');
  /** Not every machine has a first process that reaps what a killed runtime leaves. */
  readonly #adopter = compileProgram('adopter');
  readonly #report = join(freshDirectory('kills'), 'report');
  /** Always the same: that it can be used at once is part of what is shown. */
  readonly #container = `e2e-kill-${process.pid}`;

  /** How many system calls the target makes when nobody kills it. */
  async count(scenario: Scenario, target: Target): Promise<number> {
    const { counted } = await this.#run(scenario, target, 0);
    await scenario.remove(this.#container);
    return counted;
  }

  /** Kills at one of them; `undefined` when nothing was left after the clean-up. */
  async kill(scenario: Scenario, target: Target, position: number): Promise<Finding | undefined> {
    const before = takeSnapshot();
    const finding = { scenario: scenario.name, target, position };
    try {
      await this.#run(scenario, target, position);
      await scenario.remove(this.#container);
    } catch (error) {
      return { ...finding, left: String(error) };
    }
    const left = await differenceSince(before);
    const isNothing = JSON.stringify(left) === JSON.stringify(NOTHING);
    return isNothing ? undefined : { ...finding, left };
  }

  async #run(scenario: Scenario, target: Target, position: number): Promise<Report> {
    const traced = await scenario.prepare(this.#container);
    // Under a monitor every helper that runs a Plan is called mini-init.
    const kind = target === 'mini-nsenter' && scenario.isMonitored ? 'mini-init' : target;
    const words = [
      this.#report,
      kind,
      String(position),
      String(traced),
      ...scenario.command(this.#container),
    ];
    spawnSync(this.#adopter, [this.#program, ...words], {
      stdio: 'ignore',
      timeout: 60_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, KILL_AT_BELOW: ociRoot() },
    });
    const [counted = 0, killed] = readFileSync(this.#report, 'utf8').trim().split(' ').map(Number);
    return { counted, hasKilled: killed === 1 };
  }
}

/** So many positions of `total`, evenly spread, the first and the last among them. */
export function spread(total: number, most: number): number[] {
  const step = Math.max(1, (total - 1) / (most - 1));
  const positions = Array.from({ length: Math.min(most, total) }, (_, index) => Math.round(1 + index * step));
  return [...new Set(positions)].filter((position) => position <= total);
}
