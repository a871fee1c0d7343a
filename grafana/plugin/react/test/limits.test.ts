import type { ContainerRecord } from '@promscope/core';
import { expect, it } from 'vitest';
import { changes, formOf } from '../src/state/limits';

const record = (patch: Partial<ContainerRecord>): ContainerRecord => ({ cpuLimit: null, memoryLimit: null, restartPolicy: '', ...patch }) as ContainerRecord;

it('shows the limits that a container has', () => {
  expect(formOf(record({ cpuLimit: 1.5, memoryLimit: 256 * 1024 ** 2, restartPolicy: 'always' }))).toEqual({ cpu: '1.5', memory: '256', restart: 'always' });
  expect(formOf(record({}))).toEqual({ cpu: '', memory: '', restart: 'no' });
  expect(formOf(null)).toEqual({ cpu: '', memory: '', restart: 'no' });
});

it('asks for what was changed alone', () => {
  const before = formOf(record({ cpuLimit: 1 }));
  expect(changes(before, before)).toBeNull();
  expect(changes(before, { cpu: '0.5', memory: '64', restart: 'unless-stopped' })).toEqual({ cpu_limit_cores: 0.5, memory_limit_bytes: 67_108_864, restart_policy: 'unless-stopped' });
  expect(changes(before, { ...before, cpu: '' })).toBeNull();
});
