import { isSqlState, suppressed } from '../db/failure.js';
import type { Session } from '../db/session.js';
import { FailedError, RefusedError } from '../errors.js';
import { changeProducts, type ChangeOptions } from './change.js';
import { holdProducts } from './hold.js';
import { toProduct, type ProductRow } from './product.js';
import { placeName, type ProductPatch } from './written.js';
import type { Product } from './schema.js';

const uniqueViolation = '23505';

/**
 * Changes products, all or none. One that would be as before is not touched.
 * @returns them in the order given, as they are now
 * @throws NotFoundError · RefusedError where one was changed since `ifUpdatedAt` · FailedError where
 *   a new SKU is another product's · UsageError where a product comes twice
 */
export async function updateProducts(
  session: Session,
  patches: readonly ProductPatch[],
  options: ChangeOptions,
): Promise<Product[]> {
  return changeProducts(session, options, async () => {
    const held = await holdProducts(session, patches);
    patches.forEach((patch, index) => refuseChanged(patch, held[index]!));
    const rows = await session
      .query<WrittenRow>('catalog/update', [changesOf(patches, held)])
      .catch((error: unknown) => {
        throw isSqlState(error, uniqueViolation) ? skuTaken(error) : error;
      });
    const lost = rows.find((row) => row.id === null);
    if (lost) throw suppressed(`SKU ${held.find(({ id }) => id === lost.asked_id)!.sku}`);
    const updated = new Map(rows.map((row) => [row.id, toProduct(row)]));
    return {
      result: held.map((product) => updated.get(product.id) ?? product),
      changes: held
        .filter(({ id }) => updated.has(id))
        .map((old) => ({ event: 'product.updated' as const, old, new: updated.get(old.id)! })),
    };
  });
}

/** Without an id where the server did not write the product that was asked for. */
type WrittenRow = ProductRow & { asked_id: string };

function refuseChanged({ place, ifUpdatedAt }: ProductPatch, { sku, updatedAt }: Product): void {
  if (ifUpdatedAt === null || ifUpdatedAt === updatedAt) return;
  throw new RefusedError(
    `${placeName(place)}${sku} was changed at ${updatedAt}, not at ${ifUpdatedAt}. Nothing was changed: look at it with \`prodimport product get\` and try again.`,
    'changed_since',
  );
}

/** $1 of sql/catalog/update.sql. */
function changesOf(patches: readonly ProductPatch[], held: readonly Product[]): string {
  return JSON.stringify(
    patches.map(({ newSku, values }, index) => ({
      id: held[index]!.id,
      new_sku: newSku,
      ...values,
    })),
  );
}

function skuTaken(error: unknown): FailedError {
  const detail = (error as { detail?: string }).detail ?? '';
  const sku = /=\((.*)\)/.exec(detail)?.[1] ?? 'wanted';
  return new FailedError(
    `SKU ${sku} is another product's already. Nothing was changed: choose another SKU, or delete that product first.`,
    'already_exists',
    { cause: error },
  );
}
