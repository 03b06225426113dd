import { expect, test } from 'vitest';
import {
  listCameras,
  parseAvfoundation,
  parseDshow,
  parseDshowModes,
  parseV4l2Formats,
  parseV4l2Modes,
} from '../../src/camera/devices.ts';

test('this machine is asked, and none is an answer', async () => {
  for (const { input, name } of await listCameras()) expect(`${input} ${name}`).toMatch(/^\S+.* \S+/);
});

test('v4l2 formats as ffmpeg lists them', () => {
  const said = `[video4linux2,v4l2 @ 0x5581] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480 320x240
[video4linux2,v4l2 @ 0x5581] Compressed:       mjpeg :          Motion-JPEG : 640x480 1280x720
/dev/video0: Immediate exit requested`;
  expect(parseV4l2Formats(said)).toEqual([
    'yuyv422 640x480',
    'yuyv422 320x240',
    'mjpeg 640x480',
    'mjpeg 1280x720',
  ]);
});

test('v4l2 modes with their rates, as v4l2-ctl lists them', () => {
  const listing = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'YUYV' (YUYV 4:2:2)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
	[1]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 1280x720
			Interval: Discrete 0.033s (30.000 fps)
			Interval: Discrete 0.133s (7.500 fps)
`;
  expect(parseV4l2Modes(listing)).toEqual([
    'yuyv 640x480 at 30',
    'mjpeg 1280x720 at 30',
    'mjpeg 1280x720 at 7.5',
  ]);
});

test('avfoundation devices, without the microphones', () => {
  const said = `[AVFoundation indev @ 0x7f8] AVFoundation video devices:
[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera
[AVFoundation indev @ 0x7f8] [1] USB Camera
[AVFoundation indev @ 0x7f8] AVFoundation audio devices:
[AVFoundation indev @ 0x7f8] [0] MacBook Pro Microphone
: Input/output error`;
  expect(parseAvfoundation(said)).toEqual([
    { input: 'avfoundation:0', name: 'FaceTime HD Camera', modes: [] },
    { input: 'avfoundation:1', name: 'USB Camera', modes: [] },
  ]);
});

test('dshow devices of older and of newer ffmpegs, and their modes', () => {
  const older = `[dshow @ 0x1] DirectShow video devices (some may be both video and audio devices)
[dshow @ 0x1]  "USB Camera"
[dshow @ 0x1]     Alternative name "@device_pnp_usb#vid"
[dshow @ 0x1] DirectShow audio devices
[dshow @ 0x1]  "Microphone"`;
  const newer = `[dshow @ 0x1] "USB Camera" (video)
[dshow @ 0x1]   Alternative name "@device_pnp_usb#vid"
[dshow @ 0x1] "Microphone" (audio)`;
  for (const said of [older, newer]) {
    expect(parseDshow(said)).toEqual([{ input: 'dshow:video=USB Camera', name: 'USB Camera', modes: [] }]);
  }
  const options = `[dshow @ 0x1]   pixel_format=yuyv422  min s=640x480 fps=5 max s=640x480 fps=30
[dshow @ 0x1]   vcodec=mjpeg  min s=1280x720 fps=30 max s=1280x720 fps=30.0003`;
  expect(parseDshowModes(options)).toEqual(['yuyv422 640x480 at 30', 'mjpeg 1280x720 at 30']);
});
