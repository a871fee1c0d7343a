/** What `make bench-ui` drives: core alone on a page, each step awaited frame by frame. */

import { DARK, Surface, TopologyStore, type Preference } from '@promscope/core';

const FLOW_INTERVAL_MS = 30;
const TURNS = 24;

const store = new TopologyStore();
let text = '';
let surface: Surface | null = null;

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

async function frames(count: number, act: (index: number) => void): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await frame();
    act(index);
  }
  await frame();
}

function map(): Surface {
  if (surface === null) throw new Error('nothing is drawn yet');
  return surface;
}

const bench = {
  async load(url: string): Promise<void> {
    text = await (await fetch(url)).text();
  },

  /** From the text of the answer to the first picture. */
  async first(renderer: Preference): Promise<void> {
    store.apply(JSON.parse(text));
    text = '';
    const container = document.getElementById('map');
    if (container === null || store.topology === null) throw new Error('no topology');
    surface = new Surface(container, { renderer });
    surface.setPalette(DARK);
    surface.setTopology(store.topology, 'full');
    await frame();
    await frame();
  },

  /** Until nothing moves any more. */
  async rest(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 700));
  },

  async pan(count: number): Promise<void> {
    await frames(count, (index) => {
      map().panBy(Math.cos((index / TURNS) * Math.PI) * 12, 4 * (index % 2 === 0 ? 1 : -1));
    });
  },

  async zoom(count: number): Promise<void> {
    await frames(count, (index) => {
      map().zoomBy(index % (2 * TURNS) < TURNS ? 1.04 : 1 / 1.04);
    });
  },

  /** Nothing but flows for a while; the number of frames that the loop draws meanwhile. */
  async flows(milliseconds: number): Promise<number> {
    let drawn = 0;
    const start = await frame();
    let last = start;
    for (let now = start; now - start < milliseconds; now = await frame()) {
      if (now - last < FLOW_INTERVAL_MS) continue;
      last = now;
      drawn += 1;
    }
    return drawn;
  },

  /** Take one message of the live socket and draw the next frame. */
  async take(message: unknown): Promise<void> {
    const change = store.apply(message);
    if (change !== 'structure' && change !== 'numbers') throw new Error(`not taken: ${change}`);
    if (store.topology !== null) map().setTopology(store.topology, change);
    await frame();
  },
};

export type Bench = typeof bench;
Object.assign(window, { bench });
