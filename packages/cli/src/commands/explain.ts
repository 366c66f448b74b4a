import type { Plan } from '@mini/contracts';
export function formatPlan(plan: Plan): string { return JSON.stringify(plan); }
export function formatPlanJson(plan: Plan): string { return JSON.stringify(plan); }
