import type { Session } from './session.js';

/** A node of the cluster, and what it holds of the products. */
export interface ClusterNode {
  host: string;
  port: number;
  shards: number;
  /** Null where it does not answer. */
  products: number | null;
}

/** The cluster that a database is on. */
export interface Cluster {
  citus: string;
  isDistributed: boolean;
  shards: number;
  nodes: ClusterNode[];
}

/** The version of Citus in this database; null where it is not there. */
export async function citusVersion(session: Session): Promise<string | null> {
  const [found] = await session.query<{ version: string }>('db/citus_version');
  return found?.version ?? null;
}

/** How products are spread over the nodes; null where the database is on no cluster. */
export async function describeCluster(session: Session): Promise<Cluster | null> {
  const citus = await citusVersion(session);
  if (citus === null) return null;
  // Asked anew: it may have changed on this very connection.
  const { distributed: isDistributed } = await session.one<{ distributed: boolean }>(
    'db/is_distributed',
  );
  if (!isDistributed) return { citus, isDistributed, shards: 0, nodes: [] };
  const nodes = await session.query<ClusterNode>('distributed/cluster/count_products');
  const shards = nodes.reduce((sum, node) => sum + node.shards, 0);
  return { citus, isDistributed, shards, nodes };
}
