import type { Linux, Step } from '@mini/contracts';

/** PER_LINUX and PER_LINUX32 of personality(2). */
const PERSONA = { LINUX: 0, LINUX32: 8 } as const;

/** How a process of the container sees the machine. */
export function compilePersonality({ personality }: Pick<Linux, 'personality'>): Step[] {
  if (personality === undefined) return [];
  return [{ op: 'personality', persona: PERSONA[personality.domain], origin: 'linux.personality' }];
}
