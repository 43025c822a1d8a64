const committed = new WeakSet<AbortSignal>();

/** Notes that what this signal would have rolled back is committed: it comes too late from now on. */
export function noteCommit(signal: AbortSignal): void {
  committed.add(signal);
}

export function isCommitted(signal: AbortSignal): boolean {
  return committed.has(signal);
}
