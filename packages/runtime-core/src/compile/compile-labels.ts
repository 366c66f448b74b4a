import type { Process, Step } from '@mini/contracts';

type WriteStep = Extract<Step, { op: 'write_proc' }>;

/**
 * The labels that the kernel gives the process at its exec. Kernels before 5.8 have one file for whichever module is
 * there. Sources: proc_pid_attr(5), apparmor(7).
 */
export function compileLabels({ apparmorProfile, selinuxLabel }: Process): Step[] {
  return [
    ...(apparmorProfile === undefined || apparmorProfile === '' ? [] : [profileStep(apparmorProfile)]),
    ...(selinuxLabel === undefined || selinuxLabel === ''
      ? []
      : [writeStep('exec', selinuxLabel, 'process.selinuxLabel')]),
  ];
}

function profileStep(profile: string): Step {
  const value = `exec ${profile}`;
  const origin = 'process.apparmorProfile';
  return {
    ...writeStep('apparmor/exec', value, origin),
    tolerates: ['ENOENT'],
    otherwise: writeStep('exec', value, origin),
  };
}

function writeStep(file: string, value: string, origin: string): WriteStep {
  return { op: 'write_proc', path: `/proc/self/attr/${file}`, value, origin };
}
