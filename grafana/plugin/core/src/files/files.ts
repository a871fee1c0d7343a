/** Files of a container, as the API lists them. */

import { list, number, object, text } from '../model/decode';

export type FileKind = 'file' | 'directory' | 'link' | 'device' | 'fifo' | 'other';

export interface FileEntry {
  readonly name: string;
  readonly kind: FileKind;
  readonly size: number;
  /** As ls writes it, such as drwxr-xr-x. */
  readonly mode: string;
  /** Milliseconds; null: not known. */
  readonly modified: number | null;
  readonly owner: string;
  /** Where a link points, as it is written there. */
  readonly target: string;
}

export interface Folder {
  readonly path: string;
  readonly entries: readonly FileEntry[];
  /** There may be more. */
  readonly truncated: boolean;
}

export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
}

const KINDS: Readonly<Record<string, FileKind>> = { file: 'file', directory: 'directory', link: 'link', device: 'device', fifo: 'fifo' };
const LETTERS: Readonly<Record<FileKind, string>> = { file: '-', directory: 'd', link: 'l', device: 'c', fifo: 'p', other: '?' };

export function decodeFolder(value: unknown): Folder {
  const { path, entries, truncated } = object(value);
  return { path: text(path, '/'), entries: list(entries).map(entry).filter(({ name }) => name !== ''), truncated: truncated === true };
}

export function decodeChanges(value: unknown): { readonly changes: readonly FileChange[]; readonly truncated: boolean } {
  const { items, truncated } = object(value);
  const found = list(items).map((item): FileChange => {
    const { path, kind } = object(item);
    return { path: text(path), kind: kind === 'added' || kind === 'deleted' ? kind : 'modified' };
  });
  return { changes: found.filter(({ path }) => path !== ''), truncated: truncated === true };
}

function entry(value: unknown): FileEntry {
  const raw = object(value);
  const kind = KINDS[text(raw.kind)] ?? 'other';
  const seconds = number(raw.modified);
  return {
    name: text(raw.name),
    kind,
    size: number(raw.size) ?? 0,
    mode: LETTERS[kind] + permissions(number(raw.mode) ?? 0),
    modified: seconds === null || seconds <= 0 ? null : seconds * 1000,
    owner: `${number(raw.user) ?? 0}:${number(raw.group) ?? 0}`,
    target: text(raw.target),
  };
}

function permissions(mode: number): string {
  return [6, 3, 0].map((shift) => ['r', 'w', 'x'].map((letter, at) => ((mode >> shift) & (4 >> at) ? letter : '-')).join('')).join('');
}

/** What `name` is in a folder; `..` and links that lead upwards never leave the root. */
export function joined(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of (name.startsWith('/') ? name : `${folder}/${name}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
