/** `foresight cameras`: what cameras there are, how a rig names each, and how one of them does. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { listCameras, type CameraDevice } from '../src/camera/devices.ts';
import { openFfmpegCamera, type CameraHealth } from '../src/camera/ffmpeg-camera.ts';
import { measureCamera, type CameraMeasurement } from '../src/camera/measure.ts';
import { takeWhole } from '../src/camera/still-camera.ts';
import { replaceFileWith } from '../src/files/atomic.ts';
import { measureRigLatency } from '../src/rig/latency.ts';
import { newRigFile } from '../src/rig/new-rig.ts';
import { describeRig } from '../src/rig/registry.ts';
import { openTableRig } from '../src/rig/table-rig.ts';
import { ensure } from '../src/spec/errors.ts';
import { videoSchema, type Video } from '../src/spec/video.ts';
import { FRAME_SIZE } from '../src/sim/world.ts';
import type { Frame } from '../src/spec/frame.ts';
import { writePng } from '../src/video/png.ts';
import { crop, positiveNumber, words } from './options.ts';
import { formatTable, printJson } from './terminal.ts';

const FRAME_TIMEOUT_MS = 5000;

interface CamerasOptions {
  readonly try?: string;
  readonly rig?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly crop?: Video['crop'];
  readonly seconds: number;
  readonly still: string;
  readonly latency?: true;
  readonly newRig?: string;
  readonly json?: true;
}

export function camerasCommand(): Command {
  return new Command('cameras')
    .description('Lists the cameras of this machine; with --try or --rig, opens one and says how it does.')
    .option('--try <input>', 'open this: /dev/video0, avfoundation:0, rtsp://..., a file, lavfi:testsrc')
    .option('--rig <file>', "open the camera of this rig's file")
    .option(
      '--options <key=value,...>',
      "with --try: ffmpeg's for the input, as in video_size=640x480,framerate=30",
      words,
      {},
    )
    .option(
      '--crop <top,left,height,width>',
      "with --try: the part to keep, in the camera's own pixels",
      crop,
    )
    .option('--seconds <n>', 'how long to watch it', positiveNumber, 4)
    .option('--still <file>', 'where a picture of what it sees goes (PNG)', 'videos/camera.png')
    .option('--latency', 'with --rig: move the arm, and measure when the picture shows it')
    .option('--new-rig <file>', 'with --try: write a rig file with this camera, to be edited')
    .option('--json', 'print JSON only')
    .action(run);
}

async function run(options: CamerasOptions): Promise<void> {
  const { try: input, rig, latency, newRig } = options;
  ensure(input === undefined || rig === undefined, '--try and --rig each name a camera', 'give one of them');
  ensure(
    latency === undefined || rig !== undefined,
    '--latency moves the arm of a rig',
    'name it with --rig FILE',
  );
  ensure(newRig === undefined || input !== undefined, '--new-rig needs a camera', 'name it with --try INPUT');
  ensure(newRig === undefined || !existsSync(newRig), `${newRig}: is there already`, 'name another file');
  if (latency) await sayLatency(rig!, options);
  else if (input === undefined && rig === undefined) sayList(await listCameras(), options);
  else await sayHowItDoes(await chosenVideo(options), options);
}

function sayList(devices: readonly CameraDevice[], { json }: CamerasOptions): void {
  if (json) {
    printJson(devices);
    return;
  }
  if (devices.length === 0) {
    console.log('no camera found on this machine');
    console.log(
      'next: plug one in and run this again, or try a network camera: npx foresight cameras --try rtsp://...',
    );
    return;
  }
  const rows = devices.map(({ input, name, modes, problem }) => [input, name, problem ?? shorten(modes)]);
  console.log(formatTable(['input', 'name', 'pictures'], rows));
  const denied = devices.find(({ problem }) => problem !== undefined);
  if (denied?.problem === 'denied') console.log('next: sudo usermod -aG video $USER, then log in again');
  else console.log(`next: npx foresight cameras --try '${devices[0].input}'`);
}

function shorten(modes: readonly string[]): string {
  return modes.length <= 4
    ? modes.join(', ')
    : `${modes.slice(0, 4).join(', ')} and ${modes.length - 4} more`;
}

/** The camera that was named, with what was said of it. */
async function chosenVideo({ try: input, rig, options, crop: part }: CamerasOptions): Promise<Video> {
  if (input !== undefined) return parseVideo({ input, options, ...(part ? { crop: part } : {}) });
  const { name, video } = await describeRig(rig!);
  ensure(video !== undefined, `rig ${name}: has no camera to open`, 'name the file of a real rig');
  return video;
}

