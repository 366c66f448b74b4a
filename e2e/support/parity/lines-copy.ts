import { differing, refused, type Scenario } from './line.js';

const REFUSAL = 'exit code of a refusal';

/** Files in and out of a container. */
export const COPY_SCENARIOS: readonly Scenario[] = [
  {
    title: 'cp',
    lines: [
      'run -d --name p-box @IMAGE sleep 1000',
      'cp @DIR/text p-box:/tmp/copied',
      'exec p-box cat /tmp/copied',
      'cp p-box:/etc/passwd @DIR/passwd-@ENGINE',
      'cp -a @DIR/passwd-@ENGINE p-box:/tmp/back',
      'exec p-box cat /tmp/back',
      'cp @DIR/tree p-box:/tmp',
      'cp --archive @DIR/tree/. p-box:/tmp/new',
      'exec p-box sh -c "find /tmp | grep -v back | sort"',
      'container cp @DIR/text p-box:/etc',
      'exec p-box cat /etc/text',
      'stop -t 0 p-box',
      'cp @DIR/text p-box:/tmp/later',
      'start p-box',
      'exec p-box cat /tmp/later',
      refused('cp @DIR/missing p-box:/tmp', 'no such file', REFUSAL),
      refused('cp p-box:/missing @DIR', 'no such file', REFUSAL),
      refused('cp @DIR/text p-box:/no/such/place', 'no such file', REFUSAL),
      refused('cp @DIR/text p-none:/tmp', 'no such container', REFUSAL),
      refused('cp @DIR/text', 'operand missing', REFUSAL),
    ],
  },
  {
    title: 'diff and export',
    lines: [
      'run --name p-one @IMAGE sh -c "echo x > /made"',
      'diff p-one',
      differing('diff --format json p-one', 'json of diff'),
      'container diff p-one',
      'export -o @DIR/tar-@ENGINE p-one',
      'export --output @DIR/other-@ENGINE p-one',
      refused('diff p-none', 'no such container', REFUSAL),
      refused('diff', 'operand missing', REFUSAL),
      refused('export p-none', 'no such container', REFUSAL),
      refused('export', 'operand missing', REFUSAL),
    ],
  },
];
