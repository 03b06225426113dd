/** The frames of an episode, which come as one long picture: one of them is seen at a time. */
import type { EpisodesMessage } from '../../../src/server/messages.ts';

interface StripProps {
  readonly name: string;
  readonly frame: EpisodesMessage['frame'];
  readonly episode: EpisodesMessage['episodes'][number];
  readonly picture: 'thumbnail' | 'recorded';
  /** Which frame is seen; the thumbnails move by themselves. */
  readonly at?: number;
  readonly moving?: boolean;
}

/** Longer episodes come with so many of their frames. */
const MOST_FRAMES = 120;

export function Strip({ name, frame, episode, picture, at = 0, moving = false }: StripProps) {
  const { index, seed, frames } = episode;
  const count = Math.min(MOST_FRAMES, frames);
  const seen = Math.round((at * (count - 1)) / Math.max(1, frames - 1));
  return (
    <div class="one-of-many" style={{ aspectRatio: `${frame.width} / ${frame.height}` }}>
      <img
        class={moving ? 'moving' : undefined}
        src={`/api/datasets/${name}/episodes/${index}/${picture}.jpg?seed=${seed}&frames=${frames}`}
        alt={`Episode ${index}`}
        loading="lazy"
        style={{
          width: `${100 * count}%`,
          ...(moving
            ? { animationTimingFunction: `steps(${count})`, animationDuration: `${count / 6}s` }
            : { transform: `translateX(${(-100 * seen) / count}%)` }),
        }}
      />
    </div>
  );
}
