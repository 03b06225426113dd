// A process with a camera open: says so, then ends in the way it was told, once something is written to it.
import { register } from 'tsx/esm/api';

register();
const { openFfmpegCamera } = await import('../../src/camera/ffmpeg-camera.ts');
const { videoSchema } = await import('../../src/spec/video.ts');

const [input, how] = process.argv.slice(2);
const camera = await openFfmpegCamera({
  video: videoSchema.parse({ input }),
  size: { height: 24, width: 32 },
});
console.log('open');
process.stdin.once('data', async () => {
  if (how === 'closes') await camera.close();
  if (how === 'throws') throw new Error('as if by a bug');
  process.exit(0);
});
