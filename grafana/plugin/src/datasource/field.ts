/** Columns of a data frame. */

import { FieldType, type Field } from '@grafana/data';

export function texts(name: string, values: string[], displayName?: string): Field {
  return { name, type: FieldType.string, config: displayName === undefined ? {} : { displayName }, values };
}

/** null: not measured, which a table leaves empty. */
export function numbers(name: string, values: (number | null)[], unit?: string, displayName?: string): Field {
  return { name, type: FieldType.number, config: { ...(unit === undefined ? {} : { unit }), ...(displayName === undefined ? {} : { displayName }) }, values };
}

/** `values` in milliseconds. */
export function times(name: string, values: (number | null)[], displayName?: string): Field {
  return { name, type: FieldType.time, config: displayName === undefined ? {} : { displayName }, values };
}
