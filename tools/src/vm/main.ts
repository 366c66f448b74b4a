import { reasonOf } from '@mini/contracts';
import { parseVmArguments, usage } from './options.js';
import { runInVm, type VmResult } from './run-in-vm.js';

const exitCodes = { skipped: 77, 'timed-out': 124, failed: 125 } as const;

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv[0] === '--help' || argv[0] === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  const options = parseVmArguments(argv, process.env, process.cwd());
  const interruption = new AbortController();
  let interruptedBy: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interruptedBy = signal;
      interruption.abort();
    });
  }
  const result = await runInVm(options, process, interruption.signal);
  if (interruptedBy !== undefined) return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[interruptedBy];
  if (result.kind === 'skipped' && options.maySkip) {
    process.stdout.write(`skip vm: ${result.reason}\n`);
    return 0;
  }
  return report(result);
}

function report(result: VmResult): number {
  if (result.kind === 'exited') return result.exitCode;
  if (result.kind === 'skipped') process.stderr.write(`skip vm: ${result.reason}\n`);
  if (result.kind === 'timed-out') process.stderr.write('vm: out of time (--timeout)\n');
  if (result.kind === 'failed') process.stderr.write(`vm: failed to run the machine: ${result.reason}\n`);
  return exitCodes[result.kind];
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`vm: ${reasonOf(error)}\n`);
  process.exitCode = exitCodes.failed;
}
