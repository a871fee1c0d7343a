/** What both back-ends do: put a display list on the screen as seen by a camera. */

import type { Camera } from '../scene/camera';
import type { DisplayList } from '../scene/display';

export type BackendName = 'webgl2' | 'canvas';

export interface Backend {
  readonly name: BackendName;
  resize(width: number, height: number, ratio: number): void;
  /** The list was composed anew. */
  upload(list: DisplayList): void;
  draw(list: DisplayList, camera: Camera, seconds: number): void;
  /** Only time has passed since the last `draw`. */
  animate(list: DisplayList, camera: Camera, seconds: number): void;
  destroy(): void;
}

/** A canvas that covers its container. It is never focused and never read out. */
export function layer(container: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  Object.assign(canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', pointerEvents: 'none' });
  container.append(canvas);
  return canvas;
}

export function resizeLayer(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
}
