import test from 'ava';
import { claimName } from '../src/claim-name.js';
import { removeTree } from '../src/remove-tree.js';
import { listStorePaths } from '../src/store-paths.js';
import { makeFakeLocks } from './fake-locks.js';
import { catchError, makeDirectory, makeStore, validateThing } from './store-fixture.js';

test('a name stays with a maker that completes its container while somebody asks for it', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  const winner = store.reserve({ id: 'a', name: 'web' });
  const paths = listStorePaths(directory);
  const { code, message } = catchError(t, () =>
    claimName(
      {
        // The record has been looked for, and the journal is about to be.
        paths: Object.defineProperty({ ...paths }, 'journal', {
          get() {
            winner.commit({ text: 'x' });
            return paths.journal;
          },
        }),
        kernel: makeFakeLocks(),
        validate: validateThing,
        isDurable: false,
        removeTree,
      },
      'web',
      'b',
    ),
  );
  t.is(code, 'state-conflict');
  t.is(message, 'failed to reserve name "web": it is in use by container "a"');
  t.is(store.resolve('web'), 'a');
});
