import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type CgroupFiles, type CgroupLayout, type Hierarchy, kernelFiles } from '../src/index.js';

/** Files that the kernel puts into a new group, with what they say at first. */
const CONTROL_FILES: Readonly<Record<string, Record<string, string>>> = {
  'v1 memory': {
    'memory.limit_in_bytes': '9223372036854771712\n',
    'memory.memsw.limit_in_bytes': '9223372036854771712\n',
    'memory.soft_limit_in_bytes': '9223372036854771712\n',
    'memory.usage_in_bytes': '4096\n',
    'memory.max_usage_in_bytes': '8192\n',
    'memory.stat': 'inactive_file 1\ntotal_inactive_file 512\n',
    'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
  },
  'v1 cpu': {
    'cpu.shares': '1024\n',
    'cpu.cfs_period_us': '100000\n',
    'cpu.cfs_quota_us': '-1\n',
    'cpu.stat': 'nr_periods 9\nnr_throttled 2\nthrottled_time 700\n',
  },
  'v1 cpuacct': { 'cpuacct.usage': '30000000\n', 'cpuacct.stat': 'user 2\nsystem 1\n' },
  'v1 cpuset': {
    'cpuset.cpus': '\n',
    'cpuset.mems': '\n',
    'cpuset.effective_cpus': '\n',
    'cpuset.effective_mems': '\n',
  },
  'v1 pids': { 'pids.max': 'max\n', 'pids.current': '1\n' },
  'v1 devices': { 'devices.allow': '', 'devices.deny': '' },
  'v1 freezer': { 'freezer.state': 'THAWED\n' },
  'v1 blkio': {
    'blkio.weight': '500\n',
    'blkio.throttle.io_service_bytes_recursive':
      '8:0 Read 100\n8:0 Write 20\n8:16 Read 1\n8:0 Total 120\nTotal 121\n',
  },
  'v2 core': {
    'cgroup.subtree_control': '\n',
    'cgroup.freeze': '0\n',
    'cgroup.events': 'populated 0\nfrozen 0\n',
  },
  'v2 memory': {
    'memory.max': 'max\n',
    'memory.current': '4096\n',
    'memory.stat': 'inactive_file 512\n',
    'memory.events': 'low 0\noom 4\noom_kill 3\noom_group_kill 0\n',
    'memory.low': '0\n',
  },
  'v2 cpu': {
    'cpu.stat': 'usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_throttled 2\nthrottled_usec 7\n',
    'cpu.max': 'max 100000\n',
    'cpu.weight': '100\n',
  },
  'v2 pids': { 'pids.max': '50\n', 'pids.current': '1\n' },
  'v2 io': {
    'io.stat': '8:0 rbytes=100 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=0\n',
    'io.max': '',
    'io.weight': '',
  },
  'v2 cpuset': { 'cpuset.cpus': '\n', 'cpuset.mems': '\n' },
};

function makeError(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  const errno: Record<string, number> = { EACCES: 13, EBUSY: 16, EINVAL: 22, ENOTEMPTY: 39, EROFS: 30 };
  return Object.assign(new Error(`${code}: ${syscall} '${path}'`), {
    code,
    errno: -errno[code]!,
    syscall,
    path,
  });
}

/**
 * Control groups of plain files in a temporary directory: a directory that is made is filled as the kernel would, and
 * named operations are refused. Records all writes as `path = value`.
 */
export class FakeCgroupTree {
  readonly root = fs.mkdtempSync(join(tmpdir(), 'cgroup-tree-'));
  readonly writes: string[] = [];
  /** `write memory/a/pids.max` ▶ errno name; `mkdir …` and `rmdir …` likewise. */
  readonly faults = new Map<string, string>();
  /** Called after each write, to play the kernel's answer. */
  onWrite: (path: string, value: string) => void = () => {};
  readonly layout: CgroupLayout;
  readonly #open = new Map<number, string>();

  constructor(makeLayout: (root: string) => CgroupLayout) {
    this.layout = makeLayout(this.root);
    for (const tree of this.layout.hierarchies) {
      fs.mkdirSync(tree.mountPoint, { recursive: true });
      this.#fill(tree.mountPoint, tree, true);
    }
  }

  read(path: string): string {
    return fs.readFileSync(join(this.root, path), 'utf8');
  }

  set(path: string, text: string): void {
    fs.writeFileSync(join(this.root, path), text);
  }

  /** Directories that groups are, relative to the root. */
  groups(): string[] {
    return fs
      .readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(this.root, join(entry.parentPath, entry.name)))
      .filter(
        (path) => !this.layout.hierarchies.some(({ mountPoint }) => join(this.root, path) === mountPoint),
      )
      .sort();
  }

  readonly files: CgroupFiles = {
    ...kernelFiles,
    makeDirectory: (path) => {
      this.#refuse('mkdir', path);
      kernelFiles.makeDirectory(path);
      this.#fill(
        path,
        this.layout.hierarchies.find(({ mountPoint }) => path.startsWith(`${mountPoint}/`))!,
        false,
      );
    },
    removeDirectory: (path) => {
      this.#refuse('rmdir', path);
      const entries = fs.readdirSync(path, { withFileTypes: true });
      if (entries.some((entry) => entry.isDirectory())) throw makeError('EBUSY', 'rmdir', path);
      if (fs.readFileSync(`${path}/cgroup.procs`, 'utf8') !== '') throw makeError('EBUSY', 'rmdir', path);
      for (const { name } of entries) fs.unlinkSync(`${path}/${name}`);
      fs.rmdirSync(path);
    },
    openForWriting: (path) => {
      const fd = kernelFiles.openForWriting(path);
      this.#open.set(fd, path);
      return fd;
    },
    write: (fd, value) => {
      const path = this.#open.get(fd)!;
      const name = relative(this.root, path);
      this.#refuse('write', path);
      this.writes.push(`${name} = ${value}`);
      fs.ftruncateSync(fd);
      fs.writeSync(fd, value, 0);
      if (name.endsWith('cpuset.cpus')) this.set(name.replace('.cpus', '.effective_cpus'), value);
      if (name.endsWith('cpuset.mems')) this.set(name.replace('.mems', '.effective_mems'), value);
      if (name.endsWith('cgroup.subtree_control')) this.set(name, value.replaceAll('+', ''));
      this.onWrite(name, value);
    },
  };

  #refuse(operation: string, path: string): void {
    const code = this.faults.get(`${operation} ${relative(this.root, path)}`);
    if (code !== undefined) throw makeError(code, operation, path);
  }

  #fill(directory: string, tree: Hierarchy, isRoot: boolean): void {
    const kinds = tree.controllers.map((name) => `v${tree.version} ${name}`);
    if (tree.version === 2) kinds.push('v2 core');
    const common = { 'cgroup.procs': '', ...(tree.version === 1 && { tasks: '' }) };
    const contents = Object.assign(common, ...kinds.map((kind) => CONTROL_FILES[kind] ?? {}));
    if (isRoot && tree.version === 1 && tree.controllers.includes('cpuset')) {
      Object.assign(contents, { 'cpuset.effective_cpus': '0-3\n', 'cpuset.effective_mems': '0\n' });
    }
    for (const [name, text] of Object.entries(contents))
      fs.writeFileSync(`${directory}/${name}`, text as string);
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
