import { StringDecoder } from "node:string_decoder";
import { untilDetach } from "./typed-text.ts";

/** The person's side: a terminal, or a pipe. */
export interface LocalTerminal {
  /** The size of the person's own terminal; null for a pipe. */
  readonly size: { cols: number; rows: number } | null;
  write(text: string): void;
  /** Output came, shown or not: it has the end of a pipe said again. */
  heard(): void;
  /** What is typed is taken from now on. From a pipe nothing is before. */
  ready(): void;
  /** What is typed is not taken until `ready`; only the detach key is. */
  wait(): void;
  /** Gives the terminal back as it was. */
  release(): void;
}

interface Listening {
  /** Whether to take what is typed at all; one who watches types nothing. */
  typing: boolean;
  onText: (text: string) => void;
  onResize: () => void;
  /** The detach key was hit. */
  onDetach: () => void;
}

/** A pipe's end, as a terminal says it. */
const endOfInput = "\u0004";
/**
 * A shell that only begins, or is busy with a command, takes the end of input for one character among those that were typed before. So it
 * is said again once output has come and there was none for this long: after the prompt.
 */
const endAgainMs = 1_000;
/** What a program in the terminal may have switched on and not off again: other screen, hidden cursor, mouse, pasting, colours. */
const normal = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[0m";

/** The most that the gateway takes. */
const most = { cols: 500, rows: 200 };

/** Null where nobody knows it, as in a terminal that a program made. */
function sizeOf(cols: number, rows: number): LocalTerminal["size"] {
  return cols > 0 && rows > 0 ? { cols: Math.min(cols, most.cols), rows: Math.min(rows, most.rows) } : null;
}

/** Takes standard input and output: each key as it is typed, when they are a terminal. */
export function takeTerminal({ typing, onText, onResize, onDetach }: Listening): LocalTerminal {
  const { stdin, stdout } = process;
  const decoder = new StringDecoder("utf8");
  const interactive = stdin.isTTY;
  let taken = false;
  const hear = (data: Buffer): void => {
    const { before, detach } = interactive
      ? untilDetach(decoder.write(data))
      : { before: decoder.write(data), detach: false };
    if (taken && typing && before !== "") onText(before);
    if (detach) onDetach();
  };
  let ended = false;
  let ending: NodeJS.Timeout | undefined;
  const end = (): void => {
    onText(`${decoder.end()}${endOfInput}`);
    ended = true;
  };
  if (interactive) stdin.setRawMode(true);
  if (interactive || typing) stdin.on("data", hear);
  if (!interactive && typing) stdin.on("end", end);
  if (!interactive) stdin.pause();
  if (stdout.isTTY) stdout.on("resize", onResize);
  return {
    get size() {
      return stdout.isTTY ? sizeOf(stdout.columns, stdout.rows) : null;
    },
    write: (text) => void stdout.write(text),
    heard() {
      if (!ended) return;
      clearTimeout(ending);
      ending = setTimeout(() => onText(endOfInput), endAgainMs);
    },
    ready() {
      taken = true;
      if (!interactive && typing) stdin.resume();
    },
    wait() {
      taken = false;
      if (!interactive) stdin.pause();
    },
    release() {
      clearTimeout(ending);
      stdin.off("data", hear).off("end", end).pause();
      stdout.off("resize", onResize);
      if (interactive) stdin.setRawMode(false);
      if (stdout.isTTY) stdout.write(normal);
    },
  };
}
