import type { CliError } from "./cli-error.ts";
import { tabbedText, tableText, type Table } from "./table.ts";

const schemaVersion = 1;

export interface Answer {
  seq: number | null;
  data: unknown;
}

/** Where a command writes: results on standard output, everything else on standard error. */
export class Output {
  readonly json: boolean;
  readonly #verbose: boolean;

  constructor({ json, verbose }: { json: boolean; verbose: boolean }) {
    this.json = json;
    this.#verbose = verbose;
  }

  get tty(): boolean {
    return process.stdout.isTTY;
  }

  /** The result: its envelope with --json, else as text or a table. */
  show(answer: Answer, human: string | Table): void {
    if (this.json) this.line(answer, this.tty ? 2 : undefined);
    else this.write(typeof human === "string" ? ended(human) : this.#table(human));
  }

  /** One envelope on one line, as streams give them. */
  line({ seq, data }: Answer, indent?: number): void {
    this.write(`${JSON.stringify({ schema_version: schemaVersion, seq, data }, null, indent)}\n`);
  }

  write(text: string): void {
    process.stdout.write(text);
  }

  /** For the person at the terminal, besides the result. */
  note(text: string): void {
    process.stderr.write(ended(text));
  }

  detail(text: string): void {
    if (this.#verbose) this.note(text);
  }

  /** A failure: an envelope on standard output with --json, else a text on standard error. */
  fail(error: CliError): void {
    if (this.json) {
      const { code, message, advice, fields } = error;
      this.write(`${JSON.stringify({ schema_version: schemaVersion, error: { code, message, advice, fields } })}\n`);
      return;
    }
    this.note(`gastown: ${error.message}`);
    for (const { field, reason } of error.fields ?? [])
      if (!error.message.includes(reason)) this.note(`  ${field}: ${reason}`);
    if (error.advice !== undefined) this.note(error.advice);
  }

  #table(table: Table): string {
    return this.tty ? tableText(table, process.stdout.columns) : tabbedText(table);
  }
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
