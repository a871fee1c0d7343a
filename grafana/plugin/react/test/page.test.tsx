// @vitest-environment happy-dom
/** The whole page, as a table, rendered by the React that the run is about. */

import { DARK } from '@promscope/core';
import { StrictMode, version } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App, Page, type LinkState } from '../src';
import { overview, PROBE, Wire } from './wire';

const PATIENCE = { timeout: 30_000, interval: 10 };

describe('Page', { timeout: 60_000 }, () => {
  let wire: Wire;
  let root: Root;
  let place: HTMLElement;
  let app: App;
  let complaints: unknown[];

  beforeEach(() => {
    complaints = [];
    vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => complaints.push(words));
    wire = new Wire();
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
  });

  afterEach(() => {
    app.pause();
    root.unmount();
    place.remove();
    vi.restoreAllMocks();
    expect(complaints).toEqual([]);
  });

  function open(link: Partial<LinkState> = {}): void {
    app = new App(wire, { mode: 'table', ...link });
    root.render(
      <StrictMode>
        <Page app={app} theme="dark" palette={DARK} />
      </StrictMode>,
    );
    app.start();
  }

  async function says(words: string): Promise<void> {
    await vi.waitFor(() => {
      expect(place.textContent).toContain(words);
    }, PATIENCE);
  }

  async function saysNoMore(words: string): Promise<void> {
    await vi.waitFor(() => {
      expect(place.textContent).not.toContain(words);
    }, PATIENCE);
  }

  function press(name: string): void {
    const button = [...place.querySelectorAll('button')].find((one) => one.textContent === name);
    expect(button, name).toBeDefined();
    button?.click();
  }

  function nothing(): Record<string, unknown> {
    return { ...wire.containers, nodes: [], edges: [], groups: [] };
  }

  it('is rendered by the React it is tested with', async () => {
    open();
    expect(version.split('.')[0]).toBe(process.env.PROMSCOPE_REACT);
    await says('left.one.a');
  });

  it('sorts, opens details and panels, and changes as it is told', async () => {
    const first = (words: string): Promise<void> =>
      vi.waitFor(() => {
        expect(place.querySelector('.ps-row')?.textContent).toContain(words);
      }, PATIENCE);
    open({ filters: true, timeline: true });
    await first('left.one.a');
    press('Name');
    await first('right.two.b');
    place.querySelector<HTMLElement>('.ps-row')?.click();
    await vi.waitFor(() => {
      expect(place.querySelector('[aria-label=Details]')).not.toBeNull();
    }, PATIENCE);
    expect(app.state.get().selected).toBe('right.two.b');
    const newcomer = { id: 'new', kind: 'container', label: 'newcomer', status: 'warning', position: [0, 0], radius: 10, metrics: {} };
    wire.tell({ type: 'delta', base: 1, version: 2, nodes: { upsert: [newcomer], remove: ['left.one.a'] } });
    await says('newcomer');
    await saysNoMore('left.one.a');
  });

  describe('says what is wrong and what to do', () => {
    it('while it loads', async () => {
      wire.answers.set('/topology/containers', null);
      open();
      await says('Looking at the fleet');
      expect(place.querySelector('.ps-first')?.getAttribute('aria-label')).toBe('Loading the map');
    });

    it('without any probe', async () => {
      wire.answers.set('/topology/containers', nothing());
      wire.answers.set('/topology', overview({ probes: [] }));
      open();
      await says('No probe reports yet');
      await says('promscope-exporter --api.url=');
    });

    it('when nothing matches the filter', async () => {
      wire.answers.set('/topology/containers', nothing());
      open({ filter: 'image:nothing' });
      await says('Nothing matches the filter');
      press('Show everything');
      expect(app.state.get().filter).toBe('');
    });

    it('when the backend is stale', async () => {
      const stale = { stale_since: Date.now() / 1000 - 90, stale_reason: 'Prometheus does not answer' };
      wire.answers.set('/topology/containers', { ...wire.containers, ...stale });
      open();
      await says('Prometheus does not answer');
      expect(place.textContent).toMatch(/Numbers are stale for \d+ min/);
    });

    it('when a probe is offline', async () => {
      wire.answers.set('/topology', overview({ probes: [{ ...PROBE, up: false, tunnel: false }] }));
      open();
      await says('The probe of vega does not answer');
    });

    it('when the API goes, until it is back', async () => {
      open();
      await says('left.one.a');
      wire.down = true;
      wire.hangUp();
      await says('The connection to the API is lost');
      expect(place.textContent).toContain('left.one.a');
      wire.down = false;
      press('Try now');
      await saysNoMore('The connection to the API is lost');
    });

    it('when who asks may not see it', async () => {
      wire.answers.set('/topology/containers', 401);
      open();
      await says('This map is not open to everybody');
      await says('Sign in to see the map.');
      press('Sign in');
      expect(app.state.get().signingIn).toBe(true);
    });
  });
});
