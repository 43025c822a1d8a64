import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { UsageError } from '../errors.js';
import type { WrittenProduct } from './fields.js';
import type { Placed } from './written.js';

/**
 * Reads products from NDJSON, an object a line; blank lines are left out.
 * @throws UsageError naming the line that is no JSON object, or where there is none at all
 */
export async function readNdjson(input: Readable): Promise<Placed[]> {
  const placed: Placed[] = [];
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    const text = number === 1 ? line.replace(/^\ufeff/, '') : line;
    if (text.trim() === '') continue;
    const place = `line ${number}`;
    placed.push({ place, written: parseLine(text, place) });
  }
  if (placed.length > 0) return placed;
  throw new UsageError(
    'Standard input holds no products: it takes a JSON object a line, such as {"sku":"A-1","name":"Chair"}.',
    'input_empty',
  );
}

function parseLine(text: string, place: string): WrittenProduct {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message;
    throw new UsageError(`${place}: not JSON (${why}). Nothing was changed.`, 'json_invalid', {
      cause: error,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as WrittenProduct;
  }
  throw new UsageError(
    `${place}: a product is a JSON object such as {"sku":"A-1","name":"Chair"}. Nothing was changed.`,
    'json_invalid',
  );
}
