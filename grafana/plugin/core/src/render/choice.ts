/** Which back-end draws: WebGL2 on a real GPU, else canvas 2D, which then is several times faster. */

import type { Backend, BackendName } from './backend';
import { CanvasBackend } from './canvas';
import { WebGLBackend } from './webgl';

export type Preference = BackendName | 'auto';

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const FRAMES = 20;
const SLOW_MS = 40;

export function createBackend(container: HTMLElement, preference: Preference, onLost: () => void): Backend {
  if (preference === 'canvas') return new CanvasBackend(container);
  if (preference === 'auto') {
    // Chromium hands out contexts on its software rasteriser even when asked not to.
    const name = WebGLBackend.renderer(container);
    if (name === null || SOFTWARE.test(name)) return new CanvasBackend(container);
  }
  try {
    return new WebGLBackend(container, onLost);
  } catch {
    return new CanvasBackend(container);
  }
}

/** Judges the first frames: their median interval says whether the GPU keeps up. */
export class FrameMeter {
  private readonly intervals: number[] = [];
  private last: number | null = null;

  get done(): boolean {
    return this.intervals.length >= FRAMES;
  }

  tick(now: number): void {
    if (this.last !== null && !this.done) this.intervals.push(now - this.last);
    this.last = now;
  }

  get slow(): boolean {
    const sorted = [...this.intervals].sort((one, other) => one - other);
    return this.done && (sorted[FRAMES / 2] ?? 0) > SLOW_MS;
  }
}
