import test from 'ava';
import { parseNsPid, parseStat } from '../../../src/engine/life/parse-stat.js';
import { buildProcessTrees, drawTree } from '../../../src/engine/life/process-tree.js';
import type { ContainerProcess } from '../../../src/engine/life/processes.js';
import { readColumns, tabulate } from '../../../src/engine/life/top.js';

const stat =
  '4711 (a) b( c) S 41 4711 4711 34817 4711 4194304 100 0 0 0 250 50 0 0 20 0 1 0 1234 8192000 500 184467';

test('a stat line, whatever the name of the program', (t) => {
  t.deepEqual(parseStat(stat), {
    command: 'a) b( c',
    state: 'S',
    parentPid: 41,
    terminal: 'pts/1',
    cpuMs: 3_000,
    startedAfterBootMs: 12_340,
    virtualBytes: 8_192_000,
    residentBytes: 500 * 4096,
  });
  t.is(parseStat(stat.replace('34817', '0')).terminal, '?');
  t.is(parseStat(stat.replace('34817', '1025')).terminal, 'tty1');
});

test('the innermost pid', (t) => {
  t.is(parseNsPid('Name:\tsh\nNSpid:\t4711\t12\t1\nNSpgid:\t1\n'), 1);
  t.is(parseNsPid('Name:\tsh\n'), undefined);
});

function process(pid: number, parentPid: number, command: string, more: Partial<ContainerProcess> = {}) {
  const containerPid = pid - 100;
  return {
    ...parseStat(stat),
    pid,
    parentPid,
    containerPid,
    command,
    uid: 0,
    args: [],
    threads: [],
    ...more,
  };
}

const processes: ContainerProcess[] = [
  process(101, 50, 'sh'),
  process(102, 101, 'node', { threads: [{ tid: 103, containerTid: 3, name: 'io' }] }),
  process(104, 101, 'cat'),
  process(105, 104, 'tee'),
  process(106, 105, 'wc'),
  process(107, 105, 'wc'),
  process(108, 60, 'exec'),
];

test('trees as pstree draws them; those that joined stand apart', (t) => {
  const draw = (style: 'ascii' | 'unicode') =>
    buildProcessTrees(processes).map((tree) => drawTree(tree, style).join('\n'));
  t.deepEqual(draw('ascii'), [
    'sh(101/1)-+-cat(104/4)---tee(105/5)-+-wc(106/6)\n' +
      '          |                         `-wc(107/7)\n' +
      '          `-node(102/2)---{io}(103/3)',
    'exec(108/8)',
  ]);
  t.deepEqual(draw('unicode'), [
    'sh(101/1)─┬─cat(104/4)───tee(105/5)─┬─wc(106/6)\n' +
      '          │                         └─wc(107/7)\n' +
      '          └─node(102/2)───{io}(103/3)',
    'exec(108/8)',
  ]);
});

const facts = {
  nowMs: new Date(2026, 5, 15, 12, 0, 0).getTime(),
  bootedMs: new Date(2026, 5, 15, 9, 7, 0).getTime(),
  memoryBytes: 20_480_000,
  users: new Map([[0, 'root']]),
};
const one = process(101, 50, 'sh', {
  args: ['sh', '-c', 'x y'],
  startedAfterBootMs: 60_000,
  cpuMs: 3_661_000,
});
const top = (words: string[], more: Partial<ContainerProcess> = {}) =>
  tabulate([{ ...one, ...more }], readColumns(words), facts);

test('top without words, and with those of BSD', (t) => {
  t.deepEqual(top([]), {
    Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    Processes: [['root', '101', '50', '35', '09:08', 'pts/1', '01:01:01', 'sh -c x y']],
  });
  t.deepEqual(top(['-ef']), top([]));
  t.deepEqual(top(['aux']), {
    Titles: ['USER', 'PID', '%CPU', '%MEM', 'VSZ', 'RSS', 'TTY', 'STAT', 'START', 'TIME', 'COMMAND'],
    Processes: [['root', '101', '35.5', '10.0', '8000', '2000', 'pts/1', 'S', '09:08', '61:01', 'sh -c x y']],
  });
});

test('top with columns', (t) => {
  t.deepEqual(top(['-o', 'pid,cpid=INSIDE', 'comm'], { args: [] }), {
    Titles: ['PID', 'INSIDE', 'COMMAND'],
    Processes: [['101', '1', 'sh']],
  });
  t.deepEqual(top(['-eo', 'cmd,uid'], { args: [], uid: 7 }).Processes, [['[sh]', '7']]);
  t.deepEqual(top(['-o', 'stime'], { startedAfterBootMs: -20 * 3_600_000 }).Processes, [['Jun14']]);
});

test('other words of ps are refused', (t) => {
  t.is(
    t.throws(() => readColumns(['--forest']))?.message,
    'failed to parse the ps options "--forest": they are not supported',
  );
  t.is(
    t.throws(() => readColumns(['-o', 'pid,nope']))?.message,
    'failed to parse the ps options: there is no column "nope"',
  );
});
