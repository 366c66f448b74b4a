import { chmodSync, closeSync, constants, fstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kernel, type Mount, RuntimeError, reasonOf } from '@mini/contracts';

const { O_DIRECTORY, O_NONBLOCK, O_RDONLY } = constants;

/** A file of the engine's that a container sees in its /etc. */
export interface EtcFile {
  /** Where it lies on the host. */
  readonly source: string;
  readonly content: string;
  readonly mount: Mount;
}

export interface EtcRequest {
  /** Directory of this container, where the files are to lie. */
  readonly directory: string;
  readonly rootFd: number;
  /** The root is thrown away later: what is missing in it may be made as a mount point. */
  readonly disposable: boolean;
  readonly hostname: string;
  readonly network: 'none' | 'host';
  /** Who calls: an ordinary user's container makes files only in directories of that user. */
  readonly callerUid: number;
}

/**
 * /etc/hosts, /etc/hostname and /etc/resolv.conf of a container. A root without /etc gets none, and a directory of the
 * user's only those that it has already: a container leaves no mount points behind there.
 */
export function listEtcFiles(kernel: Kernel, request: EtcRequest): EtcFile[] {
  if (!existsInRoot(kernel, request.rootFd, '/etc', O_DIRECTORY)) return [];
  const canMake = request.disposable && mayMakeIn(kernel, request, '/etc');
  return Object.entries(contentsOf(request))
    .filter(([name]) => canMake || existsInRoot(kernel, request.rootFd, `/etc/${name}`))
    .map(([name, content]) => {
      const source = join(request.directory, name);
      const options = ['bind', 'rprivate'];
      return { source, content, mount: { destination: `/etc/${name}`, type: 'bind', source, options } };
    });
}

/** The mode is set apart, because the caller's umask must not decide who reads them. Throws `RuntimeError` `etc-file`. */
export function writeEtcFiles(files: readonly EtcFile[]): void {
  for (const { source, content } of files) {
    try {
      writeFileSync(source, content);
      chmodSync(source, 0o644);
    } catch (error) {
      throw new RuntimeError({
        code: 'etc-file',
        message: `failed to write "${source}": ${reasonOf(error)}`,
        cause: error,
      });
    }
  }
}

function contentsOf({ hostname, network }: EtcRequest): Record<string, string> {
  const own = `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t${hostname}\n`;
  return {
    hostname: `${hostname}\n`,
    hosts: network === 'host' ? readHostFile('/etc/hosts') : own,
    'resolv.conf': readHostFile('/etc/resolv.conf'),
  };
}

function readHostFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Non-blocking, because the file may be a FIFO of a hostile root. */
function existsInRoot(kernel: Kernel, rootFd: number, path: string, flags = 0): boolean {
  try {
    closeSync(kernel.openInRoot(rootFd, path, O_RDONLY | O_NONBLOCK | flags));
    return true;
  } catch {
    return false;
  }
}

/** In a throw-away layer too the directories keep their owners, and those that are not mapped let nobody in. */
function mayMakeIn(kernel: Kernel, { rootFd, callerUid }: EtcRequest, path: string): boolean {
  if (callerUid === 0) return true;
  const fd = kernel.openInRoot(rootFd, path, O_RDONLY | O_DIRECTORY);
  try {
    return fstatSync(fd).uid === callerUid;
  } finally {
    closeSync(fd);
  }
}
