import { type Plan, RuntimeError } from '@mini/contracts';
import test from 'ava';
import { type RunEngine, runCommand } from '../../src/commands/run.js';
import type { RunOptions, RunResult, RunStreams } from '../../src/engine/index.js';
import { recordIo } from './record-io.js';

interface Heard {
  options?: RunOptions;
  streams?: RunStreams;
  loads: number;
}

interface Outcome extends Heard {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const plan: Plan = { steps: [{ op: 'hostname', name: 'web' }] };
const success: RunResult = {
  id: 'a'.repeat(64),
  name: 'calm_fox',
  exitCode: 0,
  signal: null,
  oomKilled: false,
  detached: false,
};

/** Runs the command with an engine that does nothing but answer. */
async function run(words: string[], answer: Partial<RunResult> | Error = {}): Promise<Outcome> {
  const heard: Heard = { loads: 0 };
  const io = recordIo();
  const engine: RunEngine = {
    run: async (options, streams) => {
      Object.assign(heard, { options, streams });
      if (answer instanceof Error) throw answer;
      return { ...success, ...answer };
    },
    runDetached: async (options) => {
      Object.assign(heard, { options });
      if (answer instanceof Error) throw answer;
      return { id: success.id, name: success.name, pid: 4711 };
    },
    explain: (options) => {
      Object.assign(heard, { options });
      if (answer instanceof Error) throw answer;
      return plan;
    },
  };
  const code = await runCommand(words, io, async () => {
    heard.loads++;
    return engine;
  });
  return { ...heard, out: io.out, err: io.err, code };
}

test('the exit code is the container’s, and nothing is printed', async (t) => {
  const { code, out, err, options, streams } = await run(['--rm', 'host', 'sh', '-c', 'exit 7'], {
    exitCode: 7,
  });
  t.is(code, 7);
  t.is(out + err, '');
  t.deepEqual(options?.command, ['sh', '-c', 'exit 7']);
  t.deepEqual(streams, { forwardSignals: true });
});

test('signals are not passed on with --sig-proxy=false', async (t) => {
  t.deepEqual((await run(['--sig-proxy=false', 'host', 'true'])).streams, { forwardSignals: false });
});

test('an OOM kill is said', async (t) => {
  const { code, err } = await run(['host', 'hog'], { exitCode: 137, signal: 'SIGKILL', oomKilled: true });
  t.is(code, 137);
  t.is(err, 'the memory limit of "calm_fox" was reached: the kernel killed a process of it\n');
});

const failures: readonly [string, number][] = [
  ['command-not-found', 127],
  ['command-not-executable', 126],
  ['bad-root', 125],
];
for (const [code, exitCode] of failures) {
  test(`${code} is exit code ${exitCode}`, async (t) => {
    const error = new RuntimeError({ code, message: 'failed to x: y', context: { hint: 'z' } });
    const outcome = await run(['host', 'true'], error);
    t.is(outcome.code, exitCode);
    t.is(outcome.err, 'failed to x: y\nhint: z\n');
    t.is(outcome.out, '');
  });
}

test('a bug is exit code 125', async (t) => {
  const { code, err } = await run(['host', 'true'], new TypeError('oops'));
  t.is(code, 125);
  t.regex(err, /^failed to go on: this is a bug in mini: TypeError: oops\n/);
});

test('a wrong flag is exit code 125 and the engine is not even loaded', async (t) => {
  const { code, err, loads } = await run(['--memroy', '1g', 'host', 'true']);
  t.is(code, 125);
  t.is(err, 'failed to parse the flag "--memroy": there is no such flag\nhint: did you mean "--memory"?\n');
  t.is(loads, 0);
});

test('errors obey --log-format, wherever it stands', async (t) => {
  for (const words of [
    ['--log-format', 'json', '--memory', '1x', 'host', 'true'],
    ['--memory', '1x', '--log-format=json', 'host', 'true'],
  ]) {
    const { err } = await run(words);
    t.like(JSON.parse(err), {
      level: 'error',
      msg: 'failed to parse -m "1x": a size is a number and a unit b, k, m or g',
      code: 'bad-option',
      hint: 'write it like 64m or 1.5g',
    });
  }
});

test('--explain shows the plan and runs nothing', async (t) => {
  const { code, out, err, streams } = await run(['--explain', 'host', 'true']);
  t.is(code, 0);
  t.is(out, '1  hostname  name="web"  # sethostname(2)\n');
  t.is(err, '');
  t.is(streams, undefined);
});

test('--explain --format json is one line', async (t) => {
  const { out } = await run(['--explain', '--format', 'json', 'host', 'true']);
  t.is(out, '{"steps":[{"op":"hostname","name":"web"}]}\n');
});

test('--help shows help and nothing else happens; -h is the host name', async (t) => {
  const { code, out, err, loads } = await run(['--memory', '1x', '--help']);
  t.is(code, 0);
  t.true(out.startsWith('mini run [FLAGS] IMAGE|--rootfs DIR [COMMAND [ARG...]]\n'));
  t.is(err, '');
  t.is(loads, 0);
  t.is((await run(['-h', 'web', 'host', 'true'])).options?.hostname, 'web');
});

test('a bare run says what is missing', async (t) => {
  const { code, err } = await run([]);
  t.is(code, 125);
  t.is(
    err,
    'failed to run a container: the image (or --rootfs DIR) and the command are missing\nhint: mini run [FLAGS] IMAGE|--rootfs DIR [COMMAND] [ARG...]\n',
  );
});

test('-d prints the full id and nothing else', async (t) => {
  const { code, out, err, options, streams } = await run(['-d', 'host', 'sleep', '9']);
  t.deepEqual({ code, out, err, streams }, { code: 0, out: `${success.id}\n`, err: '', streams: undefined });
  t.deepEqual(options?.command, ['sleep', '9']);
});

test('a pipe is not connected to a terminal', async (t) => {
  const io = Object.assign(recordIo(), { stdinIsTerminal: () => false });
  const code = await runCommand(['-it', 'host', 'sh'], io, () => Promise.reject(new Error('not loaded')));
  t.is(code, 125);
  t.is(
    io.err,
    'failed to connect the terminal (-t): stdin is not a terminal\nhint: leave out -t to pipe into the command\n',
  );
});
