import { describe, expect, it } from 'vitest';
import { Order } from '../../src/scene/order';

describe('Order', () => {
  it('finds what is another object than before', () => {
    const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const order = new Order<{ id: string }>();
    expect(order.fresh(new Map([['a', a], ['b', b]]))).toEqual({ found: [a, b], cut: false });
    expect(order.fresh(new Map([['a', a], ['b', b]])).found).toEqual([]);
    const other = { id: 'b' };
    expect(order.fresh(new Map([['a', a], ['b', other], ['c', c]])).found).toEqual([other, c]);
    expect(order.items).toEqual([a, other, c]);
  });

  it('tells that some went, and knows none after it forgot', () => {
    const [a, b] = [{ id: 'a' }, { id: 'b' }];
    const order = new Order<{ id: string }>();
    order.fresh(new Map([['a', a], ['b', b]]));
    expect(order.fresh(new Map([['a', a]]))).toEqual({ found: [], cut: true });
    order.forget();
    expect(order.fresh(new Map([['a', a]])).found).toEqual([a]);
  });
});
