import { closeSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel, Mount } from '@mini/contracts';

const { O_RDONLY, O_NONBLOCK, O_DIRECTORY } = constants;

export interface EtcRequest {
  /** Directory of this container for the files. */
  readonly directory: string;
  readonly rootFd: number;
  /** The root is thrown away later: what is missing in it may be made as a mount point. */
  readonly disposable: boolean;
  readonly hostname: string;
  readonly network: 'none' | 'host';
}

/**
 * Writes /etc/hosts, /etc/hostname and /etc/resolv.conf for a container and returns their binds. A root without /etc
 * gets none, and a directory of the user's keeps the files that it lacks: a container leaves no mount points behind there.
 */
export function writeEtcFiles(kernel: Kernel, request: EtcRequest): Mount[] {
  if (!existsInRoot(kernel, request.rootFd, '/etc', O_DIRECTORY)) return [];
  return Object.entries(contentsOf(request))
    .filter(([name]) => request.disposable || existsInRoot(kernel, request.rootFd, `/etc/${name}`))
    .map(([name, content]) => {
      const source = join(request.directory, name);
      writeFileSync(source, content, { mode: 0o644 });
      return { destination: `/etc/${name}`, type: 'bind', source, options: ['bind', 'rprivate'] };
    });
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

function existsInRoot(kernel: Kernel, rootFd: number, path: string, flags = 0): boolean {
  try {
    closeSync(kernel.openInRoot(rootFd, path, O_RDONLY | O_NONBLOCK | flags));
    return true;
  } catch {
    return false;
  }
}
