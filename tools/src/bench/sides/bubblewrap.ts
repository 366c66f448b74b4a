import { type Scene, TRUE_COMMAND } from '../scene.js';
import { type Side, timeProgram } from '../side.js';

/** bubblewrap, for reference: the same namespaces and file systems, but no control groups and no masked paths. */
export function bubblewrap({ root }: Scene): Side {
  const args = [
    ...['--unshare-all', '--hostname', 'box', '--new-session', '--bind', root, '/'],
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/dev/shm', '--mqueue', '/dev/mqueue'],
    ...['--ro-bind', '/sys', '/sys', '--', TRUE_COMMAND],
  ];
  return { name: 'bwrap', run: () => timeProgram('bwrap', args) };
}
