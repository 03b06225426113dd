/** Held-out play beside what a model predicts for it, as a moving picture: `held-out.webp` in a checkpoint's folder. */
import { join } from 'node:path';
import type { Example } from '../src/training/metrics.ts';
import { montage } from '../src/video/montage.ts';
import { writeAnimation } from '../src/video/png.ts';

const FRAME_MS = 250;

/** @param examples windows of one length; nothing is written where there are none */
export async function writeHeldOutPicture(dir: string, examples: readonly Example[]): Promise<void> {
  if (examples.length === 0) return;
  const frames = examples[0].seen.map((_, t) =>
    montage(
      [
        ...examples.map(({ seen }) => ({ frame: seen[t], title: `seen, +${t + 1}` })),
        ...examples.map(({ predicted }) => ({ frame: predicted[t], title: `predicted, +${t + 1}` })),
      ],
      { columns: examples.length, panelHeightPx: 180 },
    ),
  );
  await writeAnimation(frames, join(dir, 'held-out.webp'), { frameMs: FRAME_MS });
}
