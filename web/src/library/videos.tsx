import type { Video, VideosMessage } from '../../../src/server/messages.ts';
import { useAnswer } from '../answers.ts';
import { fileSize } from '../format.ts';
import { Card, Shelf } from './shelf.tsx';

export function Videos({ moment }: { readonly moment: unknown }) {
  const answer = useAnswer<VideosMessage>('/api/videos', moment);
  return (
    <Shelf<VideosMessage>
      title="Videos"
      about="What the camera saw, beside the frames the model predicted before each move."
      answer={answer}
      first="npm run demo"
      wide
      cards={({ videos }) => videos.map((video) => <VideoCard key={video.url} {...video} />)}
    />
  );
}

function VideoCard({ name, url, bytes, writtenAtMs }: Video) {
  const written = new Date(writtenAtMs).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Card title={name}>
      <video src={url} controls loop muted playsinline preload="metadata" aria-label={name} />
      <p class="detail">
        {written}, {fileSize(bytes)}
      </p>
    </Card>
  );
}
