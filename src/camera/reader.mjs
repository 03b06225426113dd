// Reads one ffmpeg's pictures in a thread of its own: see ffmpeg-process.ts.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { workerData } from 'node:worker_threads';

const { path, words, frameBytes, port } = workerData;
/** Lines of ffmpeg's that are kept to say what went wrong. */
const KEPT_LINES = 30;

// In a group of its own: Ctrl-C is for this process to hear, which then holds the arm before the camera goes.
const detached = process.platform !== 'win32';
const child = spawn(path, words, { stdio: ['ignore', 'pipe', 'pipe'], detached, windowsHide: true });
port.postMessage({ say: 'started', pid: child.pid });

let frame = Buffer.allocUnsafeSlow(frameBytes);
let filled = 0;
let before = null;
let repeats = 0;
child.stdout.on('data', (chunk) => {
  for (let at = 0; at < chunk.length;) {
    const taken = Math.min(frameBytes - filled, chunk.length - at);
    chunk.copy(frame, filled, at, at + taken);
    at += taken;
    filled += taken;
    if (filled < frameBytes) continue;
    repeats = before !== null && frame.equals(before) ? repeats + 1 : 0;
    before = Buffer.from(frame);
    // One clock for all threads of a process.
    const atMs = Number(process.hrtime.bigint()) / 1e6;
    port.postMessage({ say: 'frame', data: frame.buffer, atMs, repeats }, [frame.buffer]);
    frame = Buffer.allocUnsafeSlow(frameBytes);
    filled = 0;
  }
});

let lines = [];
let rest = '';
let isSourceKnown = false;
child.stderr.setEncoding('utf8').on('data', (text) => {
  const parts = (rest + text).split(/\r?\n/);
  rest = parts.pop();
  lines = [...lines, ...parts].slice(-KEPT_LINES);
  // "Stream #0:0: Video: mjpeg (Baseline), yuvj422p(pc), 640x480, 30 fps, ..." of the input is the first of its kind.
  const source = parts.find((line) => /Stream #0:.* Video: /.test(line));
  if (source === undefined || isSourceKnown) return;
  isSourceKnown = true;
  port.postMessage({ say: 'source', line: source.trim() });
});

let failure = null;
child.on('error', (error) => {
  failure = error.message;
  if (child.pid === undefined) end(null);
});
child.on('close', (code) => end(code));

function end(code) {
  port.postMessage({ say: 'ended', code, lines: failure ? [failure] : [...lines, rest] });
  port.close();
}

port.on('message', () => child.kill('SIGKILL'));
