import type { Cell } from '../source/row.js';
import { cellFault } from './cell.js';

/** A key with null stands for a blank cell. */
export type Attributes = Record<string, string | null>;

/** Takes over what a cell says as a JSON object; false where it is none that can be stored. */
export function addAttributes(attributes: Attributes, cell: Cell): boolean {
  const entries = Object.entries(readObject(cell) ?? {}).map(([key, value]) => {
    return [key, typeof value === 'string' ? value : JSON.stringify(value)] as const;
  });
  // An escape in the JSON may stand for a character that can't be stored.
  if (entries.length === 0 || entries.flat().some((text) => cellFault(text) !== null)) return false;
  for (const [key, text] of entries) setOwn(attributes, key, text);
  return true;
}

function readObject(cell: Cell): object | null {
  if (typeof cell !== 'string' || !cell.startsWith('{')) return null;
  try {
    return JSON.parse(cell) as object;
  } catch {
    return null;
  }
}

/** Assigning to `__proto__` would set the prototype: as a header it is a key like any other. */
export function setOwn<Value>(
  attributes: Record<string, Value>,
  key: string,
  value: NoInfer<Value>,
): void {
  if (key !== '__proto__') {
    attributes[key] = value;
    return;
  }
  Object.defineProperty(attributes, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
