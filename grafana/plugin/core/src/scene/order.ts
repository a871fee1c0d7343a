/** Items in the order they came, to find those that are others than before: nothing is looked up by its id. */

export class Order<T> {
  readonly items: T[] = [];

  /** Those that are other objects than at their place the last time; `cut`: there are fewer now. */
  fresh(now: ReadonlyMap<string, T>): { readonly found: readonly T[]; readonly cut: boolean } {
    const { items } = this;
    const before = items.length;
    const found: T[] = [];
    let index = 0;
    for (const item of now.values()) {
      if (items[index] !== item) {
        items[index] = item;
        found.push(item);
      }
      index += 1;
    }
    items.length = index;
    return { found, cut: index < before };
  }

  forget(): void {
    this.items.length = 0;
  }
}
