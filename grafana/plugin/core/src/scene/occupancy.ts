/** Which rectangles of the screen are taken; looked up by coarse cells. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CELL = 64;

export class Occupancy {
  private readonly cells = new Map<number, { box: Box; owner: object | null }[]>();

  add(box: Box, owner: object | null): void {
    const entry = { box, owner };
    for (const cell of covered(box)) {
      const entries = this.cells.get(cell);
      if (entries === undefined) this.cells.set(cell, [entry]);
      else entries.push(entry);
    }
  }

  /** Whether `box` overlaps anything but what belongs to `except`. */
  hits(box: Box, except: object | null = null): boolean {
    for (const cell of covered(box)) {
      for (const { box: other, owner } of this.cells.get(cell) ?? []) {
        if (except !== null && owner === except) continue;
        if (box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top) return true;
      }
    }
    return false;
  }
}

function* covered(box: Box): Iterable<number> {
  const right = Math.floor(box.right / CELL);
  const bottom = Math.floor(box.bottom / CELL);
  for (let row = Math.floor(box.top / CELL); row <= bottom; row += 1) {
    for (let column = Math.floor(box.left / CELL); column <= right; column += 1) yield row * 65_536 + column;
  }
}
