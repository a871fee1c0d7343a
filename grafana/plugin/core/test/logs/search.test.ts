import { describe, expect, it } from 'vitest';
import { matches, pieces } from '../../src/logs/search';

describe('search', () => {
  it('finds every place, whatever the case', () => {
    expect(pieces('An error, ERROR.', 'error')).toEqual([
      { text: 'An ', hit: false },
      { text: 'error', hit: true },
      { text: ', ', hit: false },
      { text: 'ERROR', hit: true },
      { text: '.', hit: false },
    ]);
    expect(pieces('x', '')).toEqual([{ text: 'x', hit: false }]);
    expect(matches('Warning', 'warn')).toBe(true);
    expect(matches('Warning', 'error')).toBe(false);
  });

  it('loses no letter that grows in lower case', () => {
    expect(pieces('İİİ tail', 'tail').map(({ text }) => text).join('')).toBe('İİİ tail');
  });
});
