import { containing, whereSql, whereValues, type Condition } from './where.js';

/** Which products to show; what is missing narrows nothing. */
export interface ProductFilter {
  /** Part of a SKU, a name or a description, in any case. */
  search?: string | undefined;
  active?: boolean | undefined;
  owner?: string | undefined;
  /** Plain decimals. */
  minPrice?: string | undefined;
  maxPrice?: string | undefined;
  changedSince?: Date | undefined;
  /** The job that inserted the product or changed it last. */
  jobId?: string | undefined;
  /** All of them must hold. */
  where?: readonly Condition[] | undefined;
}

/** $1 … $8 of sql/catalog/listed.sql; `filterParts` says what stands in the statement besides. */
export function filterValues(filter: ProductFilter): unknown[] {
  return [
    filter.search === undefined ? null : containing(filter.search),
    filter.active ?? null,
    filter.owner ?? null,
    filter.minPrice ?? null,
    filter.maxPrice ?? null,
    filter.changedSince ?? null,
    filter.jobId ?? null,
    whereValues(filter.where ?? []),
  ];
}

/** What fills sql/catalog/listed.sql, and every statement that includes it. */
export function filterParts({ where = [] }: ProductFilter) {
  return { where: whereSql(where) };
}
