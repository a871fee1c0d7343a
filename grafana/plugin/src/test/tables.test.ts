import { describe, expect, it, vi } from 'vitest';
import { auditTable, changesTable, eventsTable, nodesTable } from '../datasource/tables';

vi.mock('@grafana/data', () => ({ FieldType: { string: 'string', number: 'number', time: 'time' } }));

const column = (frame: { fields: { name: string; values: unknown[] }[] }, name: string): unknown[] | undefined => frame.fields.find((field) => field.name === name)?.values;

describe('nodesTable', () => {
  it('has a column for each fact, and holes where nothing was measured', () => {
    const frame = nodesTable({ items: [{ id: 'a', label: 'A', metrics: { cpu: 0.5 }, facts: { image: 'redis' } }, { id: 'b', metrics: { cpu: null } }, 'no node'] });
    expect(frame.length).toBe(2);
    expect(column(frame, 'label')).toEqual(['A', 'b']);
    expect(column(frame, 'cpu')).toEqual([0.5, null]);
    expect(column(frame, 'fact.image')).toEqual(['redis', '']);
  });
});

describe('changesTable', () => {
  it('is a row for each thing', () => {
    const frame = changesTable({
      kinds: [
        {
          kind: 'images',
          added: [{ id: '1', label: 'redis', facts: { tag: '7' } }],
          removed: [],
          changed: [{ id: '2', label: 'web', before: { tag: '1' }, after: { tag: '2' } }],
          unknown: [{ id: '3', label: 'far', facts: {} }],
        },
      ],
    });
    expect(column(frame, 'change')).toEqual(['added', 'changed', 'unknown']);
    expect(column(frame, 'before')).toEqual(['', 'tag 1', '']);
    expect(column(frame, 'after')).toEqual(['tag 7', 'tag 2', '']);
  });
});

describe('eventsTable', () => {
  it('has the columns that annotations read', () => {
    const frame = eventsTable({ events: [{ at: 10.5, node: 'container:1', name: 'web', event: 'die', count: 1 }, { at: 9, name: 'web', event: 'start', count: 3 }] });
    expect(column(frame, 'time')).toEqual([10_500, 9000]);
    expect(column(frame, 'text')).toEqual(['web die', 'web start × 3']);
    expect(column(frame, 'tags')).toEqual(['die', 'start']);
  });
});

describe('auditTable', () => {
  it('reads the names of ECS', () => {
    const frame = auditTable({ records: [{ '@timestamp': '2026-11-30T12:00:00Z', 'user.name': 'ada', 'event.action': 'container-stop' }] });
    expect(column(frame, '@timestamp')).toEqual([Date.parse('2026-11-30T12:00:00Z')]);
    expect(column(frame, 'user.name')).toEqual(['ada']);
    expect(column(frame, 'event.reason')).toEqual(['']);
  });
});

it('makes an empty table of what is no answer', () => {
  for (const table of [nodesTable, changesTable, eventsTable, auditTable]) {
    for (const raw of [null, 'x', [], {}]) expect(table(raw).length).toBe(0);
  }
});
