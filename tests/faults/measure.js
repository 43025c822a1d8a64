// Loaded before the binary by `node --import`: writes the largest resident size of the process, in
// KB, to the file that MEASURE_TO names, as it ends. (`process.resourceUsage` begins with the size
// of the process that spawned it.)
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  const [, peak] = /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  writeFileSync(process.env.MEASURE_TO, peak);
});
