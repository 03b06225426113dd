/** The machine that figures were measured on; figures without it say nothing. */
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Processes that wanted to run in the last minute; well above 0 before a bench, others share the cores. */
  readonly load: number;
  readonly platform: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores.at(0)?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0],
    platform: `${platform()} ${arch()}`,
    node: process.versions.node,
  };
}

/** The most memory this process has ever held at once, MB. */
export function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
