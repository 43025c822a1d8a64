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
}

/** $1 … $7 of sql/catalog/listed.sql. */
export function filterValues(filter: ProductFilter): unknown[] {
  return [
    filter.search === undefined ? null : `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`,
    filter.active ?? null,
    filter.owner ?? null,
    filter.minPrice ?? null,
    filter.maxPrice ?? null,
    filter.changedSince ?? null,
    filter.jobId ?? null,
  ];
}
