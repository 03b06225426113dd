/** The cameras of this machine: what the system lists, and how a rig names each. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { resolveBinary } from '../video/binary.ts';

export interface CameraDevice {
  /** What a rig has as its video's `input`. */
  readonly input: string;
  /** What its maker calls it. */
  readonly name: string;
  /** Sizes, with rates where the system lists them, as in 'mjpeg 640x480 at 30'. */
  readonly modes: readonly string[];
  /** Why it cannot be opened, where it cannot. */
  readonly problem?: string;
}

/** What is there now, on this platform. None is an empty list, not an error. */
export async function listCameras(platform = process.platform): Promise<CameraDevice[]> {
  if (platform === 'linux') return listV4l2();
  if (platform === 'darwin') {
    const said = await ffmpegSays(['-f', 'avfoundation', '-list_devices', 'true', '-i', '']);
    return parseAvfoundation(said);
  }
  if (platform === 'win32') {
    const found = parseDshow(await ffmpegSays(['-f', 'dshow', '-list_devices', 'true', '-i', 'dummy']));
    const modes = (name: string): Promise<string> =>
      ffmpegSays(['-f', 'dshow', '-list_options', 'true', '-i', `video=${name}`]);
    return Promise.all(found.map(async (one) => ({ ...one, modes: parseDshowModes(await modes(one.name)) })));
  }
  return [];
}

/** /dev/video*; a webcam has a second node for its metadata, which lists no formats and is left out. */
async function listV4l2(): Promise<CameraDevice[]> {
  const nodes = (await readdir('/dev')).filter((name) => /^video\d+$/.test(name));
  nodes.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  const devices = await Promise.all(
    nodes.map(async (node): Promise<CameraDevice> => {
      const input = `/dev/${node}`;
      const name = await readFile(`/sys/class/video4linux/${node}/name`, 'utf8').catch(() => node);
      const rates = await promisify(execFile)('v4l2-ctl', ['-d', input, '--list-formats-ext']).catch(
        () => null,
      );
      const said = await ffmpegSays(['-f', 'v4l2', '-list_formats', 'all', '-i', input]);
      const modes = rates === null ? parseV4l2Formats(said) : parseV4l2Modes(rates.stdout);
      const problem = /denied|busy/i.exec(said)?.[0];
      return { input, name: name.trim(), modes, ...(problem === undefined ? {} : { problem }) };
    }),
  );
  return devices.filter(({ modes, problem }) => modes.length > 0 || problem !== undefined);
}

/** What ffmpeg prints on stderr; that it then fails is its way of listing. */
async function ffmpegSays(words: readonly string[]): Promise<string> {
  const { path } = await resolveBinary();
  return promisify(execFile)(path, ['-hide_banner', '-nostdin', ...words], { timeout: 10_000 }).then(
    ({ stderr }) => stderr,
    (error: unknown) => (error as { stderr?: string }).stderr ?? '',
  );
}

/** "[video4linux2,v4l2 @ 0x1] Compressed:       mjpeg :          Motion-JPEG : 640x480 1280x720". */
export function parseV4l2Formats(said: string): string[] {
  return [...said.matchAll(/(?:Raw|Compressed)\s*:\s*(\w+) :.* :([ \dx{}-]*)$/gm)].flatMap(
    ([, format, sizes]) => [...sizes.matchAll(/\d+x\d+/g)].map(([size]) => `${format} ${size}`),
  );
}

/** v4l2-ctl --list-formats-ext: "[0]: 'MJPG' (Motion-JPEG, compressed)", "Size: Discrete 640x480", "... (30.000 fps)". */
export function parseV4l2Modes(listing: string): string[] {
  const modes: string[] = [];
  let format = '';
  let size = '';
  for (const line of listing.split('\n')) {
    format = /\]: '(\w+)/.exec(line)?.[1].toLowerCase() ?? format;
    size = /Size: Discrete (\d+x\d+)/.exec(line)?.[1] ?? size;
    const fps = /\(([\d.]+) fps\)/.exec(line)?.[1];
    if (fps !== undefined) modes.push(`${format.replace('mjpg', 'mjpeg')} ${size} at ${Number(fps)}`);
  }
  return modes;
}

/** "[AVFoundation indev @ 0x7f] [0] FaceTime HD Camera", between the lines that head video and audio devices. */
export function parseAvfoundation(said: string): CameraDevice[] {
  const video = said.split(/AVFoundation audio devices/)[0].split(/AVFoundation video devices:?/)[1] ?? '';
  return [...video.matchAll(/\] \[(\d+)\] (.+)$/gm)].map(([, index, name]) => ({
    input: `avfoundation:${index}`,
    name: name.trim(),
    modes: [],
  }));
}

/** Newer: '[dshow @ 0x1] "USB Camera" (video)'; older: the names under the line 'DirectShow video devices'. */
export function parseDshow(said: string): CameraDevice[] {
  const older = said.split(/DirectShow audio devices/)[0].split(/DirectShow video devices.*/)[1];
  const marked = [...said.matchAll(/\] +"([^"@]+)" \(video\)/g)];
  const named = older === undefined ? marked : [...older.matchAll(/\] +"([^"@]+)"/g)];
  return named.map(([, name]) => ({ input: `dshow:video=${name}`, name, modes: [] }));
}

/** '  vcodec=mjpeg  min s=640x480 fps=30 max s=640x480 fps=30'. */
export function parseDshowModes(said: string): string[] {
  const modes = [...said.matchAll(/(?:vcodec|pixel_format)=(\w+) .*max s=(\d+x\d+) fps=([\d.]+)/g)];
  return [
    ...new Set(modes.map(([, format, size, fps]) => `${format} ${size} at ${Math.round(Number(fps))}`)),
  ];
}