function parseVideo(value: unknown): Video {
  const result = videoSchema.safeParse(value);
  ensure(result.success, `--try: ${result.error?.issues[0].message}`);
  return result.data;
}

async function sayHowItDoes(video: Video, { seconds, still, newRig, json }: CamerasOptions): Promise<void> {
  const camera = await openFfmpegCamera({ video, size: FRAME_SIZE });
  let measured: CameraMeasurement;
  let health: CameraHealth;
  let last: Frame;
  try {
    measured = await measureCamera(camera, seconds);
    health = camera.health();
    last = (await camera.next(FRAME_TIMEOUT_MS)).frame;
  } finally {
    await camera.close();
  }
  const { source } = health;
  const { frame, by } = await takeWhole(video, source?.size ?? FRAME_SIZE).catch(() => ({
    // A stream that serves one reader once has no second picture for us.
    frame: last,
    by: 'the stream that was watched (cropped and small: it could not be opened a second time)',
  }));
  await writePng(frame, still);
  if (newRig !== undefined) await replaceFileWith(newRig, newRigFile(video));
  if (json) {
    printJson({ input: video.input, source, ...measured, exposure: health.exposure, still, takenBy: by });
    return;
  }
  const { width, height } = source?.size ?? frame;
  const announced = source?.fps === null || source === null ? '' : `, ${source.fps} a second announced`;
  const rows = [
    ['camera', `${video.input}: ${source?.codec ?? 'pictures'} of ${width}x${height}${announced}`],
    ['rate', `${measured.hz.toFixed(1)} a second, longest gap ${measured.longestGapMs.toFixed(0)} ms`],
    [
      'age',
      `${measured.ageMs.toFixed(0)} ms when handed over, with ${video.latencyMs} ms of latency in the rig`,
    ],
    ['exposure', health.exposure],
    ['still', `${still}, by ${by}`],
  ];
  if (measured.sameForMs > 1000 * 0.5 * seconds) {
    rows.push([
      'frozen?',
      'every picture is the same to the last bit: a test picture, or a camera that hangs',
    ]);
  }
  console.log(formatTable(['', ''], rows).trimStart());
  console.log(
    newRig === undefined
      ? `next: npx foresight cameras --try '${video.input}' --new-rig desk.json, or put it into a rig's file as "video"`
      : `${newRig}: a rig with this camera\nnext: edit it (docs/real-arm.md says how), then: npx foresight doctor --rig ${newRig}`,
  );
}

async function sayLatency(name: string, { json }: CamerasOptions): Promise<void> {
  const described = await describeRig(name);
  ensure(described.video !== undefined, `rig ${described.name}: has no camera to measure`, 'name a real rig');
  const rig = await openTableRig({ ...described, video: { ...described.video, latencyMs: 0 } });
  try {
    process.stderr.write('the gripper goes up and down in the middle of the table\n');
    await rig.robot.arm();
    const latencyMs = Math.round(await measureRigLatency(rig));
    if (json) printJson({ latencyMs });
    else
      console.log(
        `${latencyMs} ms from a command to the first picture that shows it\nnext: write "latencyMs": ${latencyMs} into "video" of ${name}`,
      );
  } finally {
    await rig.close();
  }
}
