const headerBytes = 8;

/** The text in an engine's log of a container without a terminal: pieces, each after eight bytes of which four are its length. */
export function textOfLog(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + headerBytes <= log.length;) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + headerBytes, at + headerBytes + length));
    at += headerBytes + length;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** The text's lines, the newest `count` of them. */
export function lastLines(text: string, count: number): string[] {
  const trimmed = text.trimEnd();
  return trimmed === "" ? [] : trimmed.split("\n").slice(-count);
}
