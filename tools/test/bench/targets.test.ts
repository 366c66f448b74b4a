import test from 'ava';
import { formatReport } from '../../src/bench/report.js';
import { ratioTarget, surplusTarget } from '../../src/bench/targets.js';

test('ratios and surpluses', (t) => {
  t.deepEqual(ratioTarget('a third', 1, 4, 1 / 3), { text: 'a third', measured: '0.25 times', isMet: true });
  t.deepEqual(surplusTarget('25 ms', 60, 30, 25), { text: '25 ms', measured: '30.0 ms', isMet: false });
});

test('a side that was not measured meets nothing', (t) => {
  t.false(ratioTarget('half', Number.NaN, 2, 0.5).isMet);
});

test('the report begins with the targets and ends with the machine', (t) => {
  const section = { title: 'Start', text: 'a table', targets: [ratioTarget('a third', 1, 4, 1 / 3)] };
  const report = formatReport([['Kernel', 'Linux 6.1']], 7, [section]);
  t.regex(report, /^# Benchmarks\n/);
  t.true(
    report.includes(
      '| Target  |   measured |     |\n|---------|-----------:|----:|\n| a third | 0.25 times | met |\n',
    ),
  );
  t.true(report.endsWith('## Start\n\na table\n\n## Machine\n\n- Kernel: Linux 6.1\n- Rounds: 7\n'));
});
