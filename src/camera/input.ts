/** How an input is named in one string, and the words that make ffmpeg read it as a live camera. */
import { existsSync } from 'node:fs';
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Video } from '../spec/video.ts';

export type InputKind = 'v4l2' | 'avfoundation' | 'dshow' | 'lavfi' | 'stream' | 'file';

/** A stream that says nothing for so long is given up, microseconds. Also ends an ffmpeg whose parent was killed. */
const SILENCE_US = 10_000_000;

/** A named prefix says what it is; otherwise a device, an address or a file's path does by its looks. */
export function parseInput(input: string): { readonly kind: InputKind; readonly source: string } {
  const named = /^(v4l2|avfoundation|dshow|lavfi):(.+)$/s.exec(input);
  if (named) return { kind: named[1] as InputKind, source: named[2] };
  if (/^\/dev\//.test(input)) return { kind: 'v4l2', source: input };
  return { kind: /^[a-z]+:\/\//i.test(input) ? 'stream' : 'file', source: input };
}

/** Whether it is a device on this machine, whose pictures are never the same twice. */
export function isDevice(input: string): boolean {
  return ['v4l2', 'avfoundation', 'dshow'].includes(parseInput(input).kind);
}

/** `${NAME}` replaced from the environment, so that passwords stay out of rigs. Throws where one is not set. */
export function fillInEnvironment(input: string, environment = process.env): string {
  return input.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = environment[name];
    ensure(
      value !== undefined,
      `camera: ${input} needs the environment variable ${name}`,
      `export ${name}=...`,
    );
    return value;
  });
}

/** ffmpeg repeats the address that it was given, with what the environment filled in. */
export function withoutSecrets(reason: string, input: string): string {
  const secrets = [...input.matchAll(/\$\{(\w+)\}/g)].map(([variable]) => variable);
  return secrets.reduce((text, variable) => text.replaceAll(fillInEnvironment(variable), variable), reason);
}

/** The words before and with `-i`: whatever waits for more than it needs is switched off, so that pictures are new. */
export function inputWords({ input, options }: Pick<Video, 'input' | 'options'>): string[] {
  const { kind, source } = parseInput(fillInEnvironment(input));
  const given = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  const words = ['-fflags', 'nobuffer', '-flags', 'low_delay'];
  switch (kind) {
    case 'v4l2':
    case 'avfoundation':
    case 'dshow':
      return [...words, '-f', kind, ...given, '-i', source];
    case 'lavfi':
      // What has no clock of its own is read at its own rate.
      return ['-re', '-f', 'lavfi', ...given, '-i', source];
    case 'file':
      ensure(existsSync(source), `camera: no device, address or file '${input}'`, 'npx foresight cameras');
      return ['-re', '-stream_loop', '-1', ...given, '-i', source];
    case 'stream': {
      const transport = /^rtsps?:/i.test(source)
        ? ['-rtsp_transport', 'tcp']
        : ['-rw_timeout', `${SILENCE_US}`, '-analyzeduration', '500000'];
      return [...words, ...transport, ...given, '-i', source];
    }
  }
}

/** Crop first, in the camera's own pixels, then scale: area averages, so that nothing flickers as thin things move. */
export function cropAndScale({ crop }: Pick<Video, 'crop'>, { width, height }: FrameSize): string {
  if (crop !== undefined) ensureShape(crop, { width, height });
  // Without a crop: the largest part of the frame's shape, from the middle. Commas would end the filter.
  const part = crop
    ? `${crop.width}:${crop.height}:${crop.left}:${crop.top}`
    : `min(iw\\,ih*${width}/${height}):min(ih\\,iw*${height}/${width})`;
  return `crop=${part},scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int`;
}

/** A stretched picture would make circles ovals, which the arm's outline in the picture does not allow for. */
function ensureShape(crop: FrameSize, frame: FrameSize): void {
  const stretch = crop.width / crop.height / (frame.width / frame.height);
  ensure(
    Math.abs(stretch - 1) < 0.02,
    `camera: a crop of ${crop.width}x${crop.height} has another shape than the frame of ${frame.width}x${frame.height}`,
    `crop ${Math.round((crop.height * frame.width) / frame.height)}x${crop.height}, for example`,
  );
}
