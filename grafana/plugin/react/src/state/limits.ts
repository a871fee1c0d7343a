/** New limits of a container, as they are written in the form and as the API takes them. */

import type { ContainerRecord } from '@promscope/core';

export interface LimitsForm {
  /** Cores. */
  readonly cpu: string;
  /** MiB. */
  readonly memory: string;
  readonly restart: string;
}

export const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'];
const MIB = 1024 * 1024;

/** What it has; empty: no limit. */
export function formOf(record: ContainerRecord | null): LimitsForm {
  const { cpuLimit = null, memoryLimit = null, restartPolicy = '' } = record ?? {};
  return {
    cpu: cpuLimit === null ? '' : String(cpuLimit),
    memory: memoryLimit === null ? '' : String(Math.round(memoryLimit / MIB)),
    restart: POLICIES.includes(restartPolicy) ? restartPolicy : 'no',
  };
}

/** Only what was changed; null: nothing was. */
export function changes(before: LimitsForm, after: LimitsForm): object | null {
  const found = {
    ...(after.cpu !== before.cpu && after.cpu !== '' ? { cpu_limit_cores: Number(after.cpu) } : {}),
    ...(after.memory !== before.memory && after.memory !== '' ? { memory_limit_bytes: Math.round(Number(after.memory) * MIB) } : {}),
    ...(after.restart !== before.restart ? { restart_policy: after.restart } : {}),
  };
  return Object.keys(found).length === 0 ? null : found;
}
