import type { DeviceRule } from '@mini/contracts';
import { assemble, type Instruction } from './instructions.js';

/** Kinds of access, and of nodes, as struct bpf_cgroup_dev_ctx has them. Source: linux/bpf.h, BPF_DEVCG_. */
const ACCESS = { m: 1, r: 2, w: 4 } as const;
const ALL_ACCESS = ACCESS.m | ACCESS.r | ACCESS.w;
const TYPE = { b: 1, c: 2 } as const;

/** Offsets in that struct; the first word holds the type below and the access above. */
const OFFSET = { access: 0, major: 4, minor: 8 } as const;
const ACCESS_SHIFT = 16;
const TYPE_MASK = 0xffff;

/** Registers: 0 is what the program returns, 1 the struct; in `access` stands what no rule has allowed yet. */
const REGISTER = { result: 0, context: 1, type: 2, access: 3, major: 4, minor: 5 } as const;

/**
 * A program of BPF_PROG_TYPE_CGROUP_DEVICE for a list of rules, an array of struct bpf_insn. Of the rules for a device the
 * last one decides, for each kind of access by itself, as in cgroup v1; what no rule is for is allowed. A pure function.
 */
export function compileDeviceProgram(rules: readonly DeviceRule[]): Uint8Array {
  const body: Instruction[] = [];
  let isDecided = false;
  for (let index = rules.length - 1; index >= 0 && !isDecided; index--) {
    const rule = normalize(rules[index]!);
    if (rule.access === 0) continue;
    body.push(...compileRule(rule, `rule ${index}`));
    // Whatever stands before it has nothing left to say, and the kernel refuses what cannot be reached.
    isDecided = rule.access === ALL_ACCESS && isForAll(rule);
  }
  return assemble([...PROLOGUE, ...body, ...ending(body, isDecided)]);
}

interface NormalRule {
  readonly allow: boolean;
  readonly type: number | undefined;
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly access: number;
}

/** Type `a` means everything, whatever else is said: the kernel's own reading on v1. */
function normalize({ allow, type = 'a', major, minor, access = 'rwm' }: DeviceRule): NormalRule {
  if (type === 'a') {
    return { allow, type: undefined, major: undefined, minor: undefined, access: ALL_ACCESS };
  }
  const bits = Object.entries(ACCESS).filter(([letter]) => access.includes(letter));
  return {
    allow,
    type: TYPE[type],
    major: major === -1 ? undefined : major,
    minor: minor === -1 ? undefined : minor,
    access: bits.reduce((sum, [, bit]) => sum | bit, 0),
  };
}

function isForAll({ type, major, minor }: NormalRule): boolean {
  return type === undefined && major === undefined && minor === undefined;
}

const PROLOGUE: readonly Instruction[] = [
  { op: 'load', to: REGISTER.type, from: REGISTER.context, offset: OFFSET.access },
  { op: 'copy', to: REGISTER.access, from: REGISTER.type },
  { op: 'shiftRight', to: REGISTER.access, value: ACCESS_SHIFT },
  { op: 'and', to: REGISTER.type, value: TYPE_MASK },
  { op: 'load', to: REGISTER.major, from: REGISTER.context, offset: OFFSET.major },
  { op: 'load', to: REGISTER.minor, from: REGISTER.context, offset: OFFSET.minor },
];

function compileRule({ allow, access, ...rule }: NormalRule, next: string): Instruction[] {
  const conditions = (['type', 'major', 'minor'] as const).flatMap((name): Instruction[] => {
    const value = rule[name];
    return value === undefined ? [] : [{ op: 'ifNotEqual', register: REGISTER[name], value, label: next }];
  });
  return [...conditions, ...decide(allow, access), { op: 'label', label: next }];
}

/** What is denied ends the program; what is allowed is struck off, and ends it when nothing is left. */
function decide(allow: boolean, access: number): Instruction[] {
  if (access === ALL_ACCESS) return [{ op: 'jump', label: allow ? 'allow' : 'deny' }];
  if (!allow) return [{ op: 'ifAny', register: REGISTER.access, value: access, label: 'deny' }];
  return [
    { op: 'and', to: REGISTER.access, value: ~access },
    { op: 'ifEqual', register: REGISTER.access, value: 0, label: 'allow' },
  ];
}

/** The answers, as far as something leads there. */
function ending(body: readonly Instruction[], isDecided: boolean): Instruction[] {
  const isMeant = (label: string) => body.some((each) => 'label' in each && each.label === label);
  return [
    ...(!isDecided || isMeant('allow') ? answer('allow', 1) : []),
    ...(isMeant('deny') ? answer('deny', 0) : []),
  ];
}

function answer(label: string, value: number): Instruction[] {
  return [{ op: 'label', label }, { op: 'set', to: REGISTER.result, value }, { op: 'exit' }];
}
