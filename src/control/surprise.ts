/**
 * How wrong the model has been lately, in the present task: where it expected the designated pixels against where they
 * were seen. What it gets wrong here it will get wrong here again, so that a plan has to bear more, and what was
 * planned before is worth less.
 */
import type { Track } from '../cost/tracker.ts';
import { pixelDistance, type Pixel } from '../spec/pixel.ts';
import type { FinalistsConfig } from './finalists.ts';

/** How much of the running mean a control step keeps. */
const MEMORY = 0.5;
/** With so much surprise, pixels of the recorded frame, plans are shaken twice as much as with none. */
const DOUBLING_PX = 4;
const MOST_SHAKE = 3;
/** From so much on, pixels of the recorded frame, the last plan has no more credit than any other. */
const DISCREDITED_PX = 4;

/** The running mean after one more control step, pixels of the recorded frame; points out of sight say nothing. */
export function surpriseAfter(
  before: number,
  expected: readonly Pixel[],
  tracks: readonly Pick<Track, 'pixel' | 'unseenFrames'>[],
): number {
  const errors = tracks.flatMap(({ pixel, unseenFrames }, i) =>
    unseenFrames === 0 ? [pixelDistance(pixel, expected[i])] : [],
  );
  if (errors.length === 0) return before;
  return MEMORY * before + (1 - MEMORY) * Math.max(...errors);
}

/** How finalists are to be judged after so much surprise, pixels of the recorded frame. */
export function cautious(config: FinalistsConfig, surprisePx: number): FinalistsConfig {
  return {
    ...config,
    shake: config.shake * Math.min(MOST_SHAKE, 1 + surprisePx / DOUBLING_PX),
    commitment: config.commitment * Math.max(0, 1 - surprisePx / DISCREDITED_PX),
  };
}
