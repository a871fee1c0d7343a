import { expect, it } from 'vitest';
import { completed, valueOf } from '../src/state/completion';

it('takes an option in where the API says it belongs', () => {
  expect(completed('redis sta', { start: 6, end: 9, options: [] }, { text: 'status', kind: 'field', detail: '' })).toBe('redis status:');
  expect(completed('cp', { start: 0, end: 2, options: [] }, { text: 'cpu', kind: 'field', detail: '' })).toBe('cpu > ');
  expect(completed('status:cr', { start: 7, end: 9, options: [] }, { text: 'critical', kind: 'value', detail: '' })).toBe('status:critical ');
  expect(completed('la', { start: 0, end: 2, options: [] }, { text: 'label.', kind: 'field', detail: '' })).toBe('label.');
});

it('knows the value behind quotes', () => {
  expect(valueOf({ text: '"two words"', kind: 'value', detail: '3 ×' })).toBe('two words');
  expect(valueOf({ text: 'shop', kind: 'value', detail: '' })).toBe('shop');
  expect(valueOf({ text: 'label.app', kind: 'field', detail: '' })).toBe('label.app');
});
