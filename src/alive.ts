/** Whether a process of that number runs here: also true of a zombie, and of other users' ones. */
export function isAlive(pid: number): boolean {
  // 0 and below mean groups, of which this process may be one.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
