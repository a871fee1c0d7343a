/** Amounts as the query language writes them, and the steps of a slider over them. */

export type AmountUnit = 'cores' | 'bytes' | 'bytes_per_second' | 'count';

const BINARY: readonly (readonly [string, number])[] = [['gi', 2 ** 30], ['mi', 2 ** 20], ['ki', 2 ** 10]];
const DECIMAL: readonly (readonly [string, number])[] = [['g', 1e9], ['m', 1e6], ['k', 1e3]];
const FACTORS: Readonly<Record<AmountUnit, ReadonlyMap<string, number>>> = {
  cores: new Map([['', 1], ['m', 1e-3]]),
  bytes: new Map([['', 1], ...BINARY, ...DECIMAL]),
  bytes_per_second: new Map([['', 1], ...BINARY, ...DECIMAL]),
  count: new Map([['', 1], ...DECIMAL]),
};
const SMALLEST: Readonly<Record<AmountUnit, number>> = { cores: 0.01, bytes: 2 ** 20, bytes_per_second: 1000, count: 1 };
const LONGEST_LADDER = 40;

/** The amount in its base unit; null for what is none, or a share. */
export function readAmount(text: string, unit: AmountUnit): number | null {
  const found = /^(\d+(?:\.\d*)?|\.\d+)([a-z/]*)$/.exec(text.toLowerCase());
  const suffix = found?.[2] ?? '';
  const factor = FACTORS[unit].get(unit.startsWith('bytes') ? suffix.replace(/b?(\/s)?$/, '') : suffix);
  return found === null || factor === undefined ? null : Number(found[1]) * factor;
}

export function writeAmount(amount: number, unit: AmountUnit): string {
  const units = unit === 'bytes' ? BINARY : unit === 'cores' ? [] : DECIMAL;
  for (const [suffix, factor] of units) {
    if (amount >= factor && Number.isInteger(Math.round((amount / factor) * 1e6) / 1e4)) return `${amount / factor}${suffix}`;
  }
  return String(amount);
}

/** From 0 in steps of 1, 2 and 5 up to the first that is not below `most`. */
export function ladder(unit: AmountUnit, most: number): readonly number[] {
  const steps = [0];
  let decade = SMALLEST[unit];
  while (steps.length < LONGEST_LADDER) {
    for (const factor of [1, 2, 5]) {
      const step = Number((decade * factor).toPrecision(12));
      if (unit === 'bytes' && step >= 1000 * 2 ** 20 && step < 2 ** 30) continue;
      steps.push(step);
      if (step >= most) return steps;
    }
    decade *= 10;
    if (unit === 'bytes' && Math.abs(decade / (1000 * 2 ** 20) - 1) < 0.01) decade = 2 ** 30;
  }
  return steps;
}
