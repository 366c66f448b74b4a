import { tmpdir } from 'node:os';
import { openStateStore } from '@mini/state-store';

interface Container {
  readonly image: string;
  readonly exitCode?: number;
}

const store = openStateStore<Container>({
  directory: `${tmpdir()}/state-store-example`,
  // flock(2), which Node lacks: hand in the Kernel of @mini/runtime-core. This one locks nothing.
  kernel: { lock: () => true },
  validate: (value) => {
    const { image } = value as Partial<Container>;
    if (typeof image !== 'string') throw new Error('its image is not a string');
    return value as Container;
  },
});

// At the start of every command: what others left half-done when they were killed.
store.sweep(({ id }) => {
  // End its processes and remove its cgroup, found by the id alone.
  console.log(`sweeping ${id}`);
  return 'remove';
});

const reservation = store.reserve({ name: 'web' });
try {
  // … make the cgroup, start the process, with files of your own in reservation.directory …
  reservation.commit({ image: 'host' });
} catch (error) {
  reservation.cancel();
  throw error;
}

const id = store.resolve('web'); // an id, a name, or the beginning of an id
store.update(id, (record) => ({ ...record, exitCode: 0 }));
console.log(store.read(id).name, store.read(id).record);
// ▶ web { image: 'host', exitCode: 0 }

const lock = store.lock(id);
store.remove(id);
lock.release();
console.log(store.list());
// ▶ { records: [], problems: [] }
