/** Finds the line of the model that led here, for errors raised while tracing. */

const HERE = new URL('..', import.meta.url).pathname;

/** The innermost stack frame outside node_modules and this room, as `file:line:column`. */
export function sourceLine(): string {
  const frame = stackFrames().find(
    (line) => !line.includes('node_modules') && !line.includes('node:') && !line.includes(HERE),
  );
  const place = frame?.match(/\(?((?:file:\/\/)?\/?[^\s()]+:\d+:\d+)\)?$/)?.[1];
  return place?.replace('file://', '') ?? 'an unknown line';
}

/** Whether a function of tfjs itself whose name matches is being executed. */
export function insideTfjs(functionName: RegExp): boolean {
  return stackFrames().some((line) => {
    const name = /^\s*at (?:Object\.)?(?:Module\.)?([\w.$]+) \(.*node_modules/.exec(line)?.[1];
    return name !== undefined && functionName.test(name);
  });
}

function stackFrames(): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return stack.split('\n').slice(1);
}
