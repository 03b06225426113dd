/** The frames of an episode, one of them at a time. */
import type { EpisodesMessage } from '../../../src/server/messages.ts';
import { MOST_IN_A_ROW } from '../../../src/server/pictures.ts';
import { OneOfMany } from '../one-of-many.tsx';

interface StripProps {
  readonly name: string;
  readonly frame: EpisodesMessage['frame'];
  readonly episode: EpisodesMessage['episodes'][number];
  readonly picture: 'thumbnail' | 'recorded';
  /** Which frame is seen; thumbnails move by themselves. */
  readonly at?: number;
}

export function Strip({ name, frame, episode, picture, at = 0 }: StripProps) {
  const { index, seed, frames } = episode;
  const count = Math.min(MOST_IN_A_ROW, frames);
  return (
    <OneOfMany
      src={`/api/datasets/${name}/episodes/${index}/${picture}.jpg?seed=${seed}&frames=${frames}`}
      alt={`Episode ${index}`}
      count={count}
      at={Math.round((at * (count - 1)) / Math.max(1, frames - 1))}
      aspect={frame.width / frame.height}
      moving={picture === 'thumbnail'}
      lazy
    />
  );
}
