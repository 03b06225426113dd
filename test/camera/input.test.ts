import { describe, expect, it, test } from 'vitest';
import { fillInEnvironment, isDevice, parseInput } from '../../src/camera/input.ts';
import { videoSchema } from '../../src/spec/video.ts';

test.each([
  ['/dev/video0', 'v4l2', '/dev/video0'],
  ['v4l2:/dev/v4l/by-id/usb-046d_C920', 'v4l2', '/dev/v4l/by-id/usb-046d_C920'],
  ['avfoundation:0', 'avfoundation', '0'],
  ['dshow:video=Integrated Camera', 'dshow', 'video=Integrated Camera'],
  ['lavfi:testsrc=size=64x48', 'lavfi', 'testsrc=size=64x48'],
  ['rtsp://10.0.0.7/stream1', 'stream', 'rtsp://10.0.0.7/stream1'],
  ['films/table.mp4', 'file', 'films/table.mp4'],
])('%s is %s', (input, kind, source) => {
  expect(parseInput(input)).toEqual({ kind, source });
  expect(isDevice(input)).toBe(['v4l2', 'avfoundation', 'dshow'].includes(kind));
});

describe('passwords', () => {
  it('come from the environment', () => {
    expect(fillInEnvironment('rtsp://eye:${PASS}@10.0.0.7/1', { PASS: 'sesame' })).toBe(
      'rtsp://eye:sesame@10.0.0.7/1',
    );
    expect(() => fillInEnvironment('rtsp://${USER_OF_CAMERA}@10.0.0.7/1', {})).toThrow(/USER_OF_CAMERA/);
  });

  it('have no place in a rig, which is recorded', () => {
    const parse = (input: string): unknown => videoSchema.parse({ input });
    expect(() => parse('rtsp://eye:sesame@10.0.0.7/1')).toThrow(/recorded with every episode/);
    expect(parse('rtsp://eye:${PASS}@10.0.0.7/1')).toMatchObject({
      exposure: 'locked',
      latencyMs: 0,
      options: {},
    });
    expect(parse('http://10.0.0.7:8080/a@b')).toBeDefined();
  });
});
