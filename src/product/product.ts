import type { FieldValue } from './field.js';
import type { JsonCell } from '../source/source.js';

export const actions = ['upsert', 'add', 'update', 'delete'] as const;
export type Action = (typeof actions)[number];

/** The fields a file can fill, in the order of staging's columns. */
export const fields = [
  'sku',
  'name',
  'description',
  'price',
  'active',
  'owner',
  'images',
  'attributes',
] as const;
export type Field = (typeof fields)[number];

/** A text, what JSON has besides texts, the value of a field of one's own, or null for a blank cell. */
export type AttributeValue = string | JsonCell | FieldValue | null;

/**
 * A row that passed validation, ready to be staged. `null` says that the cell was blank or is not
 * there; which of the two, `absent` says.
 */
export interface ParsedProduct {
  rowNumber: number;
  line: number | null;
  action: Action;
  sku: string;
  name: string | null;
  description: string | null;
  /** A plain decimal such as `1234.5`, as PostgreSQL's numeric takes it. */
  price: string | null;
  active: boolean | null;
  owner: string | null;
  images: string[] | null;
  /** A key with null stands for a blank cell; a key that is not there, for no cell. */
  attributes: Record<string, AttributeValue> | null;
  /** Fields whose column the file has but this (short) row does not; usually the shared empty list. */
  absent: readonly Field[];
}
