import { describe, expect, it } from 'vitest';
import { ffmpegSources, resolveBinary, type BinarySource } from '../../src/video/binary.ts';

const source = (name: string, path: string | null): BinarySource => ({
  name,
  find: () => Promise.resolve(path),
});
const RUNNABLE = process.execPath;

describe('resolveBinary', () => {
  it('looks in the documented order', () => {
    expect(ffmpegSources.map((s) => s.name)).toEqual([
      'FFMPEG_PATH',
      'ffmpeg-static',
      'the system',
      '@ffmpeg-installer/ffmpeg',
    ]);
  });

  it.each([0, 1, 2, 3])('takes source %i when those before it have nothing', async (at) => {
    const sources = ffmpegSources.map((s, i) => source(s.name, i < at ? null : RUNNABLE));
    expect(await resolveBinary(sources)).toEqual({ path: RUNNABLE, source: ffmpegSources[at].name });
  });

  it('passes over a source whose file cannot be run', async () => {
    const found = await resolveBinary([
      source('ffmpeg-static', '/nowhere/ffmpeg'),
      source('the system', RUNNABLE),
    ]);
    expect(found.source).toBe('the system');
  });

  it('does not pass over an FFMPEG_PATH that cannot be run', async () => {
    const sources = [source('FFMPEG_PATH', '/nowhere/ffmpeg'), source('the system', RUNNABLE)];
    await expect(resolveBinary(sources)).rejects.toThrow('FFMPEG_PATH names /nowhere/ffmpeg');
  });

  it('says where it looked when there is none', async () => {
    await expect(resolveBinary([source('here', null), source('there', null)])).rejects.toThrow(
      'no ffmpeg found (looked in here, there)',
    );
  });

  it('finds the one that npm brought', async () => {
    const installer = ffmpegSources[3];
    expect(await resolveBinary([installer])).toMatchObject({ source: '@ffmpeg-installer/ffmpeg' });
  });
});
