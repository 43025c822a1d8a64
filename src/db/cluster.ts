import type { Session } from './session.js';
import { DatabaseError } from '../errors.js';
import { lockProducts } from './lock.js';
import { checkSchema } from './migrate.js';
import { grantAgain } from './rights.js';

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
async function citusVersion(session: Session): Promise<string | null> {
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

interface Node {
  host: string;
  port: number;
}

/** How products are to be spread. */
interface Spread {
  /** Null for the cluster's own setting. */
  shards: number | null;
  /** How long to wait for a load that merges. */
  waitMs: number;
  /** Rolls back, until COMMIT is on its way. */
  signal?: AbortSignal;
}

/**
 * Spreads products over the nodes of the cluster that the database is on; all else stays as it is.
 * One transaction: after any death products are as before, or all of them distributed.
 * @returns whether they were not distributed yet
 * @throws DatabaseError where there is no cluster, no schema, or where nodes fold letters differently
 */
export async function distribute(session: Session, spread: Spread): Promise<boolean> {
  if (session.isDistributed) return false;
  await checkCluster(session);
  await checkSchema(session);
  // Before the transaction, as Citus makes functions where nothing works in parallel yet.
  await session.query('distributed/cluster/share_functions');
  return session.transaction(async () => {
    await lockProducts(session, spread.waitMs);
    // Somebody else may have been as quick.
    const { distributed } = await session.one<{ distributed: boolean }>('db/is_distributed');
    if (distributed) return false;
    await session.query('distributed/cluster/allow_constraints');
    await session.query('distributed/cluster/add_key');
    await session.query('distributed/cluster/distribute_products', [spread.shards]);
    await session.query('distributed/cluster/truncate_local');
    await session.query('distributed/cluster/create_hold');
    await grantAgain(session, true);
    await session.query('db/analyze_products');
    return true;
  }, spread.signal);
}

async function checkCluster(session: Session): Promise<void> {
  if ((await citusVersion(session)) === null) throw noCitus();
  const { coordinator } = await session.one<{ coordinator: boolean }>(
    'distributed/cluster/is_coordinator',
  );
  if (!coordinator) throw notCoordinator();
  const nodes = await session.query<Node>('distributed/cluster/list_nodes');
  if (nodes.length === 0) throw noNodes();
  await checkLocales(session);
}

/** Where a SKU belongs is decided on the coordinator, and checked where it is stored. */
async function checkLocales(session: Session): Promise<void> {
  const nodes = await session.query<Node & { locale: string | null }>(
    'distributed/cluster/probe_locales',
  );
  const [first, ...others] = nodes;
  for (const node of nodes) if (node.locale === null) throw silentNode(node);
  const other = others.find(({ locale }) => locale !== first!.locale);
  if (other) throw differentLocale(first!, other);
}

const howToMakeCluster =
  'Make a cluster first: the extension in a database of the same name on every node (`create extension citus`), then `select citus_add_node(host, port)` for each worker on the coordinator.';

function noCitus(): DatabaseError {
  return new DatabaseError(
    `This database does not have the extension Citus, which spreads products over several nodes. ${howToMakeCluster}`,
    'citus_missing',
  );
}

function noNodes(): DatabaseError {
  return new DatabaseError(
    `The cluster of this database has no node that may hold shards. ${howToMakeCluster}`,
    'no_nodes',
  );
}

function notCoordinator(): DatabaseError {
  return new DatabaseError(
    'This is a worker of the cluster: products are distributed from its coordinator. Name that with --database.',
    'not_coordinator',
  );
}

function silentNode({ host, port }: Node): DatabaseError {
  return new DatabaseError(
    `The node ${host}:${port} does not answer. Start it, or take it out of the cluster (\`select citus_disable_node('${host}', ${port})\`), then run this again.`,
    'node_silent',
  );
}

type Localed = Node & { locale: string | null };

function differentLocale(first: Localed, other: Localed): DatabaseError {
  const localeOf = ({ host, port, locale }: Localed) => `${host}:${port} has ${locale}`;
  return new DatabaseError(
    `The nodes do not sort and fold letters alike, so that they would not agree on which SKUs are the same: ${localeOf(first)}; ${localeOf(other)}. Make the database with the same encoding and locale on each of them, on the same version of operating system or ICU.`,
    'locale_differs',
  );
}
