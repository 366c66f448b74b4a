import test from 'ava';
import { bundleCommands } from '../../bundle/bundle-commands.js';
import { MINI, MINI_OCI } from '../../bundle/programs.js';

/**
 * What each start reads and unpacks, whatever it is asked for: a kilobyte is some 20 microseconds. What only some
 * starts need is `import()`ed. Who adds to this list has measured what it costs a plain `mini run`.
 */
const PACKAGES = [
  /^\.\.\/(cgroup-manager|contracts|rootfs-manager|runtime-core|seccomp|state-store)\/dist\/src\//,
  /^\.\.\/(init-helper|monitor-helper|nsenter-helper)\/dist\/src\/(helper-path|index)\.js$/,
  /^dist\/src\/(cache-directory|cache-file|diagnostics|main)\.js$/,
  /^dist\/src\/commands\/print\.js$/,
  /^mini:mini:package-files$/,
];

const MAY_HOLD: Readonly<
  Record<string, { readonly modules: readonly RegExp[]; readonly mostBytes: number }>
> = {
  [MINI.hot]: {
    mostBytes: 340_000,
    modules: [
      ...PACKAGES,
      // Of images what finds one that is here, not what pulls, unpacks or removes them.
      /^\.\.\/image-store\/dist\/src\/(errors|read)\.js$/,
      /^\.\.\/image-store\/dist\/src\/document\/(digest|image-config|image-problem|json-fields|manifest|media-types)\.js$/,
      /^\.\.\/image-store\/dist\/src\/layer\/layer-paths\.js$/,
      /^\.\.\/image-store\/dist\/src\/registry\/(reference\/(image-reference|platform)|registry-error)\.js$/,
      /^\.\.\/image-store\/dist\/src\/store\/(find-image|image-index|read-image|store-directories|store-errors|stored-image)\.js$/,
      /^dist\/src\/commands\/(announce-pull|assert-terminal|command-table|image-commands|open-diagnostics)\.js$/,
      /^dist\/src\/commands\/(problem|run|run-draft|run-request|complete-draft|complete-health|plain-command)\.js$/,
      /^dist\/src\/commands\/(create|exec|kill|ps|rm|start|stop|wait)\.js$/,
      /^dist\/src\/commands\/command-line\/(draft-flags|parse-flags|read-arguments|read-words)\.js$/,
      /^dist\/src\/commands\/(lists|template)\//,
      /^dist\/src\/commands\/(options|parse)\//,
      /^dist\/src\/engine\/[\w-]+\.js$/,
      /^dist\/src\/engine\/events\/(event-line|event-log|record-detach)\.js$/,
      /^dist\/src\/engine\/images\/(apply-image|hold-image|image-directory|with-image)\.js$/,
      /^dist\/src\/engine\/life\/(container-status|filter-containers|list-containers|pause|sizes)\.js$/,
      /^(\.\.\/)*node_modules\/yargs-parser\/|^slim:yargs-parser$/,
    ],
  },
  [MINI_OCI.hot]: {
    mostBytes: 189_000,
    modules: [
      ...PACKAGES,
      /^dist\/src\/engine\/(available-capabilities|cleanup|filter-cache|forward-signals)\.js$/,
      /^dist\/src\/oci\/(command-line|lifecycle|state)\//,
      /^dist\/src\/oci\/commands\/(create|delete|exec|kill|run|start|state)\.js$/,
      /^dist\/src\/oci\/[\w-]+\.js$/,
    ],
  },
};

test('the hot paths hold what a start needs and nothing else', async (t) => {
  const root = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '');
  const { files, hotModules } = await bundleCommands(root, [MINI, MINI_OCI]);
  for (const [name, { modules, mostBytes }] of Object.entries(MAY_HOLD)) {
    const held = hotModules.get(name) ?? [];
    t.true(held.length > 100, `${name} holds ${held.length} modules`);
    const others = held.filter((module) => !modules.some((pattern) => pattern.test(module)));
    t.deepEqual(others, [], `${name} holds what no start needs`);
    const idle = modules.filter((pattern) => !held.some((module) => pattern.test(module)));
    t.deepEqual(idle, [], `of ${name} more is allowed than it holds`);
    const bytes = files.get(name)!.length;
    t.true(bytes <= mostBytes, `${name} has ${bytes} bytes, at most ${mostBytes} are allowed`);
  }
});

test('Node is asked once for each of its modules', async (t) => {
  const root = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '');
  const { files } = await bundleCommands(root, [MINI]);
  const asked = [...files.get(MINI.hot)!.matchAll(/\brequire\("(node:[\w/]+)"\)/g)].map(([, name]) => name);
  t.true(asked.includes('node:fs'));
  t.deepEqual(asked, [...new Set(asked)]);
});
