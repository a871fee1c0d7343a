/** Waiting times between attempts: doubling, capped, and spread so that clients do not march in step. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export class Backoff {
  private attempt = 0;

  constructor(private readonly random: () => number = Math.random) {}

  next(): number {
    const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.attempt);
    this.attempt += 1;
    return ceiling * (0.6 + 0.4 * this.random());
  }

  reset(): void {
    this.attempt = 0;
  }
}
