import type { VmKernel } from './kernel.js';

/** Paths and choices that make one QEMU command line. */
export interface MachineDescription {
  readonly kernel: VmKernel;
  readonly accelerator: 'kvm' | 'tcg';
  readonly initramfsPath: string;
  readonly diskPath: string;
  readonly consolePath: string;
  readonly sharePath: string;
  /** Unix socket of each serial port, by the port's name in the guest. */
  readonly portPaths: Readonly<Record<string, string>>;
}

const memoryMebibytes = 4096;

/** `clearcpuid=112` and `erms=off` switch off string instructions that are slow under emulation. */
const kernelCommandLine = [
  'console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on cgroup_no_v1=all init_on_alloc=0',
  'clearcpuid=112 lsm= audit=0 nokaslr no_timer_check tsc=reliable rcupdate.rcu_expedited=1',
].join(' ');

/** Flags of qemu-system-x86_64(1). */
export function makeQemuFlags(machine: MachineDescription): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...makeProcessorFlags(machine.accelerator),
    ...['-m', String(memoryMebibytes)],
    ...['-object', `memory-backend-memfd,id=mem,size=${memoryMebibytes}M,share=on`],
    ...['-kernel', machine.kernel.imagePath, '-initrd', machine.initramfsPath, '-append', kernelCommandLine],
    ...['-serial', `file:${machine.consolePath}`],
    ...['-chardev', `socket,id=share,path=${machine.sharePath}`],
    ...['-device', 'vhost-user-fs-pci,chardev=share,tag=host,queue-size=1024'],
    // A snapshot: what the guest writes is forgotten, and the cached image can serve several machines.
    ...['-drive', `if=none,id=disk,format=raw,snapshot=on,cache=unsafe,file=${machine.diskPath}`],
    ...['-device', 'virtio-blk-pci,drive=disk'],
    ...['-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
    ...Object.entries(machine.portPaths).flatMap(([name, path]) => makePortFlags(name, path)),
  ];
}

/** One virtual processor: under emulation two made fork three times slower. */
function makeProcessorFlags(accelerator: 'kvm' | 'tcg'): string[] {
  const board = ['-M', 'q35,memory-backend=mem,smm=off,vmport=off'];
  if (accelerator === 'kvm') return [...board, '-accel', 'kvm', '-cpu', 'host', '-smp', '2'];
  return [...board, '-accel', 'tcg,thread=multi', '-cpu', 'max,la57=off,erms=off', '-smp', '1'];
}

function makePortFlags(name: string, path: string): string[] {
  const id = `port-${name}`;
  return ['-chardev', `socket,id=${id},path=${path}`, '-device', `virtserialport,chardev=${id},name=${name}`];
}
