/** A lock file as far as it matters here. */
export interface LockFile {
  packages: Record<string, { dev?: boolean; devDependencies?: Record<string, string> }>;
}

/** The lock file for users: without what only development needs. */
export function shrinkwrapOf(lock: LockFile): LockFile {
  const kept = Object.entries(lock.packages).filter(([, { dev }]) => !dev);
  const packages = Object.fromEntries(kept);
  const { devDependencies: _, ...root } = packages['']!;
  return { ...lock, packages: { ...packages, '': root } };
}
