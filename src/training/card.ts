/** The README.md of a checkpoint: how it came about, so that it can come about again. */
import { DEFAULT_NETWORK, networkSettings, type NetworkConfig } from '../model/registry.ts';
import type { TrainingConfig } from './config.ts';
import type { Metrics, PointError } from './metrics.ts';

export interface CardFacts {
  readonly dir: string;
  readonly network: NetworkConfig;
  readonly config: TrainingConfig;
  readonly rig: string;
  /** As in the checkpoint's config. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Multiply-accumulates of one predicted frame. */
  readonly macs: number;
  readonly step: number;
  readonly elapsedMs: number;
  readonly metrics: Metrics;
}

/** What anyone should know of a checkpoint before trusting it. */
export function checkpointCard(facts: CardFacts): string {
  const { dir, network, config, rig, data, macs, step, elapsedMs, metrics } = facts;
  const budget =
    'minutes' in config.budget ? `--minutes ${config.budget.minutes}` : `--steps ${config.budget.steps}`;
  const { psnr, ssim, moved, unmoved, movedCm } = metrics;
  const settings = networkSettings(network);
  const lines = [
    `# ${dir}`,
    '',
    `A \`${network.network}\` video-prediction model for the rig \`${rig}\`, frames of ${network.frame.width}x${network.frame.height}.`,
    '',
    '```sh',
    `npx foresight train --data ${String(data.dataset)}${whichPlay(data)} --out ${dir} ${networkOptions(network)}${budget} --seed ${config.seed}`,
    '```',
    '',
    `- Network: ${(macs / 1e6).toFixed(1)} million multiply-accumulates a predicted frame; ${describe(settings)}.`,
    `- Data: ${String(data.episodes)} episodes, ${String(data.minutes)} minutes of play; ${100 * config.heldOut}% of the episodes held out.`,
    `- Training: ${step} steps of ${config.batch} windows in ${(elapsedMs / 60_000).toFixed(1)} minutes, seed ${config.seed}.`,
    `- Held-out frames, ${config.metricsHorizon} steps ahead: PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)} (mean over the steps; the arm is left out, shadows are not predicted).`,
    ...(moved.windows + unmoved.windows === 0
      ? ['- Where designated pixels land is not known: this play has no truth to measure against.']
      : [
          '- Where designated pixels land, mean error in pixels (in brackets: predicting that nothing moves):',
          '',
          '| steps ahead | moved points | on the table, cm | unmoved points |',
          '| --- | --- | --- | --- |',
          ...milestones(config.metricsHorizon).map(
            (t) => `| ${t} | ${errorAt(moved, t)} | ${errorAt(movedCm, t)} | ${errorAt(unmoved, t)} |`,
          ),
        ]),
    '',
    `\`config.json\` holds every setting, \`metrics.jsonl\` the metrics as training went.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The options that choose this network, ending in a space; none for the default one. */
function networkOptions(network: NetworkConfig): string {
  const changed = Object.entries(networkSettings(network, 'changed')).map(
    ([key, value]) => `${key}=${value}`,
  );
  const chosen = network.network === DEFAULT_NETWORK ? [] : [`--network ${network.network}`];
  const options = changed.length === 0 ? [] : [`--network-options ${changed.join(',')}`];
  return [...chosen, ...options].map((option) => `${option} `).join('');
}

function describe(settings: Readonly<Record<string, number>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

/** The options that chose a part of the dataset, or more than it. */
function whichPlay({ playMinutes, extra, rigs }: CardFacts['data']): string {
  const part = typeof playMinutes === 'number' ? ` --play-minutes ${playMinutes}` : '';
  const besides = Array.isArray(extra) ? `${part} --extra ${extra.join()}` : part;
  return rigs === undefined ? besides : `${besides} --mix-rigs`;
}

function milestones(horizon: number): number[] {
  return [1, 2, 5, 10].filter((t) => t <= horizon);
}

function errorAt({ model, nothingMoves }: PointError, t: number): string {
  return `${model[t - 1].toFixed(2)} (${nothingMoves[t - 1].toFixed(2)})`;
}
