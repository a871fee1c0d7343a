/** What this tab of the browser remembers over a reload. A browser that keeps nothing is no error. */

export interface Memory {
  readonly read: () => unknown;
  readonly write: (value: unknown) => void;
}

export const NO_MEMORY: Memory = { read: () => null, write: () => undefined };

export function tabMemory(key: string): Memory {
  return {
    read: () => {
      try {
        return JSON.parse(sessionStorage.getItem(key) ?? 'null') as unknown;
      } catch {
        return null;
      }
    },
    write: (value) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Then a reload begins anew.
      }
    },
  };
}
