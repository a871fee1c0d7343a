import { expect, it } from 'vitest';
import { badge, idle } from '../../src/scene/glyph';

it('never tells status by colour alone: whatever is not well has a sign', () => {
  expect(badge('healthy', 'running')).toBeNull();
  expect(badge('warning', 'running')).toBe('warning');
  expect(badge('critical', 'running')).toBe('critical');
  expect(badge('unknown', '')).toBe('unknown');
  expect(badge('warning', 'paused')).toBe('paused');
  expect(badge('critical', 'restarting')).toBe('restarting');
  expect(badge('healthy', 'exited')).toBe('exited');
  expect(badge('critical', 'exited')).toBe('critical');
});

it('draws hollow what does nothing', () => {
  expect(idle('exited')).toBe(true);
  expect(idle('running')).toBe(false);
  expect(idle('paused')).toBe(false);
});
