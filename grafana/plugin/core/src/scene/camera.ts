/** Where the map is looked at from: screen = world · k + (x, y), in CSS pixels. */

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Parts of the canvas that lie under panels; what is fitted stays clear of them. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** A camera as it is kept in a link: the world point in the middle, and the scale. */
export interface Look {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

const SIDE_MARGIN = 66;
const EDGE_MARGIN = 42;

export const MIN_SCALE = 0.002;
export const MAX_SCALE = 60;

export function clampScale(k: number): number {
  return Math.min(MAX_SCALE, Math.max(MIN_SCALE, k));
}

function middle(size: Size, insets: Insets): [x: number, y: number] {
  return [
    insets.left + (size.width - insets.left - insets.right) / 2,
    insets.top + (size.height - insets.top - insets.bottom) / 2,
  ];
}

export function lookAt(look: Look, size: Size, insets: Insets): Camera {
  const [cx, cy] = middle(size, insets);
  const k = clampScale(look.k);
  return { x: cx - look.x * k, y: cy - look.y * k, k };
}

export function lookOf(camera: Camera, size: Size, insets: Insets): Look {
  const [cx, cy] = middle(size, insets);
  return { x: (cx - camera.x) / camera.k, y: (cy - camera.y) / camera.k, k: camera.k };
}

/**
 * The camera that shows all circles, at most at scale `limit`. At both sides there is room for the
 * names of what stands at the border.
 */
export function fit(circles: Iterable<Circle>, size: Size, insets: Insets, limit: number): Camera {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, r } of circles) {
    left = Math.min(left, x - r);
    right = Math.max(right, x + r);
    top = Math.min(top, y - r);
    bottom = Math.max(bottom, y + r);
  }
  if (left > right) return lookAt({ x: 0, y: 0, k: 1 }, size, insets);
  const width = Math.max(80, size.width - insets.left - insets.right - 2 * SIDE_MARGIN);
  const height = Math.max(80, size.height - insets.top - insets.bottom - 2 * EDGE_MARGIN);
  const k = Math.min(limit, width / Math.max(1e-6, right - left), height / Math.max(1e-6, bottom - top));
  return lookAt({ x: (left + right) / 2, y: (top + bottom) / 2, k }, size, insets);
}

/** Scale by `factor` while the world point under (x, y) stays where it is. */
export function zoomAt(camera: Camera, x: number, y: number, factor: number): Camera {
  const k = clampScale(camera.k * factor);
  const ratio = k / camera.k;
  return { x: x - (x - camera.x) * ratio, y: y - (y - camera.y) * ratio, k };
}

/**
 * A smooth flight between two looks (van Wijk and Nuij, "Smooth and efficient zooming and
 * panning", 2003): zooms out while it travels far. `at(t)` for t from 0 to 1.
 */
export function flight(from: Look, to: Look, extent: number): { at: (t: number) => Look; seconds: number } {
  const rho = 1.3;
  const w0 = extent / from.k;
  const w1 = extent / to.k;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const d2 = dx * dx + dy * dy;
  if (d2 < 1e-9 * w0 * w1) {
    const s = Math.log(w1 / w0);
    return {
      at: (t) => ({ x: to.x, y: to.y, k: extent / (w0 * Math.exp(t * s)) }),
      seconds: Math.min(0.9, 0.25 + Math.abs(s) * 0.15),
    };
  }
  const d1 = Math.sqrt(d2);
  const rho2 = rho * rho;
  const b0 = (w1 * w1 - w0 * w0 + rho2 * rho2 * d2) / (2 * w0 * rho2 * d1);
  const b1 = (w1 * w1 - w0 * w0 - rho2 * rho2 * d2) / (2 * w1 * rho2 * d1);
  const r0 = Math.log(Math.sqrt(b0 * b0 + 1) - b0);
  const r1 = Math.log(Math.sqrt(b1 * b1 + 1) - b1);
  const length = (r1 - r0) / rho;
  const cosh0 = Math.cosh(r0);
  return {
    at: (t) => {
      const s = t * length;
      const u = (w0 / (rho2 * d1)) * (cosh0 * Math.tanh(rho * s + r0) - Math.sinh(r0));
      return { x: from.x + u * dx, y: from.y + u * dy, k: (extent * Math.cosh(rho * s + r0)) / (w0 * cosh0) };
    },
    seconds: Math.min(1.1, 0.3 + Math.abs(length) * 0.28),
  };
}
