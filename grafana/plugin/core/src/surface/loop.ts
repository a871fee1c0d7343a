/** The frame loop: runs only while something moves, the page is shown and the map is in sight. */

/** Frames in which only flows move are drawn at most this often. */
const FLOW_INTERVAL_MS = 30;

export class Loop {
  /** Curves flow: draw on even when nothing else changes. */
  flowing = false;
  private request = 0;
  private inSight = true;
  private woken = true;
  private lastDrawn = 0;
  private stopped = false;
  private readonly observer: IntersectionObserver;

  constructor(
    container: HTMLElement,
    private readonly frame: (now: number) => boolean,
  ) {
    this.observer = new IntersectionObserver((entries) => {
      this.inSight = entries.some((entry) => entry.isIntersecting);
      if (this.inSight) this.wake();
    });
    this.observer.observe(container);
  }

  wake(): void {
    this.woken = true;
    this.schedule();
  }

  /** Draw at once, so that a resized canvas is never seen empty. */
  now(): void {
    if (this.stopped) return;
    this.woken = this.frame(performance.now());
    if (this.woken || this.flowing) this.schedule();
  }

  stop(): void {
    this.stopped = true;
    cancelAnimationFrame(this.request);
    this.observer.disconnect();
  }

  private schedule(): void {
    if (this.request !== 0 || this.stopped || !this.inSight) return;
    this.request = requestAnimationFrame(() => {
      this.request = 0;
      const now = performance.now();
      if (this.woken || now - this.lastDrawn >= FLOW_INTERVAL_MS) {
        this.lastDrawn = now;
        this.woken = false;
        this.woken = this.frame(now) || this.woken;
      }
      if (this.woken || this.flowing) this.schedule();
    });
  }
}
