// Loaded before the binary by `node --import`: writes the largest resident size of the process and
// its time on processors to the file that MEASURE_TO names, as it ends. (The largest size of
// `process.resourceUsage` begins with that of the process that spawned it.)
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  const [, peak] = /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const { user, system } = process.cpuUsage();
  const measured = { residentKb: Number(peak), cpuSeconds: (user + system) / 1e6 };
  writeFileSync(process.env.MEASURE_TO, JSON.stringify(measured));
});
