import type { Readable } from 'node:stream';
import { UsageError } from '../errors.js';
import type { WrittenProduct } from './fields.js';
import type { Placed } from './written.js';

const lineFeed = 0x0a;
// Not a TextDecoderStream: an error is to name its line.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads products from NDJSON, an object a line; blank lines are left out.
 * @throws UsageError naming the line that is no UTF-8 or no JSON object, or where there is none
 */
export async function readNdjson(input: Readable): Promise<Placed[]> {
  const placed: Placed[] = [];
  let number = 0;
  for await (const line of readLines(input)) {
    number++;
    const place = `line ${number}`;
    const decoded = decode(line, place);
    const text = number === 1 ? decoded.replace(/^\ufeff/, '') : decoded;
    if (text.trim() === '') continue;
    placed.push({ place, written: parseLine(text, place) });
  }
  if (placed.length > 0) return placed;
  throw new UsageError(
    'Standard input holds no products: it takes a JSON object a line, such as {"sku":"A-1","name":"Chair"}.',
    'input_empty',
  );
}

async function* readLines(input: Readable): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end; (end = chunk.indexOf(lineFeed, from)) >= 0; from = end + 1) {
      yield Buffer.concat([...begun, chunk.subarray(from, end)]);
      begun = [];
    }
    begun.push(chunk.subarray(from));
  }
  yield Buffer.concat(begun);
}

function decode(line: Buffer, place: string): string {
  try {
    return decoder.decode(line);
  } catch (error) {
    throw new UsageError(
      `${place}: not UTF-8. Nothing was changed: save it in that encoding.`,
      'invalid_encoding',
      { cause: error },
    );
  }
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
