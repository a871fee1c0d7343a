import { expect, it } from 'vitest';
import { ending } from '../../src/logs/stream';

it('hears how a stream ended', () => {
  expect(ending('{"type":"opened","details":{}}')).toBeNull();
  expect(ending('{"type":"end","problem":null}')).toBe('');
  expect(ending('{"type":"end","problem":{"title":"Gone","detail":""}}')).toBe('Gone');
  expect(ending('{"type":"end","problem":{"title":"Gone","detail":"It was removed."}}')).toBe('It was removed.');
  expect(ending('{"type":"from the future"}')).toBeNull();
  expect(ending('{')).toContain('not JSON');
});
