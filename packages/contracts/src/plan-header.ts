import { MONITOR_STEP_TABLE } from './monitor-step-table.js';
import {
  HEALTH_FRAME_WORDS,
  HEALTH_STATES,
  LOG_FRAME_WORDS,
  MONITOR_FORMAT,
  MONITOR_RECORD_WORDS,
  MONITOR_STATUS_WORDS,
  RESTART_POLICY,
  STATUS_FORMAT,
} from './monitor-wire.js';
import { PLAN_FORMAT, RECORD_FLAG } from './plan.js';
import type { FieldType, StepDefinition } from './step-definition.js';
import { HELPER_FD, STEP_TABLE, TARGET_KIND } from './step-table.js';
import {
  CONTROL_MESSAGE_WORDS,
  FILE_RECORD_WORDS,
  LAUNCH_RECORD_WORDS,
  MAX_JOIN_FDS,
  MAX_PASS_FDS,
  MESSAGE_KIND,
  STAGES,
} from './wire.js';

const SIGNATURE: Record<FieldType, string> = {
  number: 'n',
  string: 's',
  strings: 'S',
  numbers: 'N',
  bytes: 'b',
};

/** The C header the helpers and the addon are compiled with, written from the tables of this package. */
export function generatePlanHeader(): string {
  const steps = Object.entries<StepDefinition>(STEP_TABLE);
  const monitorSteps = Object.entries<StepDefinition>(MONITOR_STEP_TABLE);
  const all = [...steps, ...monitorSteps];
  const lines = [
    '/* Generated from packages/contracts/src by "nx run contracts:generate"; do not edit. */',
    '#ifndef MINI_PLAN_H',
    '#define MINI_PLAN_H',
    '',
    '#include <stdint.h>',
    '',
    `#define PLAN_MAGIC ${hex(PLAN_FORMAT.magic)}u`,
    `#define PLAN_VERSION ${PLAN_FORMAT.version}u`,
    `#define PLAN_MAX_BYTES ${PLAN_FORMAT.maxBytes}u`,
    `#define PLAN_MAX_TOLERATED ${PLAN_FORMAT.maxTolerated}`,
    `#define PLAN_MAX_FIELDS ${Math.max(...all.map(([, { fields }]) => Object.keys(fields).length))}`,
    '',
    ...Object.entries(RECORD_FLAG).map(([name, value]) => `#define RECORD_${upper(name)} ${value}u`),
    ...Object.entries(HELPER_FD).map(([name, value]) => `#define HELPER_FD_${upper(name)} ${value}`),
    ...Object.entries(TARGET_KIND).map(([name, value]) => `#define TARGET_${upper(name)} ${value}u`),
    '',
    'enum plan_op {',
    ...all.map(([name, { op }]) => `\tOP_${upper(name)} = ${op},`),
    '};',
    '',
    '/* Signature of a step: n number, s string, S strings, N numbers, b bytes. */',
    ...stepMacro('PLAN_STEPS', steps),
    ...stepMacro('MONITOR_STEPS', monitorSteps),
    ...all.filter(([, { fields }]) => Object.keys(fields).length > 0).map(fieldEnum),
    '',
    `enum launch_stage { ${STAGES.map((stage, index) => `STAGE_${upper(stage)} = ${index}`).join(', ')} };`,
    '',
    `enum restart_policy { ${Object.entries(RESTART_POLICY)
      .map(([name, value]) => `RESTART_${upper(name)} = ${value}`)
      .join(', ')} };`,
    '',
    `enum health_state { ${HEALTH_STATES.map((state, index) => `HEALTH_${upper(state)} = ${index}`).join(', ')} };`,
    '',
    `enum message_kind { ${Object.entries(MESSAGE_KIND)
      .map(([name, value]) => `MESSAGE_${upper(name)} = ${value}`)
      .join(', ')} };`,
    '',
    `#define LAUNCH_MAX_JOIN ${MAX_JOIN_FDS}`,
    `#define LAUNCH_MAX_PASS ${MAX_PASS_FDS}`,
    `#define MONITOR_MAGIC ${hex(MONITOR_FORMAT.magic)}`,
    `#define MONITOR_VERSION ${MONITOR_FORMAT.version}`,
    `#define STATUS_MAGIC ${hex(STATUS_FORMAT.magic)}`,
    `#define STATUS_VERSION ${STATUS_FORMAT.version}`,
    '',
    ...struct('control_message', CONTROL_MESSAGE_WORDS),
    ...struct('launch_record', LAUNCH_RECORD_WORDS),
    ...struct('monitor_record', monitorMembers()),
    ...struct('monitor_status', MONITOR_STATUS_WORDS),
    ...struct('log_frame', LOG_FRAME_WORDS),
    ...struct('health_frame', HEALTH_FRAME_WORDS),
    ...struct('file_record', FILE_RECORD_WORDS),
    '#endif',
    '',
  ];
  return lines.join('\n');
}

function stepMacro(macro: string, steps: readonly [string, StepDefinition][]): string[] {
  const lines = steps.map(([name, { fields }]) => `\tX(${upper(name)}, ${name}, "${signature(fields)}")`);
  return [`#define ${macro}(X) \\`, lines.join(' \\\n'), ''];
}

interface Member {
  readonly name: string;
  readonly words: number;
  readonly type?: string;
}

/** In C the launch inside a monitor record is the same struct. */
function monitorMembers(): Member[] {
  const own = MONITOR_RECORD_WORDS.slice(0, MONITOR_RECORD_WORDS.length - LAUNCH_RECORD_WORDS.length);
  return [...own, { name: 'launch', words: 1, type: 'struct launch_record' }];
}

function struct(name: string, members: readonly Member[]): string[] {
  const member = ({ name: field, words, type = 'int64_t' }: Member) =>
    `\t${type} ${field}${words > 1 ? `[${words}]` : ''};`;
  return [`struct ${name} {`, ...members.map(member), '};', ''];
}

function fieldEnum([name, { fields }]: [string, StepDefinition]): string {
  const members = Object.keys(fields).map((field, index) => `${upper(name)}_${upper(field)} = ${index}`);
  return `enum { ${members.join(', ')} };`;
}

function signature(fields: StepDefinition['fields']): string {
  return Object.values(fields)
    .map((type) => SIGNATURE[type])
    .join('');
}

function upper(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
