import pLimit from 'p-limit';
import type { Session } from '../db/session.js';

/** An image that is ours to fetch: nobody else takes it until the lease is over. */
export interface Claimed {
  id: string;
  url: string;
  /** The number of this attempt; marks off whoever comes too late. */
  attempts: number;
  /** The number of this attempt in its schedule, from 1. */
  round: number;
  /** Where its compressed image is, if it has one that may be out of date. */
  key: string | null;
  /** Store and settings of that. */
  made_for: string | null;
  etag: string | null;
  last_modified: string | null;
}

/** An image that was fetched, compressed and stored. */
export interface Stored {
  key: string;
  madeFor: string;
  etag: string | null;
  lastModified: string | null;
  bytesIn: number;
  bytesOut: number;
  status: number;
}

/** What is left to do. */
export interface Outlook {
  /** Waiting or running, here or elsewhere. */
  unsettled: number;
  running: number;
  /** Until the next one is due, by its schedule or its lease; null where nothing is left. */
  dueInMs: number | null;
}

/**
 * The queue in the database. Its methods may be called at any time: the connection they share
 * takes one statement after the other.
 */
export class ImageQueue {
  private readonly inTurn = pLimit(1);

  /** @param session for nothing else meanwhile */
  constructor(private readonly session: Session) {}

  /** Claims up to `room` images; a claim is an attempt. */
  async claim(room: number, leaseMs: number): Promise<Claimed[]> {
    return this.query<Claimed>('image/claim', [room, leaseMs]);
  }

  /** What is left, for all workers. */
  async outlook(): Promise<Outlook> {
    const [row] = await this.query<OutlookRow>('image/outlook', []);
    const { unsettled, running, due_in_ms } = row!;
    return { unsettled, running, dueInMs: due_in_ms === null ? null : Number(due_in_ms) };
  }

  async renew(held: Claimed[], leaseMs: number): Promise<void> {
    await this.query('image/renew', [...columnsOf(held), leaseMs]);
  }

  /** Gives back what was not brought to its end; the attempts do not count. */
  async release(held: Claimed[]): Promise<void> {
    await this.query('image/release', columnsOf(held));
  }

  /** @returns false where somebody else has taken the image over */
  async markDone(image: Claimed, stored: Stored): Promise<boolean> {
    const { key, madeFor, etag, lastModified, bytesIn, bytesOut, status } = stored;
    const values = [key, madeFor, etag, lastModified, bytesIn, bytesOut, status];
    return this.mark('image/mark_done', image, values);
  }

  /** @returns false where somebody else has taken the image over */
  async markUnchanged(image: Claimed): Promise<boolean> {
    return this.mark('image/mark_unchanged', image, [304]);
  }

  /**
   * @param waitMs until the next attempt; null for none
   * @returns false where somebody else has taken the image over
   */
  async markFailed(
    image: Claimed,
    waitMs: number | null,
    fault: { status: number | null; message: string },
  ): Promise<boolean> {
    return this.mark('image/mark_failed', image, [waitMs, fault.status, fault.message]);
  }

  private async mark(name: string, image: Claimed, values: unknown[]): Promise<boolean> {
    return (await this.query(name, [image.id, image.attempts, ...values])).length > 0;
  }

  private query<Row extends object>(name: string, values: unknown[]): Promise<Row[]> {
    return this.inTurn(() => this.session.query<Row>(name, values));
  }
}

interface OutlookRow {
  unsettled: number;
  running: number;
  due_in_ms: string | null;
}

function columnsOf(held: Claimed[]): unknown[] {
  return [held.map(({ id }) => id), held.map(({ attempts }) => attempts)];
}
