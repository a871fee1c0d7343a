import { expect, it } from 'vitest';
import { tokenize, written } from '../../src/query/tokens';

const kinds = (text: string): string[] => (tokenize(text) ?? []).map(({ kind, text: word }) => `${kind} ${word}`);

it('cuts as the API does', () => {
  expect(kinds('a:b=c "d e" NOT(f)')).toEqual(['word a', 'operator :', 'word b=c', 'phrase d e', 'NOT NOT', '( (', 'word f', ') )']);
  expect(kinds('cpu>=40%')).toEqual(['word cpu', 'operator >=', 'word 40%']);
  expect(kinds('name:AND')).toEqual(['word name', 'operator :', 'word AND']);
});

it('knows a phrase that does not end', () => {
  expect(tokenize('say "no')).toBeNull();
});

it('writes phrases only where they are needed', () => {
  expect(written('nginx')).toBe('nginx');
  expect(written('10.0.0.1:80')).toBe('"10.0.0.1:80"');
  expect(written('OR')).toBe('"OR"');
});
