import { Problem, type Client, type Lens, type Offer, type Session } from '@promscope/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../src/state/app';

const OPERATOR: Session = { user: { name: 'operator', roles: [] }, permissions: [], localViewer: false, oidc: false };
const offer = (action: string, confirm = ''): Offer => ({ action, label: action, allowed: true, reason: '', confirm });

describe('App', () => {
  let calls: string[];
  let lenses: Lens[];
  let session: () => Promise<Session>;
  let act: () => Promise<void>;
  let app: App;

  beforeEach(() => {
    calls = [];
    lenses = [];
    session = () => Promise.resolve(OPERATOR);
    act = () => Promise.resolve();
    app = new App({
      act: (id: string, action: string) => {
        calls.push(`${action} ${id}`);
        return act();
      },
      details: () => Promise.reject(new Problem(404, 'gone', '')),
      signIn: () => Promise.resolve(OPERATOR),
      session: () => session(),
      fetchTopology: (lens: Lens) => {
        lenses.push(lens);
        return new Promise(() => undefined);
      },
      overview: () => Promise.reject(new Problem(503, 'starting', '')),
      search: () => Promise.reject(new Problem(400, 'Bad query', 'a number is missing')),
    } as unknown as Client);
  });

  it('asks before it stops, restarts or removes, and does nothing on no', () => {
    for (const action of ['stop', 'restart', 'remove']) {
      app.request('container:1', 'web', offer(action));
      expect(app.state.get().pending?.offer.action).toBe(action);
      app.answer(false);
    }
    expect(calls).toEqual([]);
    app.request('container:1', 'web', offer('remove', 'What it wrote is lost.'));
    expect(app.state.get().pending?.question).toBe('What it wrote is lost.');
    app.answer(true);
    expect(calls).toEqual(['remove container:1']);
  });

  it('starts, pauses and resumes at once', () => {
    for (const action of ['start', 'pause', 'unpause']) app.request('container:1', 'web', offer(action));
    expect(calls).toEqual(['start container:1', 'pause container:1', 'unpause container:1']);
  });

  it('tells what became of an action, and what is not known', async () => {
    act = () => Promise.reject(new Problem(409, 'Conflict', 'the container is gone'));
    app.request('container:1', 'web', offer('start'));
    await vi.waitFor(() => {
      expect(app.state.get().notices.at(-1)).toMatchObject({ kind: 'failed', text: 'start web: the container is gone' });
    });
    act = () => Promise.reject(new Problem(0, 'No answer', 'The API cannot be reached.'));
    app.request('container:1', 'web', offer('start'));
    await vi.waitFor(() => {
      expect(app.state.get().notices.at(-1)?.text).toContain('Whether it was done is not known');
    });
  });

  it('forgets place and selection with the view', () => {
    app.state.set({ selected: 'container:1', look: { x: 1, y: 1, k: 1 } });
    app.selectView('hosts');
    expect(app.state.get()).toMatchObject({ view: 'hosts', selected: null, look: null });
    app.pause();
  });

  it('takes the next node for the goal of a way, once', () => {
    app.select('container:1');
    app.pick(true);
    app.select('container:2');
    expect(app.state.get()).toMatchObject({ selected: 'container:1', goal: 'container:2', picking: false });
    app.select('container:3');
    expect(app.state.get()).toMatchObject({ selected: 'container:3', goal: null });
    app.pause();
  });

  it('looks at a filter and at a moment through one lens, and comes back', () => {
    app.start();
    app.setFilter('status:critical');
    app.setMoment(5000);
    expect(lenses.at(-1)).toEqual({ view: 'containers', filter: 'status:critical', moment: 5000 });
    const asked = lenses.length;
    app.setMoment(5000);
    app.setFilter('status:critical');
    expect(lenses).toHaveLength(asked);
    app.setMoment(null);
    app.setFilter('');
    expect(lenses.at(-1)).toEqual({ view: 'containers', filter: '', moment: null });
    app.pause();
  });

  it('says why a query cannot be answered', async () => {
    app.search('cpu >');
    await vi.waitFor(() => {
      expect(app.state.get()).toMatchObject({ search: null, searching: false, searchProblem: 'a number is missing' });
    });
    app.search('');
    expect(app.state.get().searchProblem).toBe('');
  });

  it('stays signed in when an older answer about the session comes late', async () => {
    let late: (session: Session) => void = () => undefined;
    session = () => new Promise((resolve) => (late = resolve));
    app.start();
    await app.signIn({ code: 'code' });
    late({ user: null, permissions: [], localViewer: true, oidc: false });
    await Promise.resolve();
    await Promise.resolve();
    expect(app.state.get().session).toEqual(OPERATOR);
    app.pause();
  });

  it('signs in with a code', async () => {
    app.openSignIn(true);
    await app.signIn({ code: 'code' });
    expect(app.state.get()).toMatchObject({ session: OPERATOR, signingIn: false });
  });
});
