import test from 'ava';
import { formatUnit, quoteWord } from '../../src/commands/system-unit.js';

test('the unit starts what is to run after a reboot', (t) => {
  const lines = formatUnit('/usr/bin/node /usr/bin/mini', 'default.target').split('\n');
  t.true(
    lines.includes('ExecStart=/usr/bin/node /usr/bin/mini start --all --filter should-start-on-boot=true'),
  );
  t.true(lines.includes('WantedBy=default.target'));
});

test('what means something to systemd is quoted', (t) => {
  t.is(quoteWord('/opt/my mini/50%'), '"/opt/my mini/50%%"');
  t.is(quoteWord('/a"b\\c'), '"/a\\"b\\\\c"');
  t.is(quoteWord('/a$b'), '/a$$b');
});
