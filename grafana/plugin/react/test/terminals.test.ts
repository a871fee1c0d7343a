import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Memory } from '../src/state/memory';
import { ANY, KEEP_SECONDS, LETTERS, Terminals } from '../src/state/terminals';

let terminals: Terminals;
const tabs = (): string[] => terminals.state.get().tabs.map(({ key, name, phase }) => `${key} ${name} ${phase}`);
const active = (): number => terminals.state.get().active;

beforeEach(() => {
  vi.useFakeTimers();
  terminals = new Terminals();
});

afterEach(() => {
  vi.useRealTimers();
});

it('opens one terminal of a container, and shows it when it is asked for again', () => {
  terminals.show('container:a', 'a');
  terminals.show('container:b', 'b');
  terminals.fold(true);
  terminals.show('container:a', 'a');
  expect(tabs()).toEqual(['1 a running', '2 b running']);
  expect(terminals.state.get()).toMatchObject({ active: 1, folded: false });
});

it('opens another of the same container, which asks how first', () => {
  terminals.show('container:a', 'a');
  terminals.start(1, { ...ANY, user: '1000' });
  terminals.another(1);
  expect(tabs()).toEqual(['1 a running', '2 a asking']);
  expect(terminals.state.get().tabs[1]?.wish.user).toBe('1000');
  terminals.another(7);
  expect(tabs()).toHaveLength(2);
});

it('keeps the tab of a shell that ended, with why, until it is started again', () => {
  terminals.show('container:a', 'a');
  terminals.ended(1, 'a has no /bin/sh');
  expect(terminals.state.get().tabs[0]).toMatchObject({ phase: 'asking', ending: 'a has no /bin/sh' });
  terminals.start(1, { ...ANY, shell: '/bin/zsh' });
  expect(terminals.state.get().tabs[0]).toMatchObject({ phase: 'running', ending: '', wish: { shell: '/bin/zsh' } });
});

it('shows the tab beside one that is closed', () => {
  for (const name of ['a', 'b', 'c']) terminals.show(`container:${name}`, name);
  terminals.close(1);
  expect(active()).toBe(3);
  terminals.close(3);
  expect(active()).toBe(2);
  terminals.close(9);
  expect(tabs()).toEqual(['2 b running']);
  terminals.close(2);
  expect([tabs(), active()]).toEqual([[], 0]);
});

it('has letters of a size that can be read', () => {
  const letters = (by: number): number => {
    terminals.enlarge(by);
    return terminals.state.get().letters;
  };
  expect([letters(1), letters(0), letters(99), letters(-99)]).toEqual([LETTERS.usual + 1, LETTERS.usual, LETTERS.most, LETTERS.least]);
});

it('comes back to a shell whose connection was lost, for as long as it is kept', () => {
  terminals.show('container:a', 'a');
  terminals.opened(1, 'session');
  terminals.lost(1, 'No connection.');
  expect(tabs()).toEqual(['1 a lost']);
  vi.runAllTimers();
  expect(terminals.state.get().tabs[0]).toMatchObject({ phase: 'running', session: 'session' });
  vi.advanceTimersByTime(KEEP_SECONDS * 1000 + 1);
  terminals.lost(1, 'No connection.');
  expect(terminals.state.get().tabs[0]).toMatchObject({ phase: 'asking', session: '', ending: 'No connection.' });
});

it('does not wait for a shell that never stood, nor for a tab that is closed', () => {
  terminals.show('container:a', 'a');
  terminals.lost(1, 'No connection.');
  expect(tabs()).toEqual(['1 a asking']);
  terminals.start(1, ANY);
  terminals.opened(1, 'session');
  terminals.lost(1, 'No connection.');
  terminals.close(1);
  vi.runAllTimers();
  expect(tabs()).toEqual([]);
});

it('has the shells of before when the page is loaded again', () => {
  let kept = 'null';
  const memory: Memory = {
    read: () => JSON.parse(kept) as unknown,
    write: (value) => {
      kept = JSON.stringify(value);
    },
  };
  terminals = new Terminals(memory);
  for (const name of ['a', 'b', 'c']) terminals.show(`container:${name}`, name);
  terminals.start(2, { ...ANY, user: '1000' });
  for (const key of [1, 2]) terminals.opened(key, `session ${key}`);
  terminals.activate(1);
  terminals.enlarge(3);
  terminals = new Terminals(memory);
  expect(tabs()).toEqual(['1 a running', '2 b running']);
  expect(terminals.state.get()).toMatchObject({ active: 1, letters: LETTERS.usual + 3 });
  expect(terminals.state.get().tabs[1]).toMatchObject({ session: 'session 2', wish: { shell: '', user: '1000' } });
  kept = '{"tabs":[{"session":""},7],"letters":1e9}';
  terminals = new Terminals(memory);
  expect([tabs(), terminals.state.get().letters]).toEqual([[], LETTERS.most]);
});
