import { describe, expect, it } from 'vitest';
import { cropAndScale, inputWords } from '../../src/camera/ffmpeg-words.ts';
import { videoSchema } from '../../src/spec/video.ts';

describe('the words for ffmpeg', () => {
  const words = (video: Record<string, unknown>): string => inputWords(videoSchema.parse(video)).join(' ');

  it('name the format and the options before the input', () => {
    const options = { video_size: '640x480', framerate: '30' };
    expect(words({ input: '/dev/video2', options })).toBe(
      '-fflags nobuffer -flags low_delay -f v4l2 -video_size 640x480 -framerate 30 -i /dev/video2',
    );
  });

  it('read what has no clock at its own rate, and give up a stream that says nothing', () => {
    expect(words({ input: 'lavfi:testsrc' })).toBe('-re -f lavfi -i testsrc');
    expect(words({ input: import.meta.filename })).toContain('-re -stream_loop -1 -i');
    expect(words({ input: 'rtsp://10.0.0.7/1' })).toContain('-rtsp_transport tcp -i rtsp://10.0.0.7/1');
    expect(words({ input: 'http://10.0.0.7/' })).toContain('-rw_timeout');
  });

  it('crop, then scale; a crop of another shape than the frame is an error', () => {
    const frame = { height: 120, width: 160 };
    const crop = { top: 0, left: 80, height: 360, width: 480 };
    expect(cropAndScale({ crop }, frame)).toMatch(/^crop=480:360:80:0,scale=160:120:/);
    expect(cropAndScale({}, frame)).toMatch(/^crop=min\(iw\\,ih\*160\/120\):/);
    expect(() => cropAndScale({ crop: { ...crop, width: 640 } }, frame)).toThrow(
      'a crop of 640x360 has another shape than the frame of 160x120',
    );
  });
});
