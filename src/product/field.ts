import { readFileSync } from 'node:fs';
import { headerKey, readingsOf } from './header-text.js';

export const fieldTypes = [
  'text',
  'integer',
  'number',
  'money',
  'boolean',
  'date',
  'choice',
  'gtin',
  'url',
  'list',
] as const;
export type FieldType = (typeof fieldTypes)[number];

/** A field of one's own, as the database keeps it. Its values stand in `attributes` by its name. */
export interface FieldDefinition {
  name: string;
  /** What people call it; null for its name. */
  label: string | null;
  type: FieldType;
  required: boolean;
  /** Plain decimals; null for no limit. */
  min: string | null;
  max: string | null;
  /** Of a choice, in their own spelling. */
  choices: string[] | null;
  /** The decimal mark of its numbers where a load does not say one. */
  decimal: '.' | ',' | null;
  /** Headers that fill it besides its name and its label, the likeliest first. */
  aliases: string[];
  isIndexed: boolean;
}

/** What a field of one's own holds, as the JSON of its type. */
export type FieldValue = string | number | boolean | string[];

export const longestName = 63;
const nameShape = /^[a-z][a-z0-9_]*$/;

export function isFieldName(text: string): boolean {
  return nameShape.test(text) && text.length <= longestName;
}

/** The types whose values are numbers to those who compare them. */
export function isNumeric(type: FieldType): boolean {
  return type === 'integer' || type === 'number' || type === 'money';
}

/** What is known of a name that shops and suppliers use. */
interface KnownField {
  type: FieldType;
  min?: string;
  max?: string;
  aliases: Record<string, string>;
}

let known: Record<string, KnownField> | null = null;

function knownFields(): Record<string, KnownField> {
  const file = new URL('known-fields.json', import.meta.url);
  return (known ??= JSON.parse(readFileSync(file, 'utf8')) as Record<string, KnownField>);
}

/** Type, limits and aliases of a well-known name such as `stock`; null for any other. */
export function knownField(
  name: string,
): Pick<FieldDefinition, 'type' | 'min' | 'max' | 'aliases'> | null {
  if (!Object.hasOwn(knownFields(), name)) return null;
  const { type, min = null, max = null, aliases } = knownFields()[name]!;
  const listed = Object.values(aliases).flatMap((text) => splitAliases(text));
  return { type, min, max, aliases: [...new Set(listed)] };
}

/** A comma without a blank behind it belongs to the header. */
function splitAliases(text: string): string[] {
  return text.split(', ').map((alias) => alias.trim());
}

export const knownNames = (): string[] => Object.keys(knownFields());

/** Tells which field of one's own a header fills, and how likely that is. */
export class FieldNames {
  readonly #byKey = new Map<string, { name: string; rank: number }>();

  constructor(fields: readonly FieldDefinition[]) {
    const add = (text: string, name: string, rank: number) => {
      const key = headerKey(text);
      const before = this.#byKey.get(key);
      if (key !== '' && (before === undefined || rank < before.rank)) {
        this.#byKey.set(key, { name, rank });
      }
    };
    for (const { name, label, aliases } of fields) {
      add(name, name, 0);
      if (label !== null) add(label, name, 1);
      aliases.forEach((alias, place) => add(alias, name, 2 + place));
    }
  }

  /** Remarks behind a header don't make another one of it. */
  of(header: string): { name: string; rank: number } | null {
    if (this.#byKey.size === 0) return null;
    const whole = this.#byKey.get(headerKey(header));
    if (whole !== undefined) return whole;
    for (const { key, variant } of readingsOf(header)) {
      const found = variant === null ? this.#byKey.get(key) : undefined;
      if (found !== undefined) return { name: found.name, rank: found.rank + 1000 };
    }
    return null;
  }
}
