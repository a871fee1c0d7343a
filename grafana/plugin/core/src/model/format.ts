/** Numbers as people read them. Every function answers "–" for what was not measured. */

export type Unit = 'cores' | 'bytes' | 'bytes_per_second' | 'count' | 'seconds' | 'share';

export const NOT_MEASURED = '–';

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DECIMAL = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'];

type Value = number | null | undefined;

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === Math.trunc(value)) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let left = value;
  let step = 0;
  while (Math.abs(left) >= base * 0.9995 && step < units.length - 1) {
    left /= base;
    step += 1;
  }
  return `${step === 0 ? left.toFixed(0) : digits(left)} ${units[step]}`;
}

export function bytes(value: Value): string {
  return value == null ? NOT_MEASURED : scaled(value, 1024, BINARY);
}

export function rate(value: Value): string {
  return value == null ? NOT_MEASURED : scaled(value, 1000, DECIMAL);
}

export function count(value: Value): string {
  if (value == null) return NOT_MEASURED;
  if (Math.abs(value) >= 100_000) return `${digits(value / 1000)}k`;
  return Number.isInteger(value) ? value.toLocaleString('en-US') : digits(value);
}

export function cores(value: Value): string {
  if (value == null) return NOT_MEASURED;
  if (value > 0 && value < 0.0005) return '<0.001';
  return value.toFixed(value === 0 ? 0 : value < 0.1 ? 3 : value < 10 ? 2 : 1);
}

export function share(value: Value): string {
  return value == null ? NOT_MEASURED : `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

export function duration(seconds: Value): string {
  if (seconds == null) return NOT_MEASURED;
  if (seconds < 1) return `${(seconds * 1000).toFixed(0)} ms`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

export function withUnit(value: Value, unit: string): string {
  switch (unit) {
    case 'bytes':
      return bytes(value);
    case 'bytes_per_second':
      return rate(value);
    case 'cores':
      return value == null ? NOT_MEASURED : `${cores(value)} cores`;
    case 'seconds':
      return duration(value);
    case 'share':
      return share(value);
    default:
      return count(value);
  }
}
