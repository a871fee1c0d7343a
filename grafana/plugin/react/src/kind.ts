/** The kinds of nodes in words for users. */

export function kindWord(kind: string): string {
  return kind === 'external' ? 'outside address' : kind === 'processes' ? 'process group' : kind;
}
