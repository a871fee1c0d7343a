/** A value that components follow: the smallest thing that React can subscribe to. */

import { useRef, useSyncExternalStore } from 'react';

export class Store<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  get = (): T => this.value;

  set(patch: Partial<T>): void {
    const keys = Object.keys(patch) as (keyof T)[];
    if (keys.every((key) => Object.is(this.value[key], patch[key]))) return;
    this.value = { ...this.value, ...patch };
    for (const listener of this.listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** A part of a store; renders again only when that part changes. */
export function useStore<T extends object, S>(store: Store<T>, select: (value: T) => S): S {
  const last = useRef<{ value: T; selected: S } | null>(null);
  const read = (): S => {
    const value = store.get();
    if (last.current?.value !== value) last.current = { value, selected: select(value) };
    return last.current.selected;
  };
  return useSyncExternalStore(store.subscribe, read, read);
}
