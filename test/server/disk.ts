/** Folders for the page to show, as training, recording and evaluation leave them, without running those. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ShownFolders } from '../../src/server/app.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Three folders in a new temporary one; `root` holds them. None of the three exists yet. */
export async function emptyDisk(): Promise<ShownFolders & { readonly root: string }> {
  const root = await temporaryFolder();
  return {
    root,
    videosDir: join(root, 'videos'),
    modelsDir: join(root, 'models'),
    dataDir: join(root, 'data'),
    rigsDir: join(root, 'rigs'),
  };
}

/** Writes a file, with the folders that lead to it. */
export async function put(
  path: string,
  content: string | Uint8Array,
  writtenAtSeconds?: number,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  if (writtenAtSeconds !== undefined) await utimes(path, writtenAtSeconds, writtenAtSeconds);
}

/** Errors after `steps` steps that grow by `model` and `nothingMoves` pixels a step. */
function errors(steps: number, model: number, nothingMoves: number): object {
  const growing = (px: number): number[] => Array.from({ length: steps }, (_, i) => (i + 1) * px);
  return { windows: 3, model: growing(model), nothingMoves: growing(nothingMoves) };
}

/** A checkpoint's config, with what `saveCheckpoint` writes as far as the page reads it. */
export function checkpointConfig(horizon: number): string {
  return JSON.stringify({
    format: 1,
    network: { network: 'rigid', frame: { height: 48, width: 64 }, cut: 32 },
    rig: { name: 'sim' },
    training: {
      seed: 1,
      data: { dataset: 'data/play', episodes: 24, minutes: 5 },
      reached: { step: 900, elapsedMs: 90_000, loss: 0.02 },
      metrics: { psnr: 26.5, ssim: 0.9, moved: errors(horizon, 0.5, 1), unmoved: errors(horizon, 0.1, 0.1) },
    },
  });
}

/** One line of metrics.jsonl, its newline included. */
export function metricsLine(step: number, model: number): string {
  return `${JSON.stringify({ step, elapsedMs: 100 * step, loss: model / 10, psnr: 25, moved: errors(10, model, 1) })}\n`;
}
