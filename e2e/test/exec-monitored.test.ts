import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { Process } from '@mini/contracts';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import {
  compileExecPlan,
  type MonitoredRequest,
  NO_CGROUP,
  nativeKernel,
  openTarget,
  startMonitored,
} from '@mini/runtime-core';
import test from 'ava';
import { type LibraryContainer, startContainer } from '../support/library-container.js';
import { childrenOf } from '../support/processes.js';

const kernel = nativeKernel();
let box: LibraryContainer;
test.before(async () => {
  box = await startContainer();
});
test.after.always(() => box?.stop());

/** A command of the container whose parent is a monitor; its output comes to `outFd`. */
function startIn(args: readonly string[], outFd: number, more: Partial<MonitoredRequest & Process> = {}) {
  const { terminal = false, stdinOpen = false, onStdin = closeSync } = more;
  const target = openTarget(kernel, { pid: box.pid });
  const nullFd = openSync('/dev/null', 'r+');
  const described = { user: { uid: 0, gid: 0 }, args, env: ['PATH=/bin'], cwd: '/', terminal };
  try {
    return startMonitored(kernel, {
      plan: compileExecPlan(described, { namespaces: target.namespaces }),
      helperPath: nsenterHelperPath(),
      cloneFlags: 0,
      stdio: [nullFd, outFd, nullFd],
      cgroup: NO_CGROUP,
      passFds: [target.pidfd],
      terminal,
      stdinOpen,
      onStdin,
    });
  } finally {
    target.close();
    closeSync(nullFd);
  }
}

function readSome(fd: number): string {
  const bytes = Buffer.alloc(64);
  return bytes.toString('utf8', 0, readSync(fd, bytes));
}

function readAll(fd: number): string {
  const bytes = Buffer.alloc(65536);
  let text = '';
  for (let count = readSync(fd, bytes); count > 0; count = readSync(fd, bytes)) {
    text += bytes.toString('utf8', 0, count);
  }
  closeSync(fd);
  return text;
}

for (const terminal of [false, true]) {
  test(`the monitor is the parent of the command${terminal ? ' on a terminal' : ''}`, async (t) => {
    const [readEnd, writeEnd] = kernel.pipe();
    let onStdin: (fd: number) => void = closeSync;
    const stdin = new Promise<number>((resolve) => {
      onStdin = resolve;
    });
    const more = { terminal, stdinOpen: true, onStdin };
    const process = startIn(['sh', '-c', 'hostname; read _'], writeEnd, more);
    closeSync(writeEnd);
    const { pid, pidfd } = await process.started;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    t.regex(status, new RegExp(`^PPid:\\s${process.monitorPid}$`, 'm'));
    t.regex(status, /^NSpid:\s\d+\s\d+$/m);
    t.deepEqual(childrenOf(process.monitorPid), [pid]);
    closeSync(pidfd);
    const stdinFd = await stdin;
    // A terminal echoes what is typed, which is not to come first.
    const first = readSome(readEnd);
    writeSync(stdinFd, '\n');
    closeSync(stdinFd);
    t.deepEqual(await process.exited, { exitCode: 0, signal: null, oomKilled: false });
    t.is(first + readAll(readEnd), terminal ? 'box\r\n\r\n' : 'box\n');
  });
}

test('how it ended is told by the monitor', async (t) => {
  const out = openSync('/dev/null', 'w');
  t.teardown(() => closeSync(out));
  for (const [script, exitCode, signal] of [
    ['exit 7', 7, null],
    ['kill -TERM $$', null, 'SIGTERM'],
  ] as const) {
    const { started, exited } = startIn(['sh', '-c', script], out);
    closeSync((await started).pidfd);
    t.deepEqual(await exited, { exitCode, signal, oomKilled: false });
  }
});

test('what could not be run is told by the monitor', async (t) => {
  const out = openSync('/dev/null', 'w');
  t.teardown(() => closeSync(out));
  const { started, exited } = startIn(['nope'], out);
  exited.catch(() => undefined);
  await t.throwsAsync(started, {
    code: 'command-not-found',
    message: 'failed to find the executable "nope" (process.args[0]): ENOENT no such file or directory',
  });
});
