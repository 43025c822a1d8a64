import type { Session } from '../../src/db/session.js';

/**
 * How many products there are, and a sum over every field that a file or a command can write, in
 * which the order of rows does not count. Not over ids, which leave gaps on a cluster.
 */
export async function catalogueSum({ client }: Session, more = ''): Promise<string> {
  const { rows } = await client.query<{ sum: string }>(
    `select count(*) || ' products, ' || coalesce(sum(
       ('x' || left(md5(row(sku, name, description, price, active, owner, images,
         compressed_images, attributes ${more})::text), 15))::bit(60)::bigint), 0) as sum
     from prodimport.products`,
  );
  return rows[0]!.sum;
}
