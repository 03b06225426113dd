/** How an input is named in one string. */
import { ensure } from '../spec/errors.ts';

export type InputKind = 'v4l2' | 'avfoundation' | 'dshow' | 'lavfi' | 'stream' | 'file';

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
